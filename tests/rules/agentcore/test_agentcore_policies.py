import pytest

STATEMENT = "Properties.Definition.Cedar.Statement"


def policy(statement="", language="Cedar", **properties):
    definition = {language: {"Statement": statement}}
    return {
        "Type": "AWS::BedrockAgentCore::Policy",
        "Properties": {"Definition": definition, **properties},
    }


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("ValidationMode", "FAIL_ON_ANY_FINDINGS", None),
        ("ValidationMode", None, None),
        ("ValidationMode", "IGNORE_ALL_FINDINGS", "fail"),
        ("ValidationMode", {"Ref": "Mode"}, "unknown"),
        ("EnforcementMode", "ACTIVE", None),
        ("EnforcementMode", None, None),
        ("EnforcementMode", "LOG_ONLY", "fail"),
        ("EnforcementMode", {"Ref": "Mode"}, "unknown"),
    ],
)
def test_a_policy_is_validated_and_active(judge, name, value, status):
    expected = [f"{status} Properties.{name}"] if status else []
    assert judge("AGC23", policy(**{name: value})) == expected


EVERYTHING = [
    "permit(principal, action, resource);",
    "permit (\n  principal,\n  action, // any\n  resource\n);",
    'forbid(principal, action, resource == X::"y"); permit(principal,action,resource) when {true};',
    "permit(principal, action, resource) unless {false};",
]
CHOSEN = [
    'permit(principal, action == AgentCore::Action::"T___t", resource);',
    "permit(principal is AgentCore::OAuthUser, action, resource);",
    "permit(principal, action, resource) when { context.input.amount < 500 };",
    "// permit(principal, action, resource);",
    "forbid(principal, action, resource);",
]


@pytest.mark.parametrize("statement", EVERYTHING)
def test_a_policy_that_permits_everything_fails(judge, statement):
    assert judge("AGC24", policy(statement)) == [f"fail {STATEMENT}"]


@pytest.mark.parametrize("statement", CHOSEN)
def test_a_policy_that_chooses_passes(judge, statement):
    assert judge("AGC24", policy(statement)) == []


def test_the_other_policy_language_is_read_too(judge):
    found = judge("AGC24", policy(EVERYTHING[0], language="Policy"))
    assert found == ["fail Properties.Definition.Policy.Statement"]


def test_a_policy_known_at_deployment_is_unknown(judge):
    assert judge("AGC24", policy({"Ref": "Statement"})) == [f"unknown {STATEMENT}"]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ('permit(principal, action, resource == AgentCore::Gateway::"${G.GatewayArn}");', []),
        ("permit(principal, action, resource); // for ${G}", [f"fail {STATEMENT}"]),
    ],
)
def test_a_policy_with_references_is_read(judge, statement, found):
    gateway = {"Type": "AWS::BedrockAgentCore::Gateway"}
    assert judge("AGC24", {"P": policy({"Fn::Sub": statement}), "G": gateway}) == found


@pytest.mark.parametrize(
    ("rule", "subject"),
    [("AGC23", policy(ValidationMode="IGNORE_ALL_FINDINGS")), ("AGC24", policy(EVERYTHING[0]))],
)
def test_a_wide_policy_can_be_acknowledged(judge, accepting, rule, subject):
    assert judge(rule, subject) != []
    assert judge(rule, accepting(subject, rule)) == []
