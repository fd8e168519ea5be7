"""Amazon SNS."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.documents import normal_policy
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, Reading, reader
from secure_bedrock.verification.values import as_list


@reader("AWS::SNS::Topic", ids=["TopicArn"])
def read_topic(aws: Aws, topic: Deployed) -> Reading:
    """Key and kind of a topic."""
    sns = aws.client("sns")
    found = sns.get_topic_attributes(TopicArn=topic.id)["Attributes"]
    return Reading(
        properties={
            "KmsMasterKeyId": found.get("KmsMasterKeyId"),
            "DisplayName": found.get("DisplayName"),
            "FifoTopic": found.get("FifoTopic"),
        },
        if_claimed={
            "TopicName": topic.id.rsplit(":", 1)[-1],
            "Tags": tag_list(sns.list_tags_for_resource(ResourceArn=topic.id)["Tags"]),
            **pick(found, "SignatureVersion", "TracingConfig"),
        },
        attributes={"TopicName": topic.id.rsplit(":", 1)[-1]},
    )


@reader("AWS::SNS::TopicPolicy")
def read_topic_policy(aws: Aws, policy: Deployed) -> Reading:
    """The policy of every topic it is for."""
    sns = aws.client("sns")
    topics = as_list(policy.claim["Topics"])
    documents = [
        sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"] for topic in topics
    ]
    wanted = normal_policy(policy.claim["PolicyDocument"], aws.partition)
    other = (each for each in documents if normal_policy(each, aws.partition) != wanted)
    return Reading(
        properties={"PolicyDocument": next(other, documents[0]), "Topics": topics},
    )


@reader("AWS::SNS::Subscription", implied={"PendingConfirmation": "false"})
def read_subscription(aws: Aws, subscription: Deployed) -> Reading:
    """Who is subscribed, and whether they confirmed."""
    sns = aws.client("sns")
    found = sns.get_subscription_attributes(SubscriptionArn=subscription.id)["Attributes"]
    return Reading(
        properties={
            **pick(found, "TopicArn", "Protocol", "Endpoint"),
            "PendingConfirmation": found.get("PendingConfirmation", "false"),
        },
        if_claimed=pick(found, "FilterPolicy", "RawMessageDelivery", "RedrivePolicy"),
    )
