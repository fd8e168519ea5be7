"""Who may publish to an encrypted topic: its policy and its key's policy, completed together."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from secure_bedrock.encryption.key_policies import TopicPublisher, allow_topic_publisher
from secure_bedrock.encryption.place import place_of


def allow_alarms(topic: sns.ITopic) -> None:
    """Let CloudWatch alarms of the topic's account and Region publish to it.

    Source: Amazon SNS Developer Guide, "Example cases for Amazon SNS access control".
    """
    if (key := topic.master_key) is not None:
        allow_topic_publisher(key, TopicPublisher.CLOUDWATCH)
    place = place_of(topic)
    alarms = f"arn:{place.partition}:cloudwatch:{place.region}:{place.account}:alarm:*"
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="CloudWatchAlarmsPublish",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": alarms},
            },
        )
    )
