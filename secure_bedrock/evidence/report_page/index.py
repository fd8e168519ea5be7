"""The resources that a page lists, with an anchor for every property that something refers to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from secure_bedrock.evidence.anchors import property_anchor, resource_anchor, without_wrappers
from secure_bedrock.evidence.controls.model import Evidence, Place

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property that a line of the page links to."""

    path: str
    line: int | None
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A resource with the properties that are referred to."""

    place: Place
    name: str
    anchor: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A template with its resources."""

    path: str
    anchor: str
    entries: tuple[Entry, ...]


def name_of(place: Place, stacks: Collection[str] = ()) -> str:
    """The construct path without its stack, otherwise the logical id, otherwise the file.

    Args:
        place: Where.
        stacks: Paths of stacks, which stand in where a resource has no path of its own.
    """
    path = "" if place.construct_path in stacks else without_wrappers(place.construct_path)
    return path.partition("/")[2] or path or place.logical_id or place.template


def by_shown_name(index: Sequence[File], evidence: Evidence) -> dict[str, Entry]:
    """Resources by the name that the access map gives them."""
    stacks = {each.path: each.stack for each in evidence.inputs}
    found: dict[str, Entry] = {}
    for file in index:
        stack = stacks.get(file.path) or PurePath(file.path).name.split(".")[0]
        for entry in file.entries:
            found[f"{stack}/{entry.place.logical_id}"] = entry
            found[entry.place.construct_path.removesuffix("/Resource")] = entry
    return found


def anchor_of(place: Place) -> str:
    """Where a link to a place leads."""
    return property_anchor(place.template, place.logical_id, place.property_path)


def read_index(evidence: Evidence) -> tuple[File, ...]:
    """Every template with every resource, those that only a finding names included."""
    stacks = stacks_of(evidence)
    files: dict[str, dict[str, Place]] = {each.path: {} for each in evidence.inputs}
    properties: dict[Key, dict[str, int | None]] = {}
    for resource in evidence.resources:
        files.setdefault(resource.place.template, {})[resource.place.logical_id] = resource.place
    for place in _places(evidence):
        key = (place.template, place.logical_id)
        files.setdefault(place.template, {})
        if place.logical_id or place.property_path:
            files[place.template].setdefault(place.logical_id, place)
        if place.property_path:
            properties.setdefault(key, {}).setdefault(place.property_path, place.line)
    return tuple(
        File(
            path=path,
            anchor=f"f-{resource_anchor(path, '')}",
            entries=tuple(
                _entry(place, stacks, properties.get((path, logical_id), {}))
                for logical_id, place in entries.items()
            ),
        )
        for path, entries in files.items()
    )


def stacks_of(evidence: Evidence) -> frozenset[str]:
    """Paths of the stacks that the templates are of."""
    return frozenset(each.stack for each in evidence.inputs)


def _entry(place: Place, stacks: Collection[str], properties: dict[str, int | None]) -> Entry:
    return Entry(
        place=place,
        name=name_of(place, stacks),
        anchor=resource_anchor(place.template, place.logical_id),
        properties=tuple(
            Property(
                path=path,
                line=line,
                anchor=property_anchor(place.template, place.logical_id, path),
            )
            for path, line in sorted(properties.items())
        ),
    )


def _places(evidence: Evidence) -> Iterator[Place]:
    for framework in evidence.frameworks:
        for control in framework.controls:
            for proof in control.proofs:
                if proof.place is not None:
                    yield proof.place
    for finding in (*evidence.findings, *evidence.acknowledgements):
        yield finding.place
