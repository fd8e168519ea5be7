"""The questions put to Amazon Athena, over the log table of UsageAnalytics."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from secure_bedrock.usage.asking import Inquiry, answered
from secure_bedrock.usage.athena_sql import athena_query
from secure_bedrock.usage.questions import Question
from secure_bedrock.usage.report import Answer, UsageReport, Value

_TABLE = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_QUESTIONS = 6
_RUNNING = {"QUEUED", "RUNNING"}
_NUMBERS: dict[str, Callable[[str], Value]] = {
    "tinyint": int,
    "smallint": int,
    "integer": int,
    "bigint": int,
    "double": float,
    "float": float,
    "decimal": float,
}


class AthenaError(ValueError):
    """Athena did not answer; the message says why, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Athena:
    """Where the questions are asked.

    Attributes:
        client: A boto3 client of Athena.
        table: The log table, as ``database.table``.
        workgroup: The workgroup that pays and says where results are kept.
        pause: Seconds between two looks at a running query.
    """

    client: Any
    table: str
    workgroup: str
    pause: float = 1.0

    def __post_init__(self) -> None:
        if not _TABLE.fullmatch(self.table):
            raise ValueError(
                f"{self.table!r} is no table of Athena: write DATABASE.TABLE, "
                "both are outputs of UsageAnalytics"
            )


def summarise(
    athena: Athena, inquiry: Inquiry, *, progress: Callable[[float], None] = lambda _: None
) -> UsageReport:
    """Ask all questions, one query each.

    Athena ends a query at the first damaged file and names it: nothing is left out silently.

    Raises:
        AthenaError: A query failed or was cancelled.
    """
    done = 0

    def ask(question: Question) -> Answer:
        nonlocal done
        answer = _ask(athena, question, inquiry)
        done += 1
        progress(min(1.0, done / _QUESTIONS))
        return answer

    return answered(inquiry, _percentile, ask)


def _ask(athena: Athena, question: Question, inquiry: Inquiry) -> Answer:
    since = inquiry.since.isoformat() if inquiry.since else None
    query = athena_query(
        question, athena.table, inquiry.prices, since=since, key=inquiry.project_key
    )
    started = athena.client.start_query_execution(QueryString=query, WorkGroup=athena.workgroup)
    execution = started["QueryExecutionId"]
    _wait(athena, execution, question)
    columns, rows = _results(athena.client, execution)
    return Answer.of(question, columns, rows)


def _wait(athena: Athena, execution: str, question: Question) -> None:
    while True:
        found = athena.client.get_query_execution(QueryExecutionId=execution)
        status = found["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            return
        if status["State"] not in _RUNNING:
            why = " ".join(status.get("StateChangeReason", "no reason given").split())
            raise AthenaError(f"query {question.name} {status['State'].lower()}: {why}")
        time.sleep(athena.pause)


def _results(client: Any, execution: str) -> tuple[list[str], list[list[Value]]]:  # noqa: ANN401 - boto3
    columns: list[dict[str, str]] = []
    rows: list[list[Value]] = []
    for page in _pages(client, execution):
        found = page["ResultSet"]
        if not columns:
            columns = found["ResultSetMetadata"]["ColumnInfo"]
            found["Rows"] = found["Rows"][1:]
        for row in found["Rows"]:
            cells = zip(row["Data"], columns, strict=True)
            rows.append([_value(cell, column["Type"]) for cell, column in cells])
    return [column["Name"] for column in columns], rows


def _pages(client: Any, execution: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - boto3
    token: dict[str, str] = {}
    while True:
        page = client.get_query_results(QueryExecutionId=execution, **token)
        yield page
        if "NextToken" not in page:
            return
        token = {"NextToken": page["NextToken"]}


def _value(cell: dict[str, str], kind: str) -> Value:
    text = cell.get("VarCharValue")
    if text is None:
        return None
    return _NUMBERS.get(kind.split("(", maxsplit=1)[0], str)(text)


def _percentile(column: str, share: float) -> str:
    return f"approx_percentile({column}, {share})"
