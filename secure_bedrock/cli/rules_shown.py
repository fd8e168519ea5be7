"""The rules as text."""

import json
from collections.abc import Iterator
from difflib import get_close_matches

from secure_bedrock.findings.formats import Format
from secure_bedrock.rules import RULES, Rule


def listing(format: Format) -> str:  # noqa: A002 - the option's name
    """All rules: one line each, or as JSON."""
    if format is Format.JSON:
        return json.dumps([_data(rule) for rule in RULES.values()], indent=2)
    return "\n".join(
        f"{rule.id}  {rule.severity:<8}  {','.join(sorted(rule.profiles)):<9}  {rule.title}"
        for rule in RULES.values()
    )


def explain(id: str) -> str:
    """Everything about one rule.

    Raises:
        ValueError: There is no such rule.
    """
    rule = RULES.get(id.upper())
    if rule is None:
        near = get_close_matches(id.upper(), RULES, n=1)
        meant = f"did you mean {near[0]}?" if near else "--list-rules lists them"
        raise ValueError(f"{id} is no rule: {meant}")
    return "\n".join(_lines(rule))


def _lines(rule: Rule) -> Iterator[str]:
    yield f"{rule.id}: {rule.title}"
    yield ""
    yield f"Severity:   {rule.severity}"
    yield f"Profile:    {', '.join(sorted(rule.profiles))}"
    yield f"Fix:        {rule.fix}"
    if rule.parameters:
        yield f"Parameters: {', '.join(rule.parameters)}"
    for framework, controls in sorted(rule.controls.items()):
        yield f"Controls:   {framework} {', '.join(controls.ids)} (stated by {controls.stated_by})"
    yield f"Source:     {rule.source}"
    yield ""
    yield "To accept a finding, in the Metadata of the resource (or of the template):"
    yield f'  secure-bedrock: {{acknowledge: [{{id: {rule.id}, reason: "..."}}]}}'


def _data(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "profiles": sorted(rule.profiles),
        "fix": rule.fix,
        "source": rule.source,
        "parameters": list(rule.parameters),
        "controls": {name: list(each.ids) for name, each in sorted(rule.controls.items())},
    }
