import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns

from secure_bedrock import SlackRoute
from secure_bedrock.rules import Profile
from secure_bedrock.testing import assert_secure

CHANNEL = "AWS::Chatbot::SlackChannelConfiguration"


def route(stack, **options):
    topic = sns.Topic.from_topic_arn(stack, "Alerts", "arn:aws:sns:eu-west-1:111122223333:alerts")
    given = {"workspace_id": "T0123ABCD", "channel_id": "C0123ABCD", "topics": [topic]}
    return SlackRoute(stack, "Slack", **given | options)


def test_defaults(stack, snapshot):
    route(stack)
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_the_channel_may_do_nothing(stack, resources):
    made = route(stack)
    (channel,) = resources(stack, CHANNEL).values()
    (name,) = (each["Ref"] for each in channel["Properties"]["GuardrailPolicies"])
    (statement,) = resources(stack, "AWS::IAM::ManagedPolicy")[name]["Properties"][
        "PolicyDocument"
    ]["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Deny", "*", "*")
    role = resources(stack, "AWS::IAM::Role")[stack.get_logical_id(made.role.node.default_child)]
    assert "ManagedPolicyArns" not in role["Properties"]
    assert "Policies" not in role["Properties"]


def test_only_the_chat_service_of_this_account_takes_the_role(stack, resources):
    route(stack)
    (role,) = resources(stack, "AWS::IAM::Role").values()
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "chatbot.amazonaws.com"}
    account = statement["Condition"]["StringEquals"]["aws:SourceAccount"]
    assert account == {"Ref": "AWS::AccountId"}


@pytest.mark.parametrize("profile", Profile)
def test_every_rule_is_kept(stack, profile):
    route(stack)
    assert_secure(stack, profile=profile)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workspace_id": "workspace"}, "workspace_id is 'workspace': copy the id from Slack"),
        ({"channel_id": "#alerts"}, "channel_id is '#alerts'"),
        ({"topics": []}, "topics is empty"),
    ],
)
def test_what_is_no_channel_is_refused(stack, options, message):
    with pytest.raises(ValueError, match=f"^Test/Slack: {message}"):
        route(stack, **options)
