"""What passes the endpoints of Amazon Bedrock AgentCore, with IAM credentials or an OAuth token.

A caller with an OAuth token is nobody to IAM: a statement for it takes ``*`` as principal and can
have no condition on one. It is limited to the runtimes and gateways that were named; who the caller
is, their inbound authorizer decides.

Source: Amazon Bedrock AgentCore Developer Guide, "Use interface VPC endpoints (AWS PrivateLink)".
"""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from secure_bedrock.network.policy_statements import Passage, everyone

_RUNTIME_CALLS = (
    "bedrock-agentcore:GetAgentCard",
    "bedrock-agentcore:InvokeAgentRuntime",
    "bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream",
    "bedrock-agentcore:StopRuntimeSession",
)
PROTECTED_RESOURCE_METADATA = "bedrock-agentcore:GetRuntimeProtectedResourceMetadata"
"""Tells a client where to get a token. Endpoint policies decide about it, IAM policies do not: the
Service Authorization Reference has no such action."""


def runtime_callers(passage: Passage) -> list[iam.PolicyStatement]:
    """Callers with a token reach the runtimes named for them."""
    runtimes = passage.access.oauth_runtimes
    if not runtimes:
        return []
    reached = [arn for one in runtimes for arn in (one, f"{one}/runtime-endpoint/*")]
    return [
        _anybody("OAuthCallers", _RUNTIME_CALLS, reached),
        _anybody("OAuthDiscovery", [PROTECTED_RESOURCE_METADATA], reached),
    ]


def gateway_statements(passage: Passage) -> list[iam.PolicyStatement]:
    """Gateways of the callers' account, and with a token the gateways named for it."""
    place = passage.place
    own = f"arn:{place.partition}:bedrock-agentcore:{place.region}:{place.account}:gateway/*"
    invoke = ["bedrock-agentcore:InvokeGateway"]
    statements = [passage.allow("Gateways", invoke, [own])]
    if passage.access.oauth_gateways:
        statements.append(_anybody("OAuthCallers", invoke, passage.access.oauth_gateways))
    return statements


def _anybody(sid: str, actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid, principals=[everyone()], actions=list(actions), resources=list(resources)
    )
