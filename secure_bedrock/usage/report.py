"""What the questions were answered, whichever engine was asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from secure_bedrock.usage.questions import Question

Value = str | int | float | None

_NOTES = {
    "unreadable_lines": "lines are no JSON and were left out",
    "unknown_schema": "records have a schema that is not known and were left out",
    "without_time": "records have no usable time and were dated by their folder",
    "clock_skew": "records are more than an hour away from the hour they are filed under",
    "without_token_counts": "records have no count of input tokens",
    "missing_bodies": "records refer to an answer that is not there: its cache tokens are unknown",
}
_NO_PROBLEM = frozenset({"without_token_counts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Rows that answer a question."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @classmethod
    def of(
        cls, question: Question, columns: Sequence[str], rows: Sequence[Sequence[Value]]
    ) -> "Answer":
        """The answer to a question."""
        return cls(
            name=question.name,
            title=question.title,
            columns=tuple(columns),
            rows=tuple(tuple(row) for row in rows),
        )

    def as_dicts(self) -> list[dict[str, Value]]:
        """Each row by the names of its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """All answers.

    Attributes:
        usage: Calls, tokens and estimated cost by the dimensions that were asked for.
        more: Cost by day, latency, guardrail interventions, largest prompts.
        quality: Count of records and of everything that is wrong with the logs.
        damaged: Files that could not be read to their end, with the reason.
        others: Count of files that are no logs.
        price_version: Date of the price table.
    """

    usage: Answer
    more: tuple[Answer, ...]
    quality: Answer
    damaged: tuple[tuple[str, str], ...] = ()
    others: int = 0
    price_version: str

    @property
    def counts(self) -> dict[str, int]:
        """The tallies of quality."""
        return {name: int(value or 0) for name, value in self.quality.as_dicts()[0].items()}

    @property
    def is_complete(self) -> bool:
        """Whether everything could be read and nothing must be doubted."""
        wrong = (n for name, n in self.counts.items() if name in _NOTES.keys() - _NO_PROBLEM)
        return not self.damaged and not any(wrong)

    def notes(self) -> list[str]:
        """One line for everything that was not as it should be."""
        lines = [f"{path} {problem}" for path, problem in self.damaged]
        lines += [f"{self.counts[n]:,} {text}" for n, text in _NOTES.items() if self.counts.get(n)]
        if self.others:
            lines.append(f"{self.others:,} files are no invocation logs and were not read")
        if unpriced := sum(int(row["unpriced_tokens"] or 0) for row in self.usage.as_dicts()):
            lines.append(
                f"{unpriced:,} tokens have no price in the table of {self.price_version}: "
                "the cost leaves them out"
            )
        return lines

    def as_json(self) -> dict[str, object]:
        """Everything, for machines."""
        return {
            "price_table": self.price_version,
            "complete": self.is_complete,
            "quality": self.counts,
            "damaged_files": [{"path": path, "problem": why} for path, why in self.damaged],
            "files_not_read": self.others,
            "usage": self.usage.as_dicts(),
            **{answer.name: answer.as_dicts() for answer in self.more},
        }
