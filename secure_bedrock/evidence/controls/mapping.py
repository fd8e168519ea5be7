"""Which rules say something about which control, and who says so: the one place that knows.

``rules.json`` gives every rule its topics or the reason why it has none. A framework's file gives
every control the topics it asks for: that relation is our reading. What public sources state stands
with the rules themselves; ``stated.json`` spells their ids and says what is not taken over.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from secure_bedrock.rules._registry import load_rules

OUR_READING = "our reading"
_DATA = files(__package__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedControl:
    """A control and the rules that say something about it.

    Attributes:
        id: As the framework writes it.
        title: Its title, or a description in our own words.
        note: What stays the customer's work, and more that a reader must know.
        baselines: Such as ``FedRAMP Moderate``.
        rules: Ids of the rules, sorted; empty if the control is the customer's own work.
        source: Who relates them: our reading, or who states it for which rules.
    """

    id: str
    title: str
    note: str
    baselines: tuple[str, ...]
    rules: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedFramework:
    """A framework with its selection of controls."""

    id: str
    name: str
    version: str
    publisher: str
    source_url: str
    note: str
    controls: tuple[MappedControl, ...]


def framework_ids() -> tuple[str, ...]:
    """The ids of all frameworks, sorted."""
    folder = _DATA / "frameworks"
    return tuple(sorted(each.name.removesuffix(".json") for each in folder.iterdir()))


@cache
def load_framework(id: str) -> MappedFramework:
    """A framework with the rules of each control.

    Raises:
        ValueError: There is no such framework; the message lists those that exist.
    """
    if id not in framework_ids():
        raise ValueError(f"unknown framework {id!r}: use {', '.join(framework_ids())}")
    data = read(f"frameworks/{id}.json")
    by_topic = _rules_by_topic()
    stated = _stated(id)
    controls = []
    for row in data.pop("controls"):
        ours = {rule for topic in row["topics"] for rule in by_topic[topic]}
        theirs = stated.get(row["id"], {})
        controls.append(
            MappedControl(
                id=row["id"],
                title=row["title"],
                note=row["note"],
                baselines=tuple(row.get("baselines", ())),
                rules=tuple(sorted({*ours, *theirs})),
                source=_source(ours, theirs),
            )
        )
    return MappedFramework(**data, controls=tuple(controls))


def read(name: str) -> dict[str, Any]:
    """One of the data files."""
    data: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return data


def digest(rule_ids: Iterable[str]) -> str:
    """Of the rules and of everything that relates them to controls, to tell versions apart."""
    names = ["rules.json", "stated.json", *(f"frameworks/{id}.json" for id in framework_ids())]
    rules = load_rules()
    titles = [f"{id} {rules[id].title} {rules[id].severity}" for id in rule_ids]
    texts = [*titles, *((_DATA / name).read_text(encoding="utf-8") for name in names)]
    return sha256("\0".join(texts).encode()).hexdigest()[:16]


def _rules_by_topic() -> dict[str, list[str]]:
    data = read("rules.json")
    found: dict[str, list[str]] = {topic: [] for topic in data["topics"]}
    for rule, topics in data["rules"].items():
        for topic in topics:
            found[topic].append(rule)
    return found


def _stated(framework: str) -> dict[str, dict[str, str]]:
    """Control id to the rules that a public source relates to it, with the source."""
    data = read("stated.json")
    spelled = data["ids"].get(framework, {})
    left_out = data["not_taken"].get(framework, {})
    found: dict[str, dict[str, str]] = {}
    for rule in load_rules().values():
        for name, controls in rule.controls.items():
            if data["frameworks"].get(name) == framework:
                for id in controls.ids:
                    if id not in left_out:
                        found.setdefault(spelled.get(id, id), {})[rule.id] = controls.stated_by
    return found


def _source(ours: Iterable[str], theirs: Mapping[str, str]) -> str:
    parts = [OUR_READING] if ours else []
    for who in sorted(set(theirs.values())):
        rules = ", ".join(sorted(rule for rule, by in theirs.items() if by == who))
        parts.append(f"{who} for {rules}")
    return "; ".join(parts) or OUR_READING
