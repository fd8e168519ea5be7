"""What test cases expect and no policy of the guardrail does; parts of data without the rest."""

from collections.abc import Iterator

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import NO_POLICY, Case
from secure_bedrock.guardrail_lint.problem import Problem, Subject, acts
from secure_bedrock.rules import Severity
from secure_bedrock.rules._node import Node

_TOGETHER = (
    ("CREDIT_DEBIT_CARD_NUMBER", ("CREDIT_DEBIT_CARD_CVV", "CREDIT_DEBIT_CARD_EXPIRY")),
    ("AWS_SECRET_KEY", ("AWS_ACCESS_KEY",)),
    ("AWS_ACCESS_KEY", ("AWS_SECRET_KEY",)),
)
_SHOWN = 3
_LISTS = {
    "content": ("Content", "FiltersConfig", "Type"),
    "prompt_attack": ("Content", "FiltersConfig", "Type"),
    "topic": ("Topic", "TopicsConfig", "Name"),
    "contextual_grounding": ("ContextualGrounding", "FiltersConfig", "Type"),
}


def check(subject: Subject) -> Iterator[Problem]:
    """Every gap."""
    yield from _parts(subject)
    missing: dict[str, list[Case]] = {}
    for case in subject.cases:
        if case.policy != NO_POLICY and _acting(case, subject) is False:
            what = "/".join(filter(None, (case.policy, case.detail)))
            missing.setdefault(what, []).append(case)
    for what, cases in missing.items():
        some = ", ".join(case.id for case in cases[:_SHOWN])
        more = f" and {len(cases) - _SHOWN} more" if len(cases) > _SHOWN else ""
        yield Problem(
            check="nothing-acts",
            severity=Severity.HIGH,
            path=(*subject.guardrail.path, "Properties"),
            message=f"cases expect {what} to act, and nothing does: {some}{more}",
            remedy="configure it, or correct the cases",
        )


def _acting(case: Case, subject: Subject) -> bool | None:
    """Whether an entry can act on a case; None if that is not known."""
    entries = _entries(case, subject)
    if any(entry.unknown for entry in entries):
        return None
    return any(acts(entry, case) and _is_on(entry, case) for entry in entries)


def _entries(case: Case, subject: Subject) -> list[Node]:
    if case.policy in _LISTS:
        policy, name, key = _LISTS[case.policy]
        wanted = "PROMPT_ATTACK" if case.policy == "prompt_attack" else case.detail
        return _named(subject.entries(policy, name), key, wanted)
    if case.policy == "word":
        managed = subject.entries("Word", "ManagedWordListsConfig")
        return [*subject.entries("Word", "WordsConfig"), *managed]
    kinds = subject.entries("SensitiveInformation", "PiiEntitiesConfig")
    regexes = subject.entries("SensitiveInformation", "RegexesConfig")
    return [*_named(kinds, "Type", case.detail), *_named(regexes, "Name", case.detail)]


def _named(entries: list[Node], key: str, wanted: str) -> list[Node]:
    return [
        each
        for each in entries
        if not wanted or each.unknown or (each[key].literal or wanted).lower() == wanted.lower()
    ]


def _is_on(entry: Node, case: Case) -> bool:
    enabled = entry["Enabled"].literal != "false"
    return enabled and entry[f"{case.source.title()}Strength"].literal != "NONE"


def _parts(subject: Subject) -> Iterator[Problem]:
    entries = subject.entries("SensitiveInformation", "PiiEntitiesConfig")
    if any(each["Type"].literal is None for each in entries):
        return
    found = {str(each["Type"].literal): each for each in entries}
    for whole, parts in _TOGETHER:
        some = [part for part in parts if part in found]
        if some and whole not in found:
            yield Problem(
                check="part-without-whole",
                severity=Severity.LOW,
                path=found[some[0]]["Type"].path,
                message=f"{' and '.join(some)} is looked for, and {whole} is not",
                remedy=f"add {whole}",
            )
