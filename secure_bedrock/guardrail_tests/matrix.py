"""The confusion matrix: what was expected and what was got, by category."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import ACTIONS
from secure_bedrock.custom_resources.assets.handlers.guardrail_judging import Judgement, Status
from secure_bedrock.custom_resources.assets.handlers.guardrail_tally import Tally, tally
from secure_bedrock.guardrail_tests.results import SuiteResult

COLUMNS = ("block", "anonymize", "pass", Status.NOT_EMULATED.value, Status.NO_ANSWER.value)
"""What can be got. What was not emulated is a column of its own, never a pass."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One category and expectation.

    Attributes:
        category: The category; empty for all of them.
        expected: What was expected.
        got: Cases by column.
        tally: Misses and false blocks of the row.
    """

    category: str
    expected: str
    got: Sequence[int]
    tally: Tally


def rows(result: SuiteResult) -> Iterator[Row]:
    """By category, then all categories together; expectations without a case are left out."""
    for category, judgements in result.by_category.items():
        yield from _rows(category, judgements)
    yield from _rows("", result.judgements)


def _rows(category: str, judgements: Sequence[Judgement]) -> Iterator[Row]:
    for expected in reversed(ACTIONS):
        some = [each for each in judgements if each.case.expect == expected]
        if some:
            found = [column_of(each) for each in some]
            yield Row(
                category=category,
                expected=expected,
                got=[found.count(column) for column in COLUMNS],
                tally=tally(some),
            )


def column_of(judgement: Judgement) -> str:
    """The column that a case is counted in."""
    undecided = judgement.status in {Status.NOT_EMULATED, Status.NO_ANSWER}
    return judgement.status.value if undecided else judgement.got
