"""The page docs/rules.md, made from the rules themselves."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from secure_bedrock.rules._not_rules import known_checks, reasons
from secure_bedrock.rules._registry import load_rules
from secure_bedrock.rules._rule import Rule

GROUPS = {
    "GRD": "Guardrails",
    "AGT": "Agents",
    "KBS": "Knowledge bases",
    "FLW": "Flows",
    "PRM": "Prompts",
    "BDA": "Data Automation",
    "SES": "Sessions",
    "MDL": "Models",
    "IAM": "Access",
    "RPO": "Resource policies",
    "LOG": "Logging and monitoring",
    "NET": "Network",
    "AGC": "AgentCore",
    "GOV": "Cost and governance",
    "TPL": "The template itself",
}

_INTRODUCTION = """# Rules

Made from the rules by `python -m secure_bedrock.rules._page docs/rules.md`; a test compares.

Baseline rules always run. The profiles `strict`, `residency` and `agentic` add theirs. A finding is
`fail`, or `unknown` when it depends on a value that is only known at deployment. Controls are named
only where a public source relates them to the check; the source stands in parentheses.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_rules(load_rules().values()), *_not_rules()]) + "\n"


def _rules(rules: Iterable[Rule]) -> Iterator[str]:
    by_group: dict[str, list[Rule]] = {}
    for rule in rules:
        by_group.setdefault(rule.id[:3], []).append(rule)
    for prefix in sorted(by_group, key=list(GROUPS).index):
        yield f"## {GROUPS[prefix]}\n"
        for rule in by_group[prefix]:
            yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    profiles = ", ".join(sorted(rule.profiles))
    yield f"### {rule.id}\n"
    yield f"**{rule.title}** Severity {rule.severity}, profile {profiles}.\n"
    yield f"- Looks at: {_subject(rule)}"
    yield f"- Fix: {rule.fix}"
    if rule.parameters:
        yield f"- Parameters: {', '.join(f'`{name}`' for name in rule.parameters)}"
    for framework, controls in sorted(rule.controls.items()):
        yield f"- {framework}: {', '.join(controls.ids)} (stated by {controls.stated_by})"
    yield f"- Source: <{rule.source}>\n"


def _subject(rule: Rule) -> str:
    if rule.resources:
        return ", ".join(f"`{each}`" for each in rule.resources)
    if rule.statements:
        return f"policy statements ({', '.join(sorted(rule.statements))})"
    return "the template"


def _not_rules() -> Iterator[str]:
    yield "## Known checks that are not rules\n"
    yield "| id | check | why not |"
    yield "|---|---|---|"
    known = known_checks()
    for id, reason in reasons().items():
        yield f"| {id} | {known[id][0]} | {reason} |"


def main(arguments: list[str]) -> None:
    """Write the page to the file that is named."""
    Path(arguments[0]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
