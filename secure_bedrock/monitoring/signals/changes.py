"""Rules for changes: the event is told as it is, with what to make of it."""

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.security_signals import Change, Pattern, Severity, Signal
from secure_bedrock.encryption.key_policies import TopicPublisher, allow_topic_publisher

_TAKEN = {
    "call": "$.detail.eventName",
    "by": "$.detail.userIdentity.arn",
    "from": "$.detail.sourceIPAddress",
    "at": "$.detail.eventTime",
    "region": "$.detail.awsRegion",
    "error": "$.detail.errorCode",
    "event": "$.detail.eventID",
}


def tell_change(scope: Construct, change: Change, topic: sns.ITopic) -> events.CfnRule:
    """A rule for a change; calls that failed are told too."""
    return tell(
        scope,
        change.signal,
        severity=change.severity,
        summary=change.summary,
        runbook=change.runbook,
        pattern=change.pattern(),
        topic=topic,
    )


def tell(
    scope: Construct,
    signal: Signal,
    *,
    severity: Severity,
    summary: str,
    runbook: str,
    pattern: Pattern,
    topic: sns.ITopic,
) -> events.CfnRule:
    """A rule that turns an event into a message of a few lines.

    Text, because EventBridge leaves out what an event does not have, and JSON with a gap is none.
    """
    lines = (
        f"{severity}: {signal}",
        summary,
        "<call> by <by> from <from> at <at> in <region>. Error: <error>",
        f"Event <event>. Runbook: docs/runbooks/{runbook}",
    )
    transformer = events.CfnRule.InputTransformerProperty(
        input_paths_map=dict(_TAKEN), input_template="\n".join(f'"{line}"' for line in lines)
    )
    target = events.CfnRule.TargetProperty(
        id="Topic", arn=topic.topic_arn, input_transformer=transformer
    )
    return events.CfnRule(
        scope,
        str(signal),
        description=f"{severity}: {summary}",
        event_pattern=pattern,
        state="ENABLED",
        targets=[target],
    )


def let_rules_publish(topic: sns.ITopic) -> None:
    """Let EventBridge publish to the topic and use its key.

    EventBridge supports no conditions in the policy of a topic. Source: EventBridge User Guide,
    "Using resource-based policies for Amazon EventBridge".
    """
    if (key := topic.master_key) is not None:
        allow_topic_publisher(key, TopicPublisher.EVENTBRIDGE)
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="RulesPublish",
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
        )
    )
