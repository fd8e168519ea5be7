"""Amazon SQS and Amazon EventBridge."""

from secure_bedrock.emulator.resources.declaration import (
    Part,
    ResourceType,
    Tagging,
    call,
    get,
    put,
)
from secure_bedrock.emulator.resources.tagging import arn_tagging


def _queue_attribute(name: str) -> Part:
    return Part(
        property=name,
        set=call("set_queue_attributes", QueueUrl="$id", Attributes={name: f"${name}"}),
        read=get("get_queue_attributes", "@", QueueUrl="$id", AttributeNames=["All"]),
    )


_QUEUE = ResourceType(
    name="AWS::SQS::Queue",
    service="sqs",
    name_property="QueueName",
    name_length=80,
    exists=get("get_queue_url", "QueueUrl", QueueName="$name"),
    create=call("create_queue", QueueName="$name"),
    id="$created.QueueUrl",
    delete=call("delete_queue", QueueUrl="$id"),
    parts=tuple(
        _queue_attribute(name)
        for name in (
            "DelaySeconds",
            "KmsDataKeyReusePeriodSeconds",
            "KmsMasterKeyId",
            "MaximumMessageSize",
            "MessageRetentionPeriod",
            "ReceiveMessageWaitTimeSeconds",
            "RedrivePolicy",
            "SqsManagedSseEnabled",
            "VisibilityTimeout",
        )
    ),
    reads=(get("get_queue_attributes", "Attributes", QueueUrl="$id", AttributeNames=["All"]),),
    unread=frozenset({"QueueName"}),
    attributes={"Arn": "$read.QueueArn", "QueueUrl": "$id", "QueueName": "$name"},
    tagging=Tagging(
        set=call("tag_queue", QueueUrl="$id", Tags="$Tags"),
        clear=call("untag_queue", QueueUrl="$id", TagKeys="$keys"),
        read=get("list_queue_tags", "@", QueueUrl="$id"),
    ),
    note="Standard queues.",
)

_QUEUE_POLICY = ResourceType(
    name="AWS::SQS::QueuePolicy",
    service="sqs",
    id="$generated_name",
    delete=None,
    parts=(
        Part(
            property="Queues",
            each=True,
            with_resource=False,
            set=call(
                "set_queue_attributes", QueueUrl="$item", Attributes={"Policy": "$PolicyDocument"}
            ),
            clear=call("set_queue_attributes", QueueUrl="$item", Attributes={"Policy": ""}),
            read=get(
                "get_queue_attributes",
                "{QueueUrl: '${item}', Attributes: Attributes}",
                QueueUrl="$item",
                AttributeNames=["All"],
            ),
        ),
    ),
    note="Kept, not enforced.",
)

_RULE = ResourceType(
    name="AWS::Events::Rule",
    service="events",
    name_property="Name",
    name_length=64,
    exists=get("describe_rule", "@", Name="$name", EventBusName="$EventBusName"),
    create=put("put_rule", Name="$name"),
    id="$name",
    update=put("put_rule", Name="$id"),
    delete=call("delete_rule", Name="$id", EventBusName="$EventBusName"),
    parts=(
        Part(
            property="Targets",
            each=True,
            with_resource=False,
            set=call("put_targets", Rule="$id", EventBusName="$EventBusName", Targets=["$item"]),
            clear=call(
                "remove_targets", Rule="$id", EventBusName="$EventBusName", Ids=["$item.Id"]
            ),
            read=get("list_targets_by_rule", "@", Rule="$id", EventBusName="$EventBusName"),
        ),
    ),
    reads=(get("describe_rule", "@", Name="$id", EventBusName="$EventBusName"),),
    tagging=arn_tagging("ResourceARN", "arn:${partition}:events:${region}:${account}:rule/${id}"),
    note="Kept as state: no event reaches a target.",
)

TYPES = (_QUEUE, _QUEUE_POLICY, _RULE)
