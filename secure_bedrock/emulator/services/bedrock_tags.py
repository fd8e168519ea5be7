"""Tags of the Bedrock resources that are ours; moto keeps those of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from secure_bedrock.emulator.services.dispatch import MOTO, Call, error, operation

_OURS = (":guardrail/", ":application-inference-profile/", ":provisioned-model/")
_MAX_TAGS = 200


def set_tags(call: Call, arn: str, tags: Iterable[Mapping[str, str]]) -> None:
    """Add tags to a resource.

    Raises:
        ServiceException: ``TooManyTagsException``: more than 200 would be on it.
    """
    merged = call.table("tags").get(arn, {}) | {tag["key"]: tag["value"] for tag in tags}
    if len(merged) > _MAX_TAGS:
        raise error("TooManyTagsException", f"{arn}: 200 tags at most")
    call.table("tags")[arn] = merged


@operation("bedrock", "TagResource", "UntagResource", "ListTagsForResource")
def tags(call: Call) -> Mapping[str, Any]:
    """Read or change the tags of a guardrail, an inference profile or dedicated capacity."""
    arn = call.params["resourceARN"]
    if not any(kind in arn for kind in _OURS):
        return MOTO
    if arn not in call.table("tags"):
        raise error("ResourceNotFoundException", f"{arn} does not exist")
    set_tags(call, arn, call.params.get("tags", []))
    for key in call.params.get("tagKeys", []):
        call.table("tags")[arn].pop(key, None)
    if call.operation != "ListTagsForResource":
        return {}
    return {"tags": [{"key": k, "value": v} for k, v in call.table("tags")[arn].items()]}
