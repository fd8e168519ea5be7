"""The rotation period of a customer managed key."""

from typing import Any

from secure_bedrock.emulator.amendments.hook import after
from secure_bedrock.emulator.values import Members

_DEFAULT_DAYS = 365


def _plain(key: str) -> str:
    return key.rsplit("/", 1)[-1]


@after("kms", "EnableKeyRotation")
def _remember(params: Members, _: Members, kept: dict[str, Any]) -> None:
    kept[_plain(params["KeyId"])] = params.get("RotationPeriodInDays", _DEFAULT_DAYS)


@after("kms", "GetKeyRotationStatus")
def _add(params: Members, answer: Members, kept: dict[str, Any]) -> None:
    key = _plain(params["KeyId"])
    if answer["KeyRotationEnabled"] and key in kept:
        answer["RotationPeriodInDays"] = kept[key]
