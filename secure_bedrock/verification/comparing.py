"""Where a claim and what was read differ."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secure_bedrock.verification.documents import normal_policy
from secure_bedrock.verification.values import ABSENT, Json, Unknown, text, unknown_in

_POLICIES = frozenset({"AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument", "ResourcePolicy"})
_TAGS = frozenset({"Tags", "ResourceTags"})
_JSON_TEXTS = frozenset(
    {"DashboardBody", "DataProtectionPolicy", "EventPattern", "RuleBody", "ThresholdExpression"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A property that is not as claimed.

    Attributes:
        path: Where, for example ``PublicAccessBlockConfiguration.BlockPublicAcls``.
        claimed: What the template says.
        read: What the service says.
    """

    path: str
    claimed: Json
    read: Json


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A property that could not be compared.

    Attributes:
        path: Where.
        reason: Why not.
    """

    path: str
    reason: str


Finding = Difference | NotCompared


def compare(path: str, claimed: Json, read: Json, partition: str) -> Iterator[Finding]:
    """Every place where two values differ. The order of a list means nothing."""
    name = path.rsplit(".", 1)[-1]
    if isinstance(claimed, Unknown):
        yield NotCompared(path, claimed.reason)
    elif claimed is ABSENT or read is ABSENT:
        if not (_empty(read) and (claimed is False or _empty(claimed))):
            yield Difference(path, claimed, read)
    elif name in _POLICIES:
        yield from _nested(
            path, normal_policy(claimed, partition), normal_policy(read, partition), partition
        )
    elif name in _JSON_TEXTS:
        yield from _nested(path, parsed(claimed), parsed(read), partition)
    elif name in _TAGS:
        yield from _tags(path, claimed, read)
    else:
        yield from _nested(path, claimed, read, partition)


def _nested(path: str, claimed: Json, read: Json, partition: str) -> Iterator[Finding]:
    if isinstance(claimed, Mapping) and isinstance(read, Mapping):
        for key in dict.fromkeys((*claimed, *read)):
            inside = f"{path}.{key}"
            yield from compare(inside, claimed.get(key, ABSENT), read.get(key, ABSENT), partition)
    elif (
        isinstance(claimed, Sequence)
        and isinstance(read, Sequence)
        and not (isinstance(claimed, str) or isinstance(read, str))
    ):
        yield from _unordered(path, list(claimed), list(read), partition)
    elif _is_nested(claimed) or _is_nested(read) or text(claimed) != text(read):
        yield Difference(path, claimed, read)


def _is_nested(value: Json) -> bool:
    return isinstance(value, (Mapping, list))


def _unordered(
    path: str, claimed: list[Json], read: list[Json], partition: str
) -> Iterator[Finding]:
    left = list(read)
    unmatched: list[Json] = []
    for element in sorted(claimed, key=lambda each: unknown_in(each) is not None):
        for candidate in left:
            found = list(compare(path, element, candidate, partition))
            if not any(isinstance(each, Difference) for each in found):
                left.remove(candidate)
                yield from found
                break
        else:
            unmatched.append(element)
    if len(unmatched) == 1 and len(left) == 1:
        yield from _nested(f"{path}[]", unmatched[0], left[0], partition)
    elif unmatched or left:
        yield Difference(f"{path}[]", unmatched or ABSENT, left or ABSENT)


def _tags(path: str, claimed: Sequence[Json], read: Sequence[Json]) -> Iterator[Finding]:
    """Tags may be added outside the template, by the stack or by the organization."""
    there = {each["Key"]: each["Value"] for each in read}
    for tag in claimed:
        value = there.get(tag["Key"], ABSENT)
        if isinstance(tag["Value"], Unknown):
            yield NotCompared(f"{path}.{tag['Key']}", tag["Value"].reason)
        elif value is ABSENT or text(value) != text(tag["Value"]):
            yield Difference(f"{path}.{tag['Key']}", tag["Value"], value)


def _empty(value: Json) -> bool:
    """Whether a value means what leaving it out means."""
    return value is ABSENT or value is None or value in ({}, [], "")


def parsed(value: Json) -> Json:
    """A JSON text as what it says; anything else as it is."""
    return json.loads(value) if isinstance(value, str) else value
