"""Whether CloudWatch Logs may use the key of a log group, which moto does not check."""

from collections.abc import Mapping
from typing import Any

from secure_bedrock.emulator.services.dispatch import MOTO, Call, error, operation
from secure_bedrock.emulator.services.keys import key_policy, usable_key
from secure_bedrock.emulator.services.service_principals import service_may

_ACTIONS = ("Encrypt", "Decrypt", "ReEncryptFrom", "GenerateDataKey", "DescribeKey")


@operation("logs", "CreateLogGroup", "AssociateKmsKey")
def check(call: Call) -> Mapping[str, Any]:
    """Refuse a key that shuts CloudWatch Logs out; moto does the rest."""
    if "kmsKeyId" not in call.params:
        return MOTO
    name = call.params.get("logGroupName") or call.params.get("resourceIdentifier", "")
    group = call.arn(f"log-group:{name.split(':log-group:')[-1].removesuffix(':*')}")
    key = usable_key(call, call.params["kmsKeyId"])
    service = f"logs.{call.region}.amazonaws.com"
    context = {"kms:EncryptionContext:aws:logs:arn": group}
    if key is None or not all(
        service_may(call, service, f"kms:{each}", key.arn, key_policy(key), context=context)
        for each in _ACTIONS
    ):
        text = "The specified KMS key does not exist or is not allowed to be used with LogGroup"
        raise error("InvalidParameterException", f"{text} '{group}'")
    return MOTO
