"""Model invocation logging configurations as values: where one delivers, and what the SDK knows."""

from collections.abc import Mapping
from typing import Any

import botocore

from .protocol import RefusedError

Configuration = Mapping[str, Any]

_TOGGLE_SUFFIX = "DataDeliveryEnabled"


def destinations(configuration: Configuration) -> frozenset[str]:
    """Every log group and bucket that the configuration delivers to, in words."""
    cloud_watch = configuration.get("cloudWatchConfig") or {}
    large_data = cloud_watch.get("largeDataDeliveryS3Config") or {}
    bucket = configuration.get("s3Config") or {}
    found = {
        f"log group {cloud_watch.get('logGroupName')}": cloud_watch,
        f"bucket {large_data.get('bucketName')}": large_data,
        f"bucket {bucket.get('bucketName')}": bucket,
    }
    return frozenset(name for name, part in found.items() if part)


def known_to(shape: Any, wanted: Configuration) -> tuple[dict[str, Any], list[str]]:  # noqa: ANN401
    """The part of a configuration that the runtime's SDK knows, and the names of what it does not.

    CloudFormation hands every value over as a string; booleans are read here, by the SDK's model.

    Raises:
        RefusedError: Left out, the parameter would change more than which kinds of data are logged.
    """
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    for name, value in wanted.items():
        member = shape.members.get(name)
        if member is None:
            dropped.append(_droppable(name, value))
        elif member.type_name == "structure":
            kept[name], below = known_to(member, value)
            dropped += below
        else:
            kept[name] = is_true(value) if member.type_name == "boolean" else value
    return kept, dropped


def is_true(value: object) -> bool:
    """Read a boolean as CloudFormation hands it over."""
    return {"true": True, "false": False}[str(value).lower()]


def _droppable(name: str, value: object) -> str:
    """A kind of data that cannot be switched on is only missing from the logs; that is reported.

    One that cannot be switched off might be logged against the user's word, and a destination that
    cannot be named leaves nothing of the configuration: both are refused.
    """
    if name.endswith(_TOGGLE_SUFFIX) and is_true(value):
        return name
    raise RefusedError(
        f"the runtime's botocore {botocore.__version__} does not know {name}, and {name}={value} "
        "cannot be left out: use a newer Lambda runtime, or deploy again when AWS has updated it"
    )
