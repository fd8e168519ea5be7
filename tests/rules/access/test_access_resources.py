import pytest

from secure_bedrock.rules import Parameters

STATEMENT = "Properties.Policies[0].PolicyDocument.Statement[0]"
RESOURCE = f"{STATEMENT}.Resource"
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0"
TAGS = Parameters(required_tags=("team",))


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:InvokeModel",
        "bedrock:ApplyGuardrail",
        "bedrock:Retrieve",
        "bedrock:UpdateA*",
        "bedrock-agentcore:InvokeAgentRuntime",
        "bedrock-mantle:CreateInference",
        "bedrock-websearch:InvokeSearch",
        "bedrock-agentcore:GetWorkloadAccessToken",
        "*",
        ["bedrock:ListAgents", "bedrock:DeleteAgent"],
    ],
)
def test_actions_that_take_a_resource_fail_on_everything(judge, allowing, action):
    assert judge("IAM06", allowing(action)) == [f"fail {RESOURCE}"]


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:CreateAgent",
        "bedrock:CreateGuardrail",
        "bedrock:RetrieveAndGenerate",
        "bedrock:Rerank",
        "bedrock:CallWithBearerToken",
        "bedrock-agentcore:CreateAgentRuntime",
        "bedrock-agentcore:ConnectBrowserAutomationStream",
    ],
)
def test_actions_that_take_no_resource_pass(judge, allowing, action):
    assert judge("IAM06", allowing(action)) == []


@pytest.mark.parametrize("action", ["bedrock:GetAgent", "bedrock:List*", "s3:*", "bedrock:Foo"])
def test_reading_and_other_services_pass(judge, allowing, action):
    assert judge("IAM06", allowing(action)) == []


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:bedrock:*:*:*", ["fail"]),
        ({"Fn::Sub": "arn:${AWS::Partition}:bedrock:*"}, ["fail"]),
        ("arn:aws:s3:*", []),
        ("arn:aws:bedrock:eu-west-1:111122223333:*", []),
        ("arn:aws:bedrock:*:*:agent/*", []),
    ],
)
def test_an_arn_of_wildcards_is_everything(judge, allowing, resource, expected):
    found = judge("IAM06", allowing("bedrock:DeleteAgent", resource))
    assert found == [f"{status} {RESOURCE}" for status in expected]


@pytest.mark.parametrize(
    ("action", "condition", "expected"),
    [
        ("bedrock:DeleteAgent", {"StringEquals": {"aws:ResourceTag/team": "a"}}, []),
        ("bedrock:DeleteAgent", {"StringEqualsIfExists": {"aws:ResourceTag/team": "a"}}, ["fail"]),
        ("bedrock:InvokeModel", {"ArnLike": {"bedrock:InferenceProfileArn": PROFILE}}, []),
        ("bedrock:DeleteAgent", {"ArnLike": {"bedrock:InferenceProfileArn": PROFILE}}, ["fail"]),
        ("bedrock-mantle:CreateInference", {"StringLike": {"bedrock-mantle:Model": "a.*"}}, []),
        ("bedrock:DeleteAgent", {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, ["fail"]),
    ],
)
def test_a_condition_may_stand_for_the_resource(judge, allowing, action, condition, expected):
    found = judge("IAM06", allowing(action, Condition=condition))
    assert found == [f"{status} {RESOURCE}" for status in expected]


def test_the_message_names_an_action(findings, allowing):
    (found,) = findings("IAM06", allowing(["bedrock:DeleteAgent", "bedrock:UpdateAgent"]))
    assert found.message.startswith("bedrock:DeleteAgent and 1 more can be limited to resources")


def test_a_denial_on_everything_passes(judge, allowing):
    assert judge("IAM06", allowing("bedrock:*", Effect="Deny")) == []


def test_a_boundary_on_everything_passes(judge):
    statement = {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}
    limit = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": {"Statement": [statement]}},
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "Limit"}}}
    assert judge("IAM06", {"Limit": limit, "Role": role}) == []


def test_a_resource_known_only_at_deployment_is_unknown(judge, allowing):
    role = allowing("bedrock:DeleteAgent", {"Ref": "Agents"})
    assert judge("IAM06", role) == [f"unknown {RESOURCE}"]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"Ref": "Action"}, [f"unknown {STATEMENT}.Action"]),
        ({"Fn::Sub": "bedrock:${Verb}Agent"}, [f"unknown {STATEMENT}.Action"]),
        ({"Fn::Sub": "s3:${Verb}Object"}, []),
    ],
)
def test_an_action_known_only_at_deployment_is_unknown(judge, allowing, action, expected):
    assert judge("IAM06", allowing(action)) == expected


def test_everything_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM06", accepting(allowing("bedrock:DeleteAgent"), "IAM06")) == []


def test_many_resources_without_a_tag_condition_fail_if_tags_are_required(judge, allowing):
    role = allowing("bedrock:InvokeAgent", "arn:aws:bedrock:*:*:agent-alias/*")
    assert judge("IAM09", role, parameters=TAGS) == [f"fail {RESOURCE}"]
    assert judge("IAM09", role) == []


@pytest.mark.parametrize(
    ("resource", "condition"),
    [
        ("arn:aws:bedrock:*:*:agent-alias/*", {"StringEquals": {"aws:ResourceTag/team": "a"}}),
        ("arn:aws:bedrock:eu-west-1:111122223333:agent-alias/A/B", {}),
        ("arn:aws:bedrock:*::foundation-model/amazon.*", {}),
    ],
)
def test_tagged_named_and_untaggable_resources_pass(judge, allowing, resource, condition):
    role = allowing("bedrock:Invoke*", resource, Condition=condition)
    assert judge("IAM09", role, parameters=TAGS) == []


def test_a_tag_condition_on_something_unknown_is_unknown(judge, allowing):
    role = allowing("bedrock:InvokeAgent", {"Ref": "Aliases"})
    assert judge("IAM09", role, parameters=TAGS) == [f"unknown {RESOURCE}"]


def test_missing_tag_conditions_can_be_acknowledged(judge, allowing, accepting):
    role = accepting(allowing("bedrock:InvokeAgent"), "IAM09")
    assert judge("IAM09", role, parameters=TAGS) == []


@pytest.mark.parametrize("resource", ["agent", "arn:aws:bedrock", "", 7, ["arn:aws:bedrock:*", 1]])
def test_an_entry_that_is_no_arn_is_read_without_complaint(judge, allowing, resource):
    wide = [f"fail {RESOURCE}[0]"] if isinstance(resource, list) else []
    assert judge("IAM06", allowing("bedrock:DeleteAgent", resource)) == wide
