"""A role for emergencies: whoever takes it on is seen."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.access.people import PeopleWithMfa, short_session
from secure_bedrock.encryption.rule_targets import send_to_topic

_TWO_HOURS = 2
_ALSO_READ_ONLY = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


class BreakGlassRole(Construct):
    """A role that named people take on in an emergency, and a notification each time it is tried.

    It protects against powerful access that nobody watches. AWS STS writes a call to the CloudTrail
    of the Region that served it, so the role can be taken on in this stack's Region only, where the
    rule is: a call elsewhere is refused rather than unnoticed. A refused attempt in this Region is
    reported, too. The rule needs a trail that records management events in this Region.

    Use the Region's own STS endpoint. The console makes the call in a Region of its choice, usually
    us-east-1: deploy there if people are to switch to the role in the console.

    Args:
        scope: Parent construct.
        id: Construct id.
        people: Who may take it on: ``PeopleWithMfa``.
        managed_policies: What the role may do, at least one policy.
        topic: Is told. Its key's policy is completed, so it has to be encrypted with one that this
            app creates, or whose policy admits EventBridge.
        max_session: Longest session, 1 to 2 hours. Default: 1 hour.

    Attributes:
        role: The role.
        rule: What watches it.

    Raises:
        ValueError: No policy, a topic without a customer managed key, or ``max_session`` is outside
            its limits.

    Source: IAM User Guide, "AWS STS Regions and endpoints" and "Logging IAM and AWS STS API calls
    with AWS CloudTrail".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        people: PeopleWithMfa,
        managed_policies: Sequence[iam.IManagedPolicy],
        topic: sns.ITopic,
        max_session: Duration | None = None,
    ) -> None:
        super().__init__(scope, id)
        path = self.node.path
        if not managed_policies:
            raise ValueError(f"{path}: managed_policies is empty: name what an emergency takes")
        if topic.master_key is None:
            raise ValueError(f"{path}: the topic has no customer managed key: give it a master_key")
        session = short_session(path, max_session or Duration.hours(1), longest_hours=_TWO_HOURS)
        self.role: iam.IRole = iam.Role(
            self,
            "Resource",
            description="For emergencies; somebody is told each time it is taken on",
            assumed_by=people.principal(aws__RequestedRegion=Stack.of(self).region),
            max_session_duration=session,
            managed_policies=list(managed_policies),
        )
        self.rule = self._rule()
        send_to_topic(self.rule, topic)

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self.role.role_arn

    def _rule(self) -> events.Rule:
        """Whether AWS counts AssumeRole among the calls that only read does not matter here."""
        rule = events.Rule(
            self,
            "Use",
            description="Somebody took the break-glass role on, or tried to",
            event_pattern=events.EventPattern(
                source=["aws.sts"],
                detail_type=["AWS API Call via CloudTrail"],
                detail={
                    "eventSource": ["sts.amazonaws.com"],
                    "eventName": ["AssumeRole"],
                    "requestParameters": {"roleArn": [self.role.role_arn]},
                },
            ),
        )
        resource = rule.node.default_child
        if isinstance(resource, events.CfnRule):
            resource.state = _ALSO_READ_ONLY
        return rule
