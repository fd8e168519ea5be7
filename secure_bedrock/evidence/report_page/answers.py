"""Controls as the page shows them: proofs of one rule that say the same put together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from secure_bedrock.evidence.controls.model import Control, Framework, Place, Proof, Status

MEANINGS = {
    Status.SHOWN: "A rule looked at a property of the template and found it as the control asks.",
    Status.OPEN: "A rule found something to change. It stays open when somebody acknowledged it; "
    "the reason is then shown.",
    Status.UNKNOWN: "The template leaves it to deployment, for example to a parameter.",
    Status.CUSTOMER: "No template can show it: it is work of people, or of other systems.",
    Status.ABSENT: "The templates have no resource that the rules of the control are about.",
    Status.NOT_CHECKED: "The rule belongs to a profile that was not asked for.",
}
"""What each answer means, in the order in which they are shown."""

MOST = 8
"""Places of a rule that are listed under each control."""

SIGNS = {
    Status.SHOWN: "✓",
    Status.OPEN: "✕",
    Status.UNKNOWN: "?",
    Status.CUSTOMER: "☐",
    Status.ABSENT: "○",
    Status.NOT_CHECKED: "·",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a rule says of some places.

    Attributes:
        rule_id: The rule.
        rule_title: What it asks for.
        status: The answer.
        message: What it says; the same of all places. Empty where the rule is kept.
        acknowledged: Why somebody accepts it; may be empty.
        places: Where.
    """

    rule_id: str
    rule_title: str
    status: Status
    message: str
    acknowledged: str
    places: tuple[Place, ...]

    @property
    def first(self) -> tuple[Place, ...]:
        """The places that a control lists; the rule lists all."""
        return self.places[:MOST]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A control with what is said about it.

    Attributes:
        control: The control.
        sayings: What rules say, findings first.
        silent: Ids of rules that have nothing to say, by the reason.
    """

    control: Control
    sayings: tuple[Saying, ...]
    silent: dict[Status, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A framework with its controls and how often each answer occurs."""

    framework: Framework
    anchor: str
    controls: tuple[Shown, ...]
    counts: dict[Status, int]


def chapters(frameworks: Sequence[Framework]) -> tuple[Chapter, ...]:
    """The frameworks as the page shows them."""
    return tuple(
        Chapter(
            framework=framework,
            anchor=f"framework-{number}",
            controls=tuple(
                Shown(
                    control=control,
                    sayings=_sayings(control.proofs),
                    silent=_silent(control.proofs),
                )
                for control in framework.controls
            ),
            counts=_counts(framework),
        )
        for number, framework in enumerate(frameworks, 1)
    )


def _counts(framework: Framework) -> dict[Status, int]:
    counted = Counter(control.status for control in framework.controls)
    return {status: counted[status] for status in MEANINGS}


def _sayings(proofs: Sequence[Proof]) -> tuple[Saying, ...]:
    groups: dict[tuple[str, str, Status, str, str], dict[Place, None]] = {}
    for proof in proofs:
        if _is_silent(proof):
            continue
        acknowledged = proof.acknowledged or ""
        message = "" if proof.status is Status.SHOWN else proof.message
        key = (proof.rule_id, proof.rule_title, proof.status, message, acknowledged)
        places = groups.setdefault(key, {})
        if proof.place is not None:
            places[proof.place] = None
    order = list(MEANINGS)
    worst = sorted(groups.items(), key=lambda entry: _weight(entry[0][2], order))
    return tuple(
        Saying(
            rule_id=rule_id,
            rule_title=title,
            status=status,
            message=message,
            acknowledged=acknowledged,
            places=tuple(places),
        )
        for (rule_id, title, status, message, acknowledged), places in worst
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShown:
    """A rule with everything it says, whichever controls it belongs to."""

    title: str
    sayings: tuple[Saying, ...]


def rules_named(frameworks: Sequence[Framework]) -> dict[str, RuleShown]:
    """Every rule that a proof names by its id, sorted."""
    proofs: dict[str, dict[int, Proof]] = {}
    for framework in frameworks:
        for control in framework.controls:
            for proof in control.proofs:
                proofs.setdefault(proof.rule_id, {})[id(proof)] = proof
    return {
        rule_id: RuleShown(
            title=next(iter(found.values())).rule_title, sayings=_sayings(list(found.values()))
        )
        for rule_id, found in sorted(proofs.items())
    }


def _silent(proofs: Sequence[Proof]) -> dict[Status, tuple[str, ...]]:
    found: dict[Status, list[str]] = {}
    for proof in filter(_is_silent, proofs):
        found.setdefault(proof.status, []).append(proof.rule_id)
    return {status: tuple(dict.fromkeys(found[status])) for status in MEANINGS if status in found}


def _is_silent(proof: Proof) -> bool:
    return proof.place is None and proof.status in (Status.ABSENT, Status.NOT_CHECKED)


def _weight(status: Status, order: Sequence[Status]) -> int:
    first = (Status.OPEN, Status.UNKNOWN)
    return first.index(status) if status in first else len(first) + order.index(status)
