"""Customer managed keys, as moto keeps them."""

import json
from typing import Any

from moto.kms.models import kms_backends

from secure_bedrock.emulator.services.dispatch import Call, error
from secure_bedrock.policy import Policy


def usable_key(call: Call, identifier: str, home: str = "") -> Any:  # noqa: ANN401 - moto's key
    """The enabled key with this id, ARN or alias, or nothing.

    It has to be in the Region ``home``, by default that of the request.
    """
    home = home or call.region
    account, region = call.account, home
    if identifier.startswith("arn:"):
        _, _, _, region, account, _ = identifier.split(":", 5)
    backend: Any = kms_backends[account][region]
    alias, plain = backend.get_alias_name(identifier), backend.get_key_id(identifier)
    if region != home or not (backend.alias_exists(alias) or plain in backend.keys):
        return None
    key = backend.describe_key(identifier)
    return key if key.key_state == "Enabled" else None


def key_arn(call: Call, identifier: str) -> str:
    """The ARN of an enabled key, given by id, ARN or alias.

    Raises:
        ServiceException: ``ValidationException``: there is no such key, or it is not enabled.
    """
    key = usable_key(call, identifier)
    if key is None:
        text = f"Key {identifier} does not exist in {call.region} or is not enabled"
        raise error("ValidationException", text)
    arn: str = key.arn
    return arn


def key_policy(key: Any) -> Policy:  # noqa: ANN401 - moto's key
    """The policy of a key."""
    return Policy.from_document(json.loads(key.policy), name=f"policy of {key.arn}")
