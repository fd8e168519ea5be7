"""Where rules are kept, noted while they judge the templates."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from secure_bedrock.evidence.controls.silence import (
    ONLY_SILENT,
    PLACES,
    asks_for_nothing,
    is_concerned,
    undecided,
)
from secure_bedrock.rules import Parameters, Rule, Source
from secure_bedrock.rules._engine import Subject, Witness
from secure_bedrock.rules._node import Path
from secure_bedrock.rules._rule import Located
from secure_bedrock.rules._template import Resource, Template

Key = tuple[str, str]


@dataclass(slots=True)
class Kept:
    """Places by rule and resource, for each template.

    Attributes:
        parameters: What the rules judge with.
        places: Template file, then rule id and logical id, to the paths where the rule is kept.
        undecided: Likewise, for rules that find nothing but could not decide; with the reason.
    """

    parameters: Parameters
    places: dict[str, dict[Key, list[Path]]] = field(default_factory=dict)
    undecided: dict[str, dict[Key, tuple[Path, str]]] = field(default_factory=dict)

    def witness(self, source: Source) -> Witness:
        """Who notes what is kept in a template."""
        found = self.places.setdefault(str(source.path), {})
        open_places = self.undecided.setdefault(str(source.path), {})
        looked_at: dict[tuple[str, int], Template] = {}  # the template keeps its id from reuse

        def note(rule: Rule, subject: Subject, kept: Sequence[Located]) -> None:
            if asks_for_nothing(rule.id, self.parameters) or not is_concerned(rule.id, subject):
                return
            view = _view(subject)
            for at in kept if rule.id not in ONLY_SILENT else ():
                _add(found, rule.id, at.path)
            if rule.id in PLACES and (rule.id, id(view)) not in looked_at:
                looked_at[rule.id, id(view)] = view
                why = undecided(rule.id, view, self.parameters)
                for at in PLACES[rule.id](view):
                    if why:
                        open_places.setdefault((rule.id, str(at.path[1])), (at.path, why))
                    else:
                        _add(found, rule.id, at.path)

        return note


def _view(subject: Subject) -> Template:
    if isinstance(subject, Template):
        return subject
    return subject.template if isinstance(subject, Resource) else subject.owner.template


def _add(found: dict[Key, list[Path]], rule_id: str, path: Path) -> None:
    if len(path) > 1 and path[0] == "Resources":
        found.setdefault((rule_id, str(path[1])), []).append(path)


def common(paths: Sequence[Path]) -> Path:
    """The path that all paths begin with."""
    first, last = min(paths, key=_texts), max(paths, key=_texts)
    for number, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            return first[:number]
    return first


def _texts(path: Path) -> tuple[str, ...]:
    return tuple(map(str, path))
