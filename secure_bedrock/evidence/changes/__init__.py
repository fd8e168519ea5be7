"""What changed between two reports."""

from secure_bedrock.evidence.changes.compare import Change as Change
from secure_bedrock.evidence.changes.compare import Changes as Changes
from secure_bedrock.evidence.changes.compare import ControlChange as ControlChange
from secure_bedrock.evidence.changes.compare import Kind as Kind
from secure_bedrock.evidence.changes.compare import compare as compare
