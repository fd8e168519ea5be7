import pytest

STATEMENT = "Properties.Policies[0].PolicyDocument.Statement"
ROLE = "arn:aws:iam::111122223333:role/agent"
TO = "iam:PassedToService"
ECS = {"StringEquals": {TO: "ecs-tasks.amazonaws.com"}}
BEDROCK = {"StringEquals": {TO: "bedrock.amazonaws.com"}}


def passing(allowing, *actions, resource=ROLE, condition=None):
    role = allowing("iam:PassRole", resource, Condition=condition or {})
    other = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(other)
    return role


@pytest.mark.parametrize("action", ["iam:PassRole", "iam:Pass*", "iam:*", "*"])
@pytest.mark.parametrize("resource", ["*", "arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:*"])
def test_passing_any_role_fails(judge, allowing, action, resource):
    role = allowing(action, resource, Condition=BEDROCK)
    assert judge("IAM17", role) == [f"fail {STATEMENT}[0].Resource"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (BEDROCK, []),
        ({"StringEqualsIfExists": {TO: "bedrock.amazonaws.com"}}, []),
        ({"StringLike": {TO: "*"}}, ["fail"]),
        ({"StringNotEquals": {TO: "ec2.amazonaws.com"}}, ["fail"]),
        ({"Null": {TO: "false"}}, ["fail"]),
        ({}, ["fail"]),
        ({"StringLike": {TO: {"Ref": "Service"}}}, ["unknown"]),
        ({"StringEquals": {TO: {"Ref": "Service"}}}, []),
    ],
)
def test_passing_a_role_to_any_service_fails(judge, allowing, condition, expected):
    found = judge("IAM17", allowing("iam:PassRole", ROLE, Condition=condition))
    assert found == [f"{status} {STATEMENT}[0].Condition" for status in expected]


def test_a_role_of_the_template_passes(judge, allowing):
    role = allowing("iam:PassRole", {"Fn::GetAtt": ["Agent", "Arn"]}, Condition=BEDROCK)
    assert judge("IAM17", {"R": role, "Agent": {"Type": "AWS::IAM::Role"}}) == []


def test_a_role_known_only_at_deployment_is_unknown(judge, allowing):
    role = allowing("iam:PassRole", {"Ref": "RoleArn"}, Condition=BEDROCK)
    assert judge("IAM17", role) == [f"unknown {STATEMENT}[0].Resource"]


@pytest.mark.parametrize("action", ["iam:GetRole", "bedrock:*", "sts:AssumeRole"])
def test_not_passing_a_role_passes(judge, allowing, action):
    assert judge("IAM17", allowing(action)) == []


def test_passing_any_role_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM17", accepting(allowing("iam:PassRole"), "IAM17")) == []


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:CreateAgent",
        "bedrock:UpdateAgent",
        "bedrock:CreateFlow",
        "bedrock:UpdateFlow",
        "bedrock:CreateKnowledgeBase",
        "bedrock:UpdateKnowledgeBase",
        "bedrock:CreateModelCustomizationJob",
        "bedrock:CreateModelInvocationJob",
        "bedrock:Create*",
        "bedrock-agentcore:CreateAgentRuntime",
        "bedrock-agentcore:UpdateAgentRuntime",
        "bedrock-agentcore:CreateGateway",
        "bedrock-agentcore:UpdateGateway",
        "bedrock-agentcore:CreateHarness",
        "bedrock-agentcore:UpdateHarness",
    ],
)
def test_passing_a_role_and_using_it_fails(judge, allowing, action):
    assert judge("IAM18", passing(allowing, action)) == [f"fail {STATEMENT}[0].Action"]


@pytest.mark.parametrize(
    ("action", "condition"),
    [
        ("bedrock:InvokeAgent", {}),
        ("bedrock:CreateAgent", ECS),
        ("bedrock-agentcore:CreateGateway", BEDROCK),
        ("bedrock:CreateAgent", {"StringNotEquals": {TO: "bedrock.amazonaws.com"}}),
    ],
)
def test_a_role_that_cannot_be_used_by_bedrock_passes(judge, allowing, action, condition):
    assert judge("IAM18", passing(allowing, action, condition=condition)) == []


@pytest.mark.parametrize("resource", ["*", ROLE])
def test_a_service_in_pieces_is_recognised(judge, allowing, resource):
    condition = {"StringEquals": {TO: {"Fn::Sub": "bedrock.${AWS::URLSuffix}"}}}
    role = passing(allowing, "bedrock:CreateAgent", resource=resource, condition=condition)
    assert judge("IAM18", role) == [f"fail {STATEMENT}[0].Action"]


def test_policies_of_one_role_count_together(judge):
    def policy(action):
        statement = {"Effect": "Allow", "Action": action, "Resource": ROLE}
        document = {"PolicyDocument": {"Statement": [statement]}, "Roles": [{"Ref": "R"}]}
        return {"Type": "AWS::IAM::Policy", "Properties": document}

    resources = {"A": policy("iam:PassRole"), "B": policy("bedrock:CreateAgent")}
    expected = ["fail Properties.PolicyDocument.Statement[0].Action"]
    assert judge("IAM18", resources | {"R": {"Type": "AWS::IAM::Role"}}) == expected


def test_two_roles_do_not_count_together(judge, allowing):
    resources = {"A": allowing("iam:PassRole"), "B": allowing("bedrock:CreateAgent")}
    assert judge("IAM18", resources) == []


def test_a_service_known_only_at_deployment_is_unknown(judge, allowing):
    condition = {"StringEquals": {TO: {"Ref": "Service"}}}
    role = passing(allowing, "bedrock:CreateAgent", condition=condition)
    assert judge("IAM18", role) == [f"unknown {STATEMENT}[0].Action"]


def test_a_hand_over_can_be_acknowledged(judge, allowing, accepting):
    role = accepting(passing(allowing, "bedrock:CreateAgent"), "IAM18")
    assert judge("IAM18", role) == []
