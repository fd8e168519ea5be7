"""The words a resource type is declared with.

A template is plain data that becomes the arguments of one API call. In it, ``"$BucketName"`` is a
property, ``"$Code.S3Key"`` a nested one, ``"$id"`` the physical id, ``"$id.1"`` its second part,
``"$name"`` the given or generated name, ``"$item"`` the element of a list, ``"$created.X"`` and
``"$read.X"`` what the API answered; ``"${...}"`` puts one into a longer string. What is absent is
left out; a key that ends in ``!`` takes its whole object with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from secure_bedrock.emulator.values import Json


class Mapped(Enum):
    """Which properties a call takes by their own name, besides those its arguments name."""

    NONE = "none"
    PATCH = "what is given; a property that is removed keeps its value"
    PUT = "what is given; the rest returns to its default"


@dataclass(frozen=True)
class Call:
    """One API call: the operation as boto3 spells it, and its arguments."""

    operation: str
    arguments: Mapping[str, Json]
    mapped: Mapped = Mapped.NONE


@dataclass(frozen=True)
class Get:
    """One reading call, the JMESPath to what is wanted, and the property it belongs to."""

    operation: str
    path: str
    arguments: Mapping[str, Json]


@dataclass(frozen=True)
class Each:
    """A list in arguments: the template once for every element of a property."""

    source: str
    template: Json


@dataclass(frozen=True)
class Default:
    """A value in arguments for when the property is absent."""

    source: str
    value: Json


@dataclass(frozen=True, kw_only=True)
class Part:
    """A property with calls of its own.

    Attributes:
        property: The property's name.
        set: Carries it out; for ``each``, once for every element.
        clear: Undoes it when the property or the element goes away; None where AWS has no way.
        read: Reads it back; what ``set`` sent must be found there.
        each: Whether the property is a list that is carried out element by element.
        with_resource: Whether it goes away with the resource, so that a deletion need not clear it.
        created: Whether the type's create call does it, so that ``set`` is for updates.
        only: The value that asks for ``set``. The other truth value means what an absent property
            means; where this is text, any other text is refused.
    """

    property: str
    set: Call
    clear: Call | None = None
    read: Get | None = None
    each: bool = False
    with_resource: bool = True
    created: bool = False
    only: Json = None


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a service tags."""

    set: Call
    clear: Call
    read: Get
    property: str = "Tags"


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One CloudFormation type over the service's API.

    Attributes:
        name: CloudFormation's name of the type.
        service: boto3's name of the service.
        create: Makes it; None where the parts do all there is.
        id: Template of the physical id.
        ref: Template of what ``Ref`` gives.
        name_property: Path of the property that names it; a name is generated when it is absent.
        name_length: The longest name the service takes.
        lowercase: Whether the service takes only small letters in a name.
        update: Changes it in place.
        delete: Removes it.
        parts: Properties with calls of their own.
        reads: What is read back; each answer's members are merged.
        read_as: JMESPath into what was read, for arguments the answer names otherwise.
        attributes: JMESPath into what was read, or template, for ``Fn::GetAtt``.
        unread: Arguments that no API of the service gives back.
        tagging: How it is tagged.
        exists: A reading call that finds it, for services whose create call overwrites.
        renames: Members that the API spells otherwise than CloudFormation.
        without_effect: Properties that change nothing here.
        note: What is worth knowing of it, for the documentation.
    """

    name: str
    service: str
    id: str
    delete: Call | None
    create: Call | None = None
    ref: str = "$id"
    name_property: str = ""
    name_length: int = 63
    lowercase: bool = False
    update: Call | None = None
    parts: tuple[Part, ...] = ()
    reads: tuple[Get, ...] = ()
    read_as: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    tagging: Tagging | None = None
    exists: Get | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    without_effect: frozenset[str] = frozenset()
    note: str = ""

    @property
    def tags_property(self) -> str:
        """The property with the tags, or an empty string."""
        return self.tagging.property if self.tagging else ""


def call(operation: str, **arguments: Json) -> Call:
    """A call with exactly these arguments."""
    return Call(operation, arguments)


def put(operation: str, **arguments: Json) -> Call:
    """A call that takes every property of its own, and resets those that are absent."""
    return Call(operation, arguments, Mapped.PUT)


def patch(operation: str, **arguments: Json) -> Call:
    """A call that takes every property of its own, and leaves the others as they are."""
    return Call(operation, arguments, Mapped.PATCH)


def get(operation: str, path: str, **arguments: Json) -> Get:
    """A reading call."""
    return Get(operation, path, arguments)
