"""What a reader returns, and the register of readers by resource type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """One resource of a stack, as a reader is given it.

    Attributes:
        id: Its physical id.
        type: Its CloudFormation type.
        claim: Its properties in the template, resolved.
        peers: The stack's resources of a type.
    """

    id: str
    type: str
    claim: Mapping[str, Json]
    peers: "Callable[[str], Sequence[Deployed]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a service says about one resource, in CloudFormation's words.

    Attributes:
        properties: Compared with the claim, also where the template claims nothing.
        if_claimed: Compared only where the template claims something.
        attributes: What ``Fn::GetAtt`` gives.
        unreadable: Claimed properties no API gives back, with the reason.
        claim: Claimed values in the form in which they are read, where that differs, and claims
            that follow from the rest of the template.
    """

    properties: Mapping[str, Json]
    if_claimed: Mapping[str, Json] = field(default_factory=dict)
    attributes: Mapping[str, Json] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    claim: Mapping[str, Json] = field(default_factory=dict)


class GoneError(Exception):
    """The resource is not there any more."""


Read = Callable[[Aws, Deployed], Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one type is read.

    Attributes:
        read: Reads one resource. A ClientError that says "not found" means it is gone.
        implied: What a template claims that leaves a property out: AWS's default.
        skip: Claimed properties that configure the deployment and not the resource.
        ids: Attributes that are the physical id. They need no reading, so that a group and the
            rules that name it can refer to each other.
    """

    read: Read
    implied: Mapping[str, Json]
    skip: frozenset[str]
    ids: frozenset[str]


_READERS: dict[str, Reader] = {}


def reader(
    *types: str,
    implied: Mapping[str, Json] | None = None,
    skip: Sequence[str] = (),
    ids: Sequence[str] = (),
) -> Callable[[Read], Read]:
    """Register the function that reads resources of these types."""

    def register(read: Read) -> Read:
        for name in types:
            _READERS[name] = Reader(
                read=read, implied=implied or {}, skip=frozenset(skip), ids=frozenset(ids)
            )
        return read

    return register


def reader_of(resource_type: str) -> Reader | None:
    """The reader of a type, if there is one."""
    return _READERS.get(resource_type)


def readable_types() -> tuple[str, ...]:
    """Every type there is a reader for."""
    return tuple(sorted(_READERS))
