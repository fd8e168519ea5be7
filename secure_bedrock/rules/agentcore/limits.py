"""How long and how much AgentCore may work and remember."""

from secure_bedrock.rules._kit import (
    YES,
    Controls,
    Parameters,
    Profile,
    Resource,
    Severity,
    Verdicts,
    answer,
    any_of,
    at_most,
    equals,
    forbid,
    present,
    require,
    rule,
)
from secure_bedrock.rules.agentcore._links import has_link
from secure_bedrock.rules.agentcore._shapes import (
    GATEWAY,
    GUIDE,
    HARNESS,
    MEMORY,
    REFERENCE,
    RUNTIME,
    environment,
)

_DEFAULT_LIFETIME = 28_800
_DEPTHS = ("MaxIterations", "MaxTokens", "TimeoutSeconds")


@rule(
    "AGC06",
    resource=(RUNTIME, HARNESS),
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Set LifecycleConfiguration.MaxLifetime to the time that a session needs.",
    source=f"{GUIDE}/runtime-lifecycle-settings.html",
    controls={"NIST 800-53 r5": Controls(("AC-12",), "stave")},
    parameters=("max_session_lifetime_seconds",),
)
def sessions_end(resource: Resource, parameters: Parameters) -> Verdicts:
    """A session ends after ``max_session_lifetime_seconds``; the service's default is 8 hours."""
    limit = parameters.max_session_lifetime_seconds
    lifetime = environment(resource)["LifecycleConfiguration"]["MaxLifetime"]
    short = at_most(lifetime, limit, missing=answer(limit >= _DEFAULT_LIFETIME))
    yield from require(short, lifetime)


@rule(
    "AGC12",
    resource=(MEMORY, HARNESS),
    severity=Severity.LOW,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Set EventExpiryDuration to the number of days that conversations are needed.",
    source=f"{REFERENCE}-memory.html",
    parameters=("max_memory_days",),
)
def memories_expire(resource: Resource, parameters: Parameters) -> Verdicts:
    """A memory keeps what was said no longer than ``max_memory_days``."""
    within = (
        resource.properties
        if resource.type == MEMORY
        else resource["Memory"]["ManagedMemoryConfiguration"]
    )
    days = within["EventExpiryDuration"]
    yield from require(at_most(days, parameters.max_memory_days, missing=YES), days)


@rule(
    "AGC34",
    resource=HARNESS,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="List the tools in AllowedTools and set MaxIterations, MaxTokens or TimeoutSeconds.",
    source=f"{GUIDE}/harness.html",
)
def harness_is_bounded(harness: Resource) -> Verdicts:
    """A harness may use chosen tools only, and ends by itself; by default it may use every tool."""
    tools = harness["AllowedTools"]
    yield from require(present(tools), tools)
    for tool in tools:
        yield from forbid(equals(tool, "*"), tool)
    ends = any_of(present(harness[name]) for name in _DEPTHS)
    yield from require(ends, harness, f"none of {', '.join(_DEPTHS)} is set")


@rule(
    "AGC36",
    resource=GATEWAY,
    severity=Severity.INFO,
    profiles=(Profile.AGENTIC,),
    fix="Add an AWS::BedrockAgentCore::GatewayRateLimit for the gateway.",
    source=f"{GUIDE}/gateway-rate-limits.html",
)
def gateway_has_a_rate_limit(gateway: Resource) -> Verdicts:
    """A gateway has a rate limit."""
    limited = has_link(gateway, "AWS::BedrockAgentCore::GatewayRateLimit", "GatewayIdentifier")
    yield from require(limited, gateway, "no GatewayRateLimit of the template is for this gateway")
