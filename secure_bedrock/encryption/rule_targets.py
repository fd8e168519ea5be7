"""Where the events of a rule go."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns

from secure_bedrock.encryption.key_policies import TopicPublisher, allow_topic_publisher


def send_to_topic(rule: events.Rule, topic: sns.ITopic) -> None:
    """Send the rule's events to an encrypted topic, with what the topic's key must allow."""
    if (key := topic.master_key) is not None:
        allow_topic_publisher(key, TopicPublisher.EVENTBRIDGE)
    rule.add_target(targets.SnsTopic(topic))
