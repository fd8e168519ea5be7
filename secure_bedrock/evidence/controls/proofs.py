"""From findings and from where rules are kept to proofs, rule by rule."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from secure_bedrock.evidence.controls.kept import Kept, common
from secure_bedrock.evidence.controls.model import Place, Proof, RuleFinding, Status
from secure_bedrock.evidence.controls.silence import asks_for_nothing
from secure_bedrock.findings.assembly import Assembly
from secure_bedrock.findings.located import Located, shown
from secure_bedrock.rules import Rule, Source
from secure_bedrock.rules import Status as FindingStatus
from secure_bedrock.rules._finding import dotted
from secure_bedrock.rules._node import Path as TemplatePath

_NOTHING = "There is nothing in the templates that the rule is about."


class Places:
    """Names places of some templates."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = {str(source.path): source for source in sources}
        self._assembly = cache(Assembly)

    def of(self, source: Source, path: TemplatePath) -> Place:
        """The place at a path of a template."""
        logical_id = str(path[1]) if len(path) > 1 and path[0] == "Resources" else ""
        resource = source.template["Resources"].get(logical_id)
        kind = resource.get("Type") if isinstance(resource, dict) else ""
        return Place(
            template=shown(source.path),
            logical_id=logical_id,
            construct_path=self._assembly(source.path.parent).path_of(source, logical_id),
            resource_type=kind if isinstance(kind, str) else "",
            property_path=dotted(path[2:] if logical_id else path),
            line=source.line(path),
        )


def rule_finding(each: Located) -> RuleFinding:
    """A finding as reports keep it."""
    finding = each.finding
    failed = finding.status is FindingStatus.FAIL
    return RuleFinding(
        rule_id=finding.rule_id,
        rule_title=finding.title,
        severity=finding.severity.value,
        status=Status.OPEN if failed else Status.UNKNOWN,
        place=Place(
            template=each.file,
            logical_id=finding.logical_id,
            construct_path=each.construct_path,
            resource_type=finding.resource_type,
            property_path=finding.location,
            line=each.line,
        ),
        message=finding.message,
        fix=finding.fix,
        acknowledged=finding.acknowledged or None,
        fingerprint=each.fingerprint,
    )


def proofs_of(
    rule: Rule, found: Sequence[RuleFinding], kept: Kept, places: Places
) -> tuple[Proof, ...]:
    """What a rule that ran says: its findings, then where it is kept; one proof at least."""
    broken = {(each.place.template, each.place.logical_id) for each in found}
    proofs = [_of_finding(each) for each in found]
    for place, number in _kept_places(rule.id, kept, places):
        if (place.template, place.logical_id) not in broken:
            more = f", in {number} of its values" if number > 1 else ""
            message = f"The template shows it here{more}."
            proofs.append(_proof(rule, Status.SHOWN, place, message))
    for file, found_open in kept.undecided.items():
        for (id, _), (path, why) in found_open.items():
            place = places.of(places.sources[file], path)
            if id == rule.id and (place.template, place.logical_id) not in broken:
                proofs.append(_proof(rule, Status.UNKNOWN, place, why))
    if not proofs:
        parameter = asks_for_nothing(rule.id, kept.parameters)
        why = f"The rule asks for nothing while its parameter {parameter} is empty."
        proofs.append(_proof(rule, Status.ABSENT, None, why if parameter else _NOTHING))
    return tuple(proofs)


def not_checked(rule: Rule) -> tuple[Proof, ...]:
    """What a rule that did not run says."""
    names = " and ".join(sorted(rule.profiles))
    message = f"The rule was not applied: it belongs to {names}, which was not asked for."
    return (_proof(rule, Status.NOT_CHECKED, None, message),)


def _kept_places(rule_id: str, kept: Kept, places: Places) -> Iterator[tuple[Place, int]]:
    for file, found in kept.places.items():
        for (id, _), paths in found.items():
            if id == rule_id:
                distinct = set(paths)
                yield places.of(places.sources[file], common([*distinct])), len(distinct)


def _of_finding(each: RuleFinding) -> Proof:
    return Proof(
        rule_id=each.rule_id,
        rule_title=each.rule_title,
        status=each.status,
        place=each.place,
        message=each.message,
        acknowledged=each.acknowledged,
    )


def _proof(rule: Rule, status: Status, place: Place | None, message: str) -> Proof:
    return Proof(
        rule_id=rule.id, rule_title=rule.title, status=status, place=place, message=message
    )
