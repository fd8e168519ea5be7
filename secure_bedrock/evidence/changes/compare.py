"""Two reports compared: controls, findings, acknowledgements, resources and principals."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import TypeVar

from secure_bedrock.evidence.controls.model import (
    Evidence,
    Place,
    RuleFinding,
    Status,
    TemplateResource,
)

_Entry = TypeVar("_Entry")
_Key = tuple[str, str]
_PRINCIPALS = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
_GRANTS = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")


class Kind(StrEnum):
    """What happened to something."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A finding, acknowledgement or resource that is new, different or gone.

    Attributes:
        kind: What happened.
        place: Where; of the earlier report if it is gone.
        rule_id: Of a finding; empty for a resource.
        text: What there is to say.
    """

    kind: Kind
    place: Place
    rule_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChange:
    """A control that has another answer than before.

    Attributes:
        framework: Name and version.
        id: As the framework writes it.
        title: Its title.
        before: The earlier answer; None if the control was not in the report.
        after: The answer now; None if it no longer is.
    """

    framework: str
    id: str
    title: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed since a report.

    Attributes:
        since: When that report was made.
        tool_version: What made it.
        same_rules: Whether the rules and the mapping are the same; if not, answers may differ
            although the templates do not.
        controls: Controls with another answer.
        findings: Findings that are new or gone.
        acknowledgements: Acknowledgements that are new, gone or have another reason.
        principals: Roles, users, groups and their policies.
        resources: All other resources.
    """

    since: str
    tool_version: str
    same_rules: bool
    controls: tuple[ControlChange, ...]
    findings: tuple[Change, ...]
    acknowledgements: tuple[Change, ...]
    principals: tuple[Change, ...]
    resources: tuple[Change, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing changed."""
        lists = (self.controls, self.findings, self.acknowledgements)
        return not any((*lists, self.principals, self.resources))


def compare(before: Evidence, after: Evidence) -> Changes:
    """Say what changed between two reports.

    Findings are known again by their fingerprint, resources by logical id. A template is known
    again by the path of its stack, without one by its file's name, wherever the file now is.
    """
    old, new = _identities(before), _identities(after)
    resources = list(
        _changes(
            {_key(each, old): each for each in before.resources},
            {_key(each, new): each for each in after.resources},
            same=lambda old, new: old.digest == new.digest,
            change=_resource_change,
        )
    )
    return Changes(
        since=before.generated_at,
        tool_version=before.tool_version,
        same_rules=before.rules_version == after.rules_version
        and before.profiles == after.profiles,
        controls=tuple(_controls(before, after)),
        findings=_findings(
            {_finding_key(each, old): each for each in before.findings},
            {_finding_key(each, new): each for each in after.findings},
        ),
        acknowledgements=_findings(
            {_finding_key(each, old): each for each in before.acknowledgements},
            {_finding_key(each, new): each for each in after.acknowledgements},
        ),
        principals=tuple(change for change in resources if _is_principal(change)),
        resources=tuple(change for change in resources if not _is_principal(change)),
    )


def _identities(evidence: Evidence) -> dict[str, str]:
    """File, as people name it, to what it is known again by."""
    names = Counter(PurePath(each.path).name for each in evidence.inputs)
    found = {}
    for each in evidence.inputs:
        name = PurePath(each.path).name
        found[each.path] = each.stack or (name if names[name] == 1 else each.path)
    return found


def _findings(
    before: Mapping[_Key, RuleFinding], after: Mapping[_Key, RuleFinding]
) -> tuple[Change, ...]:
    return tuple(
        _changes(
            before,
            after,
            same=lambda old, new: (old.status, old.acknowledged) == (new.status, new.acknowledged),
            change=_finding_change,
        )
    )


def _changes(
    before: Mapping[_Key, _Entry],
    after: Mapping[_Key, _Entry],
    *,
    same: Callable[[_Entry, _Entry], bool],
    change: Callable[[Kind, _Entry], Change],
) -> Iterable[Change]:
    for key, new in after.items():
        if key not in before:
            yield change(Kind.ADDED, new)
        elif not same(before[key], new):
            yield change(Kind.CHANGED, new)
    for key, old in before.items():
        if key not in after:
            yield change(Kind.REMOVED, old)


def _controls(before: Evidence, after: Evidence) -> Iterable[ControlChange]:
    old, new = _answers(before), _answers(after)
    for key in dict.fromkeys([*new, *old]):
        (was, title_before), (status, title) = old.get(key, (None, "")), new.get(key, (None, ""))
        if was is not status:
            yield ControlChange(
                framework=key[0], id=key[1], title=title or title_before, before=was, after=status
            )


def _answers(evidence: Evidence) -> dict[tuple[str, str], tuple[Status | None, str]]:
    return {
        (f"{framework.name} {framework.version}".strip(), control.id): (
            control.status,
            control.title,
        )
        for framework in evidence.frameworks
        for control in framework.controls
    }


def _key(each: TemplateResource, identities: Mapping[str, str]) -> _Key:
    template = each.place.template
    return identities.get(template, template), each.place.logical_id


def _finding_key(each: RuleFinding, identities: Mapping[str, str]) -> _Key:
    template = each.place.template
    return identities.get(template, template), each.fingerprint


def _resource_change(kind: Kind, each: TemplateResource) -> Change:
    return Change(kind=kind, place=each.place, rule_id="", text=each.place.resource_type)


def _finding_change(kind: Kind, each: RuleFinding) -> Change:
    text = f"{each.message} Reason: {each.acknowledged}" if each.acknowledged else each.message
    return Change(kind=kind, place=each.place, rule_id=each.rule_id, text=text)


def _is_principal(change: Change) -> bool:
    return change.place.resource_type in (*_PRINCIPALS, *_GRANTS)
