import pytest

from secure_bedrock.rules import Parameters

LIFETIME = "Properties.LifecycleConfiguration.MaxLifetime"
DAYS = "Properties.EventExpiryDuration"


def agentcore(kind, **properties):
    return {"Type": f"AWS::BedrockAgentCore::{kind}", "Properties": properties}


def living(seconds):
    return agentcore("Runtime", LifecycleConfiguration={"MaxLifetime": seconds})


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (living(14_400), []),
        (living(14_401), [f"fail {LIFETIME}"]),
        (living(None), [f"fail {LIFETIME}"]),
        (living({"Ref": "Seconds"}), [f"unknown {LIFETIME}"]),
    ],
)
def test_a_session_ends_within_four_hours(judge, subject, expected):
    assert judge("AGC06", subject) == expected


def test_the_default_of_eight_hours_can_be_the_limit(judge):
    eight_hours = Parameters(max_session_lifetime_seconds=28_800)
    assert judge("AGC06", agentcore("Runtime"), parameters=eight_hours) == []


def test_the_sessions_of_a_harness_end(judge):
    lifecycle = {"LifecycleConfiguration": {"MaxLifetime": 28_800}}
    found = judge(
        "AGC06", agentcore("Harness", Environment={"AgentCoreRuntimeEnvironment": lifecycle})
    )
    at = "Environment.AgentCoreRuntimeEnvironment.LifecycleConfiguration.MaxLifetime"
    assert found == [f"fail Properties.{at}"]


def test_a_long_session_can_be_acknowledged(judge, accepting):
    assert judge("AGC06", accepting(living(28_800), "AGC06")) == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [(90, []), (91, [f"fail {DAYS}"]), ({"Ref": "Days"}, [f"unknown {DAYS}"])],
)
def test_a_memory_expires_within_90_days(judge, days, expected):
    assert judge("AGC12", agentcore("Memory", EventExpiryDuration=days)) == expected


def test_the_memory_of_a_harness_expires(judge):
    memory = {"ManagedMemoryConfiguration": {"EventExpiryDuration": 365}}
    found = judge("AGC12", agentcore("Harness", Memory=memory))
    assert found == ["fail Properties.Memory.ManagedMemoryConfiguration.EventExpiryDuration"]


def test_a_long_memory_can_be_acknowledged(judge, accepting):
    assert judge("AGC12", accepting(agentcore("Memory", EventExpiryDuration=365), "AGC12")) == []


def harness(tools=("@builtin",), **depths):
    return agentcore("Harness", AllowedTools=list(tools), **depths)


@pytest.mark.parametrize("depth", ["MaxIterations", "MaxTokens", "TimeoutSeconds"])
def test_a_bounded_harness_passes(judge, depth):
    assert judge("AGC34", harness(**{depth: 20})) == []


def test_a_harness_without_end_fails(judge):
    assert judge("AGC34", harness()) == ["fail "]


@pytest.mark.parametrize(("tools", "at"), [(["*"], "[0]"), ([], ""), (["a", "*"], "[1]")])
def test_a_harness_with_every_tool_fails(judge, tools, at):
    found = judge("AGC34", harness(tools, MaxTokens=1000))
    assert found == [f"fail Properties.AllowedTools{at}"]


def test_a_tool_known_at_deployment_is_unknown(judge):
    found = judge("AGC34", harness([{"Ref": "Tool"}], MaxTokens=1000))
    assert found == ["unknown Properties.AllowedTools[0]"]


def test_a_harness_without_end_can_be_acknowledged(judge, accepting):
    assert judge("AGC34", accepting(harness(), "AGC34")) == []


def limited(identifier):
    limit = agentcore("GatewayRateLimit", GatewayIdentifier=identifier)
    return {"Gateway": agentcore("Gateway"), "Limit": limit}


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ({"Fn::GetAtt": ["Gateway", "GatewayIdentifier"]}, []),
        ({"Ref": "Gateway"}, []),
        ("other-1234567890", ["fail "]),
        ({"Fn::GetAtt": ["Other", "GatewayIdentifier"]}, ["fail "]),
        ({"Ref": "Identifier"}, ["unknown "]),
    ],
)
def test_a_gateway_needs_a_rate_limit_of_its_own(judge, identifier, expected):
    resources = limited(identifier) | {"Other": {"Type": "Custom::Gateway"}}
    assert judge("AGC36", resources) == expected


def test_an_unlimited_gateway_can_be_acknowledged(judge, accepting):
    assert judge("AGC36", accepting(agentcore("Gateway"), "AGC36")) == []
