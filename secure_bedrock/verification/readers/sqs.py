"""Amazon SQS."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.documents import normal_policy
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, Reading, reader
from secure_bedrock.verification.values import as_list

_COMPARED = (
    "DelaySeconds",
    "KmsDataKeyReusePeriodSeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
)


@reader("AWS::SQS::Queue")
def read_queue(aws: Aws, queue: Deployed) -> Reading:
    """Key, retention and redrive of a queue."""
    sqs = aws.client("sqs")
    found = sqs.get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]
    name = found["QueueArn"].rsplit(":", 1)[-1]
    return Reading(
        properties={"KmsMasterKeyId": found.get("KmsMasterKeyId")},
        if_claimed={
            "QueueName": name,
            "Tags": tag_list(sqs.list_queue_tags(QueueUrl=queue.id).get("Tags", {})),
            **pick(found, *_COMPARED),
        },
        attributes={"Arn": found["QueueArn"], "QueueName": name, "QueueUrl": queue.id},
    )


@reader("AWS::SQS::QueuePolicy")
def read_queue_policy(aws: Aws, policy: Deployed) -> Reading:
    """The policy of every queue it is for."""
    sqs = aws.client("sqs")
    queues = as_list(policy.claim["Queues"])
    found = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
        for url in queues
    ]
    documents = [each.get("Policy", '{"Statement":[]}') for each in found]
    wanted = normal_policy(policy.claim["PolicyDocument"], aws.partition)
    other = (each for each in documents if normal_policy(each, aws.partition) != wanted)
    return Reading(properties={"PolicyDocument": next(other, documents[0]), "Queues": queues})
