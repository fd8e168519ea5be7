import pytest

STATEMENT = "Properties.Policies[0].PolicyDocument.Statement[0]"


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:Create*",
        "bedrock:Put*",
        "bedrock:delete*",
        "bedrock:Invoke*",
        "bedrock-agentcore:Update*",
        "bedrock-mantle:C*",
        "bedrock:*Agent",
        "bedrock-websearch:Invoke*",
        "bedrock:Cre?teAgent",
        "bedrock*:Create*",
    ],
)
def test_a_verb_with_a_wildcard_fails(judge, allowing, action):
    assert judge("IAM05", allowing(action)) == [f"fail {STATEMENT}.Action"]


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:Get*",
        "bedrock:List*",
        "bedrock-agentcore:BatchGet*",
        "bedrock:InvokeModel*",
        "bedrock:invokemodel*",
        "bedrock:CreateAgentA*",
        "bedrock:CreateAgent",
        "bedrock:Converse*",
        "s3:Put*",
    ],
)
def test_reading_invoking_and_names_pass(judge, allowing, action):
    assert judge("IAM05", allowing(action)) == []


def test_every_action_is_left_to_the_rule_about_it(judge, allowing):
    assert judge("IAM05", allowing(["bedrock:*", "*"])) == []


def test_a_verb_that_is_denied_passes(judge, allowing):
    assert judge("IAM05", allowing("bedrock:Create*", Effect="Deny")) == []


def test_a_verb_known_only_at_deployment_is_unknown(judge, allowing):
    role = allowing([{"Fn::Sub": "bedrock:${Verb}*"}, {"Fn::Sub": "s3:${Verb}*"}])
    assert judge("IAM05", role) == [f"unknown {STATEMENT}.Action[0]"]


def test_a_verb_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM05", accepting(allowing("bedrock:Put*"), "IAM05")) == []


@pytest.mark.parametrize("named", ["iam:*", ["s3:*", "ec2:*"], "bedrock:Delete*"])
def test_everything_but_some_actions_fails(judge, allowing, named):
    role = allowing([], NotAction=named)
    assert judge("IAM10", role) == [f"fail {STATEMENT}.NotAction"]


def test_everything_but_bedrock_passes(judge, allowing):
    assert judge("IAM10", allowing([], NotAction="bedrock*:*")) == []


def test_everything_but_some_actions_elsewhere_passes(judge, allowing):
    assert judge("IAM10", allowing([], "arn:aws:s3:::b/*", NotAction="iam:*")) == []


@pytest.mark.parametrize("action", ["bedrock:InvokeModel", "bedrock-mantle:Create*", "*"])
def test_everything_but_some_resources_fails(judge, allowing, action):
    role = allowing(action, [], NotResource="arn:aws:bedrock:*::foundation-model/x")
    assert judge("IAM10", role) == [f"fail {STATEMENT}.NotResource"]


def test_an_exception_for_another_service_passes(judge, allowing):
    assert judge("IAM10", allowing("s3:*", [], NotResource="arn:aws:s3:::b/*")) == []


@pytest.mark.parametrize("element", ["NotAction", "NotResource"])
def test_a_denial_by_exception_passes(judge, allowing, element):
    role = allowing("bedrock:*", Effect="Deny", **{element: "x"})
    assert judge("IAM10", role) == []


def test_an_exception_known_only_at_deployment_is_unknown(judge, allowing):
    role = allowing([], NotAction=[{"Ref": "Actions"}])
    assert judge("IAM10", role) == [f"unknown {STATEMENT}.NotAction"]


def test_an_exception_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM10", accepting(allowing([], NotAction="iam:*"), "IAM10")) == []


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:bedrock:eu-west-1:111122223333:agent/A", ["fail"]),
        ({"Fn::Sub": "arn:${AWS::Partition}:bedrock-mantle:*:*:project/*"}, ["fail"]),
        ({"Fn::Sub": "arn:aws:${Service}:*"}, ["unknown"]),
    ],
)
def test_everything_but_some_actions_on_bedrock_fails(judge, allowing, resource, expected):
    found = judge("IAM10", allowing([], resource, NotAction="iam:*"))
    assert found == [f"{status} {STATEMENT}.NotAction" for status in expected]


def test_both_exceptions_are_named(judge, allowing):
    role = allowing([], [], NotAction="iam:*", NotResource="arn:aws:s3:::b")
    assert judge("IAM10", role) == [
        f"fail {STATEMENT}.NotAction",
        f"fail {STATEMENT}.NotResource",
    ]
