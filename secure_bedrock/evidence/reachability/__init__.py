"""Computed reachability: from each subnet, which names of Amazon Bedrock are reached privately."""

from secure_bedrock.evidence.reachability.deployment import Deployment as Deployment
from secure_bedrock.evidence.reachability.on_premises import OnPremises as OnPremises
from secure_bedrock.evidence.reachability.reachability import Elsewhere as Elsewhere
from secure_bedrock.evidence.reachability.reachability import Reachability as Reachability
from secure_bedrock.evidence.reachability.reachability import reachability as reachability
from secure_bedrock.evidence.reachability.rows import Row as Row
from secure_bedrock.evidence.reachability.ways import Way as Way
from secure_bedrock.rules._answer import Answer as Answer
