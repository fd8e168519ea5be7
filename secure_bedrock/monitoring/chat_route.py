"""Alerts in a Slack channel, by a role that can do nothing."""

import re
from collections.abc import Sequence

from aws_cdk import Names
from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_WORKSPACE, _CHANNEL = re.compile(r"T[0-9A-Z]{1,254}"), re.compile(r"[A-Za-z0-9]{1,256}")


class SlackRoute(Construct):
    """Sends what topics are told to a Slack channel.

    It protects against a chat channel that administers the account: the channel's role has no
    permission, and its guardrail policy denies everything, so that nobody can run commands from
    the channel. Left out, AWS would set that guardrail to ``AdministratorAccess``.

    Args:
        scope: Parent construct.
        id: Construct id.
        workspace_id: Id of the Slack workspace, which has to be authorised once in the console of
            Amazon Q Developer in chat applications (formerly AWS Chatbot).
        channel_id: Id of the channel.
        topics: What they are told is shown, at least one topic.

    Attributes:
        role: The channel's role.

    Raises:
        ValueError: An id has the wrong form, or there is no topic.

    Source: Amazon Q Developer in chat applications Administrator Guide, "Setting up".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        workspace_id: str,
        channel_id: str,
        topics: Sequence[sns.ITopic],
    ) -> None:
        super().__init__(scope, id)
        for name, value, form in (
            ("workspace_id", workspace_id, _WORKSPACE),
            ("channel_id", channel_id, _CHANNEL),
        ):
            if not unresolved(value) and not form.fullmatch(value):
                raise ValueError(f"{self.node.path}: {name} is {value!r}: copy the id from Slack")
        if not topics:
            raise ValueError(f"{self.node.path}: topics is empty: name at least one topic")
        self.role = _powerless_role(self)
        chatbot.CfnSlackChannelConfiguration(
            self,
            "Channel",
            configuration_name=Names.unique_resource_name(self, max_length=100, separator="-"),
            slack_workspace_id=workspace_id,
            slack_channel_id=channel_id,
            iam_role_arn=self.role.role_arn,
            guardrail_policies=[_nothing_allowed(self).managed_policy_arn],
            sns_topic_arns=[topic.topic_arn for topic in topics],
            user_role_required=False,
            logging_level="ERROR",
        )


def _powerless_role(scope: Construct) -> iam.Role:
    place = place_of(scope)
    source = f"arn:{place.partition}:chatbot::{place.account}:chat-configuration/*"
    return iam.Role(
        scope,
        "Role",
        description="Shows alerts in Slack; has no permission",
        assumed_by=iam.ServicePrincipal(
            "chatbot.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": source},
            },
        ),
    )


def _nothing_allowed(scope: Construct) -> iam.ManagedPolicy:
    return iam.ManagedPolicy(
        scope,
        "Nothing",
        description="What may be done from the channel: nothing",
        statements=[
            iam.PolicyStatement(
                sid="DenyEverything", effect=iam.Effect.DENY, actions=["*"], resources=["*"]
            )
        ],
    )
