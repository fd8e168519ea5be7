"""The access map: principal by model by action, from the policies of templates."""

from secure_bedrock.evidence.access_map.access_map import AccessMap as AccessMap
from secure_bedrock.evidence.access_map.access_map import Row as Row
from secure_bedrock.evidence.access_map.access_map import access_map as access_map
from secure_bedrock.evidence.access_map.answers import Answer as Answer
from secure_bedrock.evidence.access_map.answers import Outcome as Outcome
