import pytest

ACTION = "Properties.Policies[0].PolicyDocument.Statement[0].Action"


@pytest.mark.parametrize(
    "action",
    [
        "*",
        "bedrock:*",
        "BEDROCK:*",
        "bedrock-mantle:*",
        "bedrock-agentcore:*",
        "bedrock-websearch:*",
        "bedrock*:*",
        "*:*",
        "bed*",
        "bedrock:**",
    ],
)
def test_every_action_of_a_bedrock_service_fails(judge, allowing, action):
    assert judge("IAM04", allowing(action)) == [f"fail {ACTION}"]


@pytest.mark.parametrize("action", ["bedrock:InvokeModel", "bedrock:Invoke*", "s3:*", "kms:*", 1])
def test_narrower_actions_pass(judge, allowing, action):
    assert judge("IAM04", allowing(action)) == []


def test_the_entry_of_a_list_is_named(judge, allowing):
    assert judge("IAM04", allowing(["s3:Get*", "bedrock:*"])) == [f"fail {ACTION}[1]"]


def test_a_deny_passes(judge, allowing):
    assert judge("IAM04", allowing("bedrock:*", Effect="Deny")) == []


def test_everything_but_another_service_fails(judge, allowing):
    role = allowing([], NotAction="iam:*")
    assert judge("IAM04", role) == [f"fail {ACTION.replace('Action', 'NotAction')}"]


def test_an_action_known_only_at_deployment_is_unknown(judge, allowing):
    assert judge("IAM04", allowing({"Ref": "Action"})) == [f"unknown {ACTION}"]


def test_an_action_known_in_part_is_unknown_only_if_it_can_be_wide(judge, allowing):
    actions = [{"Fn::Sub": "bedrock:${Verb}"}, {"Fn::Sub": "bedrock:Get${Noun}"}]
    assert judge("IAM04", allowing(actions)) == [f"unknown {ACTION}[0]"]


def test_a_wide_action_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM04", accepting(allowing("*"), "IAM04")) == []


def test_a_denial_of_everything_but_another_service_passes(judge, allowing):
    assert judge("IAM04", allowing([], NotAction="iam:*", Effect="Deny")) == []
