"""Cost allocation tags: which keys and values AWS takes."""

import re
from collections.abc import Iterator, Mapping

from secure_bedrock.catalog.guardrails import (
    TAG_KEY_LIMIT,
    TAG_PATTERN,
    TAG_VALUE_LIMIT,
    TAGS_LIMIT,
)

_RESERVED = "aws:"
_TAG = re.compile(TAG_PATTERN)
_UNRESOLVED = "${Token["


def cost_tag_problems(tags: Mapping[str, str]) -> Iterator[str]:
    """What AWS would refuse, or never show in a bill.

    Source: AWS Billing User Guide, "Using user-defined cost allocation tags"; Amazon Bedrock API
    Reference, ``Tag``.
    """
    if len(tags) > TAGS_LIMIT:
        yield f"{len(tags)} tags, at most {TAGS_LIMIT} are allowed: remove some"
    folded = [key.lower() for key in tags]
    for key, value in tags.items():
        if _UNRESOLVED in key:
            yield "a tag key is known only at deployment, but is activated by name: write it out"
            continue
        if key.lower().startswith(_RESERVED):
            yield f"tag key {key!r} begins with aws:, which is reserved for AWS: choose another"
        if folded.count(key.lower()) > 1:
            yield f"tag key {key!r} is there twice, in other capitals: bills show both, keep one"
        yield from _text_problems("key", key, TAG_KEY_LIMIT)
        if _UNRESOLVED not in value:
            yield from _text_problems(f"value of {key!r},", value, TAG_VALUE_LIMIT)


def _text_problems(what: str, text: str, limit: int) -> Iterator[str]:
    if not text or len(text) > limit or text != text.strip() or not _TAG.fullmatch(text):
        yield (
            f"tag {what} {text!r} must have 1 to {limit} letters, digits, spaces and ._:/=+@-, "
            "and no space around it"
        )
