"""The page docs/frameworks.md, made from the mapping itself."""

import sys
from collections.abc import Iterator
from pathlib import Path

from secure_bedrock.evidence.controls.mapping import (
    MappedControl,
    MappedFramework,
    framework_ids,
    load_framework,
    read,
)

_INTRODUCTION = """# Frameworks

Made from the mapping by `python -m secure_bedrock.evidence.controls.page docs/frameworks.md`; a \
test compares.

`secure-bedrock report` says of each control below what templates show. Every list is a selection: \
controls that the configuration of Amazon Bedrock touches, and some that stay the customer's work. \
What is not listed is not less important; templates say nothing about it. A control that is shown \
is not met by that alone: the report is material for who judges it.

Ids are those of the publishers. Titles are the publisher's where they are free to use (NIST, \
HIPAA, OWASP, MITRE); all others are short descriptions in our own words.

A rule belongs to topics, a control asks for topics: that relation is **our reading** and marked \
so. Where a public source relates a rule to a control it is named with the rules. The data is in \
`secure_bedrock/evidence/controls`: `rules.json`, `stated.json` and `frameworks/`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_overview(), *_frameworks(), *_topics(), *_left_out()]) + "\n"


def _overview() -> Iterator[str]:
    yield "| id | framework | version | controls | with rules |"
    yield "|---|---|---|---|---|"
    for framework in map(load_framework, framework_ids()):
        ruled = sum(bool(control.rules) for control in framework.controls)
        cells = [f"`{framework.id}`", framework.name, framework.version]
        yield _row(*cells, str(len(framework.controls)), str(ruled))
    yield ""


def _frameworks() -> Iterator[str]:
    for framework in map(load_framework, framework_ids()):
        yield f"## {framework.name}\n"
        yield f"Version: {framework.version}. Publisher: {framework.publisher}."
        yield f"Source: <{framework.source_url}>\n"
        yield f"{framework.note}\n"
        yield from _controls(framework)
        yield ""


def _controls(framework: MappedFramework) -> Iterator[str]:
    baselines = any(control.baselines for control in framework.controls)
    more = (["FedRAMP"], ["---"]) if baselines else ([], [])
    yield _row("control", "title", *more[0], "rules", "who relates them", "note")
    yield _row("---", "---", *more[1], "---", "---", "---").replace(" ", "")
    for control in framework.controls:
        levels = [each.removeprefix("FedRAMP ") for each in control.baselines]
        own = [", ".join(levels)] if baselines else []
        yield _row(control.id, control.title, *own, *_rules(control), control.note)


def _rules(control: MappedControl) -> tuple[str, str]:
    if not control.rules:
        return "the customer's own work", ""
    return ", ".join(control.rules), control.source


def _topics() -> Iterator[str]:
    data = read("rules.json")
    yield "## Topics\n"
    yield "| topic | what it is about | rules |"
    yield "|---|---|---|"
    for topic, text in data["topics"].items():
        rules = [rule for rule, topics in data["rules"].items() if topic in topics]
        yield _row(f"`{topic}`", text, ", ".join(rules))
    yield ""


def _left_out() -> Iterator[str]:
    yield "## Rules without a control\n"
    for rule, reason in read("rules.json")["not_mapped"].items():
        yield f"- {rule}: {reason}"
    yield "\n## Stated mappings that are not taken over\n"
    for framework, entries in read("stated.json")["not_taken"].items():
        for id, reason in entries.items():
            yield f"- `{framework}` {id}: {reason}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> None:
    """Write the page to the file that is named."""
    Path(arguments[0]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
