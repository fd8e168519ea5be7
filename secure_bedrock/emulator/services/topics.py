"""SNS topics as targets of other services."""

import json
from typing import Any

from moto.sns.models import sns_backends

from secure_bedrock.emulator.services.dispatch import Call, error
from secure_bedrock.emulator.services.keys import key_policy, usable_key
from secure_bedrock.emulator.services.service_principals import service_may
from secure_bedrock.policy import Policy


def check_publisher(call: Call, arn: str, service: str) -> None:
    """Refuse a topic that does not exist, or whose policy or key shuts the service out.

    Raises:
        ServiceException: ``ValidationException``.
    """
    region = arn.split(":")[3]
    topic: Any = sns_backends[call.account][region].topics.get(arn)
    if topic is None:
        raise error("ValidationException", f"Topic {arn} does not exist in this account")
    text = topic.policy
    document = json.loads(text) if isinstance(text, str) else text
    policy = Policy.from_document(document, name="topic policy")
    source = f"arn:{call.partition}:{service.partition('.')[0]}::{call.account}:*"
    if not service_may(call, service, "sns:Publish", arn, policy, source=source):
        raise error("ValidationException", f"{service} may not publish to {arn}: see its policy")
    if topic.kms_master_key_id and not _may_encrypt(call, topic, service):
        text = f"{service} may not use the key of {arn}: see the key's policy"
        raise error("ValidationException", text)


def _may_encrypt(call: Call, topic: Any, service: str) -> bool:  # noqa: ANN401 - moto's topic
    key = usable_key(call, topic.kms_master_key_id, home=topic.arn.split(":")[3])
    source = f"arn:{call.partition}:{service.partition('.')[0]}::{call.account}:*"
    return key is not None and all(
        service_may(call, service, action, key.arn, key_policy(key), source=source)
        for action in ("kms:GenerateDataKey", "kms:Decrypt")
    )
