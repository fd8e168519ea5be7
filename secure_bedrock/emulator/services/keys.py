"""Customer managed keys, as moto keeps them."""

from typing import Any

from moto.kms.models import kms_backends

from secure_bedrock.emulator.services.dispatch import Call, error


def key_arn(call: Call, identifier: str) -> str:
    """The ARN of an enabled key, given by id, ARN or alias.

    Raises:
        ServiceException: ``ValidationException``: there is no such key, or it is not enabled.
    """
    account, region = call.account, call.region
    if identifier.startswith("arn:"):
        _, _, _, region, account, _ = identifier.split(":", 5)
    if region != call.region:
        raise error("ValidationException", f"Key {identifier} is not in {call.region}")
    backend: Any = kms_backends[account][region]
    alias, plain = backend.get_alias_name(identifier), backend.get_key_id(identifier)
    known = backend.alias_exists(alias) or plain in backend.keys
    key = backend.describe_key(identifier) if known else None
    if key is None or key.key_state != "Enabled":
        raise error("ValidationException", f"Key {identifier} does not exist or is not enabled")
    arn: str = key.arn
    return arn
