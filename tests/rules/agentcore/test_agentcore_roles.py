import pytest

ACTION = "Properties.Policies[0].PolicyDocument.Statement[0].Action"


def trusted(role, service="bedrock-agentcore.amazonaws.com"):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    properties = role["Properties"] | {"AssumeRolePolicyDocument": {"Statement": [statement]}}
    return role | {"Properties": properties}


@pytest.mark.parametrize("action", ["s3:*", "dynamodb:**", ["logs:PutLogEvents", "iam:*"]])
def test_every_action_of_a_service_fails(judge, allowing, action):
    (found,) = judge("AGC08", trusted(allowing(action)))
    assert found.startswith(f"fail {ACTION}")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:Get*", "*"),
        ("s3:*", "arn:aws:s3:::bucket/*"),
        ("bedrock:*", "*"),
        ("logs:PutLogEvents", "*"),
    ],
)
def test_chosen_actions_or_resources_pass(judge, allowing, action, resource):
    assert judge("AGC08", trusted(allowing(action, resource))) == []


def test_a_denial_passes(judge, allowing):
    assert judge("AGC08", trusted(allowing("s3:*", Effect="Deny"))) == []


def test_a_role_of_another_service_passes(judge, allowing):
    assert judge("AGC08", trusted(allowing("s3:*"), "lambda.amazonaws.com")) == []


def test_a_service_known_at_deployment_is_unknown(judge, allowing):
    assert judge("AGC08", trusted(allowing("s3:*"), {"Ref": "Service"})) == [f"unknown {ACTION}"]


def test_a_wide_role_can_be_acknowledged(judge, allowing, accepting):
    assert judge("AGC08", accepting(trusted(allowing("s3:*")), "AGC08")) == []


def tool(role, kind="CodeInterpreterCustom"):
    properties = {"ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}
    return {
        "Tool": {"Type": f"AWS::BedrockAgentCore::{kind}", "Properties": properties},
        "Role": role,
    }


@pytest.mark.parametrize("kind", ["CodeInterpreterCustom", "BrowserCustom"])
@pytest.mark.parametrize(
    "action", ["*", "iam:PassRole", "sts:AssumeRole", "s3:Get*", "secretsmanager:GetSecretValue"]
)
def test_a_role_worth_stealing_fails(judge, allowing, action, kind):
    assert judge("AGC28", tool(allowing(action), kind)) == [f"fail {ACTION}"]


def test_passing_one_role_fails_too(judge, allowing):
    found = judge("AGC28", tool(allowing("iam:PassRole", "arn:aws:iam::1:role/r")))
    assert found == [f"fail {ACTION}"]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:*", ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"]),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:1:secret:x-*"),
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/reader"),
        ("logs:PutLogEvents", "*"),
    ],
)
def test_a_modest_role_passes(judge, allowing, action, resource):
    assert judge("AGC28", tool(allowing(action, resource))) == []


def test_an_action_known_at_deployment_is_unknown(judge, allowing):
    assert judge("AGC28", tool(allowing({"Ref": "Action"}))) == [f"unknown {ACTION}"]


def test_a_role_worth_stealing_can_be_acknowledged(judge, allowing, accepting):
    assert judge("AGC28", tool(accepting(allowing("*"), "AGC28"))) == []


def test_a_role_from_elsewhere_says_nothing(judge):
    properties = {"ExecutionRoleArn": "arn:aws:iam::111122223333:role/r"}
    subject = {"Type": "AWS::BedrockAgentCore::BrowserCustom", "Properties": properties}
    assert judge("AGC28", subject) == []
