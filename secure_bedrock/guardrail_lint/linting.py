"""Runs every check over every guardrail of some templates."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Case
from secure_bedrock.guardrail_lint import coverage, filters, regexes, topics, words
from secure_bedrock.guardrail_lint.problem import Check, Problem, Subject
from secure_bedrock.rules import Severity, Source
from secure_bedrock.rules._finding import dotted
from secure_bedrock.rules._template import Template
from secure_bedrock.rules._worlds import worlds

_SEVERITIES = tuple(Severity)  # the worst first
GUARDRAIL = "AWS::Bedrock::Guardrail"
CHECKS: Sequence[Check] = (
    words.check,
    regexes.check,
    topics.check,
    filters.check,
    coverage.check,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A problem and where it is.

    Attributes:
        file: The template.
        line: Line in it, from 1.
        guardrail: Logical id.
        problem: What is wrong.
    """

    file: Path
    line: int
    guardrail: str
    problem: Problem

    @property
    def location(self) -> str:
        """The path within the resource."""
        return dotted(self.problem.path[2:])


def lint(sources: Iterable[Source], cases: Sequence[Case] = ()) -> tuple[int, list[Found]]:
    """How many guardrails there are, and every problem once, the worst first in each file."""
    count, found = 0, []
    for source in sources:
        guardrails, problems = _source(source, cases)
        count += guardrails
        found += problems
    return count, found


def _source(source: Source, cases: Sequence[Case]) -> tuple[int, list[Found]]:
    guardrails: set[str] = set()
    problems: dict[Problem, str] = {}
    for world in worlds(source.template, {}):
        template = Template(
            source.template, world=world, region=source.region, account=source.account
        )
        for resource in template.of_type(GUARDRAIL):
            guardrails.add(resource.logical_id)
            for problem in _problems(Subject(guardrail=resource, cases=cases)):
                problems.setdefault(problem, resource.logical_id)
    found = [
        Found(file=source.path, line=source.line(each.path), guardrail=name, problem=each)
        for each, name in problems.items()
    ]
    return len(guardrails), sorted(found, key=_order)


def _problems(subject: Subject) -> Iterator[Problem]:
    for check in CHECKS:
        yield from check(subject)


def _order(found: Found) -> tuple[int, int, str]:
    return _SEVERITIES.index(found.problem.severity), found.line, found.problem.check
