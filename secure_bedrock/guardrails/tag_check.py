"""A check of tags, which reach guardrails from anywhere in the app."""

import re
from collections.abc import Iterator, Mapping, Sequence

import jsii
from constructs import IValidation

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.guardrails.published_guardrail import PublishedGuardrail

_TAG = re.compile(limits.TAG_PATTERN)


@jsii.implements(IValidation)
class TagCheck:
    """Reports tags that Amazon Bedrock refuses although other services take them.

    Source: Amazon Bedrock API Reference, ``Tag``.
    """

    def __init__(self, guardrails: Sequence[PublishedGuardrail]) -> None:
        self._guardrails = guardrails

    def validate(self) -> list[str]:
        """One line for each tag that is refused."""
        return [
            f"{guardrail.node.path}: {problem}"
            for guardrail in self._guardrails
            for problem in _problems(guardrail.resource.cdk_tag_manager.tag_values())
        ]


def _problems(tags: Mapping[str, str]) -> Iterator[str]:
    if len(tags) > limits.TAGS_LIMIT:
        yield f"{len(tags)} tags, at most {limits.TAGS_LIMIT} are allowed: remove some"
    for key, value in tags.items():
        for what, text, limit in (
            ("key", key, limits.TAG_KEY_LIMIT),
            ("value", value, limits.TAG_VALUE_LIMIT),
        ):
            if not unresolved(text) and (len(text) > limit or not _TAG.fullmatch(text)):
                yield (
                    f"tag {what} {text!r} must have up to {limit} letters, digits, spaces and "
                    "._:/=+@-, or be excluded for guardrails"
                )
