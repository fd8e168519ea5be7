"""Known checks that are no rules of ours, each with the reason."""

import json
from pathlib import Path

NOT_RULES: dict[str, str] = {}
_KNOWN = Path(__file__).parent / "known_checks.json"
_LIVE = "It needs a live account: nothing in a template tells."


def not_a_rule(reason: str, *ids: str) -> None:
    """Record why known checks are not rules.

    Args:
        reason: One sentence: which rule covers it, which cdk-nag pack has it, why it is no template
            matter.
        ids: The ids of the checks.

    Raises:
        ValueError: There is no such known check, or it has a reason already.
    """
    known = known_checks()
    for each in ids:
        if each not in known or each in NOT_RULES:
            raise ValueError(f"{each}: not a known check, or its reason is given twice")
        NOT_RULES[each] = reason


def known_checks() -> dict[str, tuple[str, str]]:
    """Id to title and to whether a template decides it: yes, partly or no.

    The list is the union of what public tools and documents check about Bedrock and AgentCore, and
    of what follows from the documented properties.
    """
    rows: dict[str, list[str]] = json.loads(_KNOWN.read_text(encoding="utf-8"))
    return {id: (title, decided) for id, (title, decided) in rows.items()}


def reasons() -> dict[str, str]:
    """Why each known check that is not a rule is not one, by id; live-only checks included."""
    live = {id: _LIVE for id, (_, decided) in known_checks().items() if decided == "no"}
    return dict(sorted((live | NOT_RULES).items()))
