"""Amazon SNS."""

from secure_bedrock.emulator.resources.declaration import (
    Part,
    ResourceType,
    call,
    get,
)
from secure_bedrock.emulator.resources.tagging import arn_tagging

_TOPIC_ARN = "arn:${partition}:sns:${region}:${account}:${name}"
_OWNER_ONLY = {
    "Version": "2008-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:${partition}:iam::${account}:root"},
            "Action": ["sns:Publish", "sns:Subscribe"],
            "Resource": "$item",
        }
    ],
}


def _topic_attribute(name: str) -> Part:
    return Part(
        property=name,
        set=call(
            "set_topic_attributes",
            TopicArn="$id",
            AttributeName=name,
            AttributeValue=f"${name}",
        ),
        clear=call("set_topic_attributes", TopicArn="$id", AttributeName=name, AttributeValue=""),
        read=get(
            "get_topic_attributes",
            f"Attributes.{{AttributeName: '{name}', AttributeValue: {name}}}",
            TopicArn="$id",
        ),
    )


_TOPIC = ResourceType(
    name="AWS::SNS::Topic",
    service="sns",
    name_property="TopicName",
    name_length=256,
    exists=get("get_topic_attributes", "Attributes", TopicArn=_TOPIC_ARN),
    create=call("create_topic", Name="$name"),
    id="$created.TopicArn",
    delete=call("delete_topic", TopicArn="$id"),
    parts=(
        *(_topic_attribute(name) for name in ("KmsMasterKeyId", "DisplayName", "SignatureVersion")),
        Part(
            property="Subscription",
            each=True,
            set=call(
                "subscribe", TopicArn="$id", Protocol="$item.Protocol", Endpoint="$item.Endpoint"
            ),
            read=get("list_subscriptions_by_topic", "Subscriptions", TopicArn="$id"),
        ),
    ),
    reads=(get("get_topic_attributes", "Attributes", TopicArn="$id"),),
    read_as={"Name": "'${name}'"},
    unread=frozenset({"Name"}),
    attributes={"TopicName": "$name"},
    tagging=arn_tagging("ResourceArn", "$id"),
    note="Standard topics. Nobody is sent e-mail.",
)

_TOPIC_POLICY = ResourceType(
    name="AWS::SNS::TopicPolicy",
    service="sns",
    id="$generated_name",
    delete=None,
    parts=(
        Part(
            property="Topics",
            each=True,
            with_resource=False,
            set=call(
                "set_topic_attributes",
                TopicArn="$item",
                AttributeName="Policy",
                AttributeValue="$PolicyDocument",
            ),
            clear=call(
                "set_topic_attributes",
                TopicArn="$item",
                AttributeName="Policy",
                AttributeValue=_OWNER_ONLY,
            ),
            read=get(
                "get_topic_attributes",
                "Attributes.{TopicArn: TopicArn, AttributeName: 'Policy', AttributeValue: Policy}",
                TopicArn="$item",
            ),
        ),
    ),
    note="Kept, not enforced.",
)

_SUBSCRIPTION = ResourceType(
    name="AWS::SNS::Subscription",
    service="sns",
    create=call(
        "subscribe",
        TopicArn="$TopicArn",
        Protocol="$Protocol",
        Endpoint="$Endpoint",
        ReturnSubscriptionArn=True,
        Attributes={
            name: f"${name}"
            for name in ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")
        },
    ),
    id="$created.SubscriptionArn",
    delete=call("unsubscribe", SubscriptionArn="$id"),
    reads=(get("get_subscription_attributes", "Attributes", SubscriptionArn="$id"),),
    read_as={"Attributes": "@"},
    unread=frozenset({"ReturnSubscriptionArn"}),
    attributes={"Arn": "$id"},
    note="Confirmed at once; AWS waits for the recipient of an e-mail.",
)


TYPES = (_TOPIC, _TOPIC_POLICY, _SUBSCRIPTION)
