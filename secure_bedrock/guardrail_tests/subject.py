"""The guardrail that is tested: found by name, id or ARN."""

import re
from dataclasses import dataclass
from typing import Any

DRAFT = "DRAFT"

_ARN = re.compile(r"(?P<guardrail>arn:[a-z-]+:bedrock:[a-z0-9-]+:[0-9]{12}:guardrail/[a-z0-9]+)")
_VERSION = re.compile(rf"[1-9][0-9]{{0,7}}|{DRAFT}")
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One version of a guardrail.

    Attributes:
        arn: ARN without a version.
        name: Its name.
        version: Number or DRAFT.
        document: What GetGuardrail says; empty when it comes from a recording.
    """

    arn: str
    name: str
    version: str
    document: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.name}:{self.version}"


def split_version(text: str) -> tuple[str, str]:
    """ID_OR_NAME[:VERSION] in two; without a version it is DRAFT.

    Raises:
        ValueError: What follows the colon is no version.
    """
    found = _ARN.match(text)
    guardrail = found["guardrail"] if found else text.partition(":")[0]
    rest = text[len(guardrail) :]
    if not rest:
        return guardrail, DRAFT
    version = rest.removeprefix(":")
    if not guardrail or not rest.startswith(":") or not _VERSION.fullmatch(version):
        raise ValueError(f"{text!r}: write ID_OR_NAME:VERSION with a number or {DRAFT}")
    return guardrail, version


def find(client: Any, text: str) -> Subject:  # noqa: ANN401 - boto3 makes clients at run time
    """The guardrail that ID_OR_NAME[:VERSION] names.

    Raises:
        ValueError: There is none, or there are several of that name.
    """
    wanted, version = split_version(text)
    summaries = list(_summaries(client))
    matching = [each for each in summaries if wanted in (each["id"], each["arn"], each["name"])]
    if not matching and _ARN.fullmatch(wanted):
        return read(client, wanted, version)  # shared by another account, which no list shows
    if len(matching) != 1:
        names = ", ".join(sorted(each["name"] for each in summaries)[:_SHOWN]) or "none"
        many = "several guardrails have" if matching else "no guardrail has"
        raise ValueError(f"{many} the name or id {wanted!r}; some that exist: {names}")
    return read(client, matching[0]["arn"], version)


def read(client: Any, guardrail: str, version: str) -> Subject:  # noqa: ANN401
    """One version of a guardrail."""
    document = client.get_guardrail(guardrailIdentifier=guardrail, guardrailVersion=version)
    return Subject(
        arn=document["guardrailArn"], name=document["name"], version=version, document=document
    )


def _summaries(client: Any) -> Any:  # noqa: ANN401
    for page in client.get_paginator("list_guardrails").paginate():
        yield from page["guardrails"]
