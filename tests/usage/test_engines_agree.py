"""Athena's queries, translated for DuckDB, give what DuckDB's own give on the same files."""

import gzip
from datetime import date
from functools import lru_cache

import duckdb
import pytest
import sqlglot

from secure_bedrock.usage import athena_engine, duckdb_engine
from secure_bedrock.usage.asking import Inquiry
from secure_bedrock.usage.files import find_logs
from secure_bedrock.usage.questions import Dimension

KINDS = {"VARCHAR": "varchar", "DOUBLE": "double"}


@lru_cache
def translation(query):
    (translated,) = sqlglot.transpile(query, read="athena", write="duckdb")
    return translated


class AthenaOverDuckdb:
    """A client of Athena that runs what it is given, translated from Athena's dialect."""

    def __init__(self, root):
        self.database, self.answers, self.queries = duckdb.connect(), {}, []
        self.database.execute("CREATE SCHEMA logs")
        self.database.execute(
            'CREATE TABLE logs.calls ("$path" VARCHAR, line VARCHAR, day VARCHAR)'
        )
        self.database.execute(
            "CREATE MACRO json_array_get(list, n) AS "
            "json_extract(list, CASE WHEN n < 0 THEN '$[#' || n || ']' ELSE '$[' || n || ']' END)"
        )
        for path in root.rglob("*.json.gz"):
            day = "/".join(str(path).split("us-east-1/")[1].split("/")[:3])
            for line in gzip.decompress(path.read_bytes()).decode().split("\n"):
                row = [f"s3://b/{path.relative_to(root)}", line, day]
                self.database.execute("INSERT INTO logs.calls VALUES (?, ?, ?)", row)

    def start_query_execution(self, *, QueryString, WorkGroup):  # noqa: N803 - boto3's names
        assert WorkGroup == "analysts"
        self.queries.append(QueryString)
        translated = translation(QueryString)
        result = self.database.execute(translated)
        names = [{"Name": d[0], "Type": KINDS.get(str(d[1]), "bigint")} for d in result.description]
        cells = [
            [{"VarCharValue": str(v)} if v is not None else {} for v in row]
            for row in result.fetchall()
        ]
        head = [{"VarCharValue": name["Name"]} for name in names]
        self.answers[str(len(self.answers))] = {
            "ResultSet": {
                "ResultSetMetadata": {"ColumnInfo": names},
                "Rows": [{"Data": row} for row in (head, *cells)],
            }
        }
        return {"QueryExecutionId": str(len(self.answers) - 1)}

    def get_query_execution(self, *, QueryExecutionId):  # noqa: ARG002, N803 - boto3's names
        return {"QueryExecution": {"Status": {"State": "SUCCEEDED"}}}

    def get_query_results(self, *, QueryExecutionId):  # noqa: N803 - boto3's names
        return self.answers[QueryExecutionId]


@pytest.fixture(scope="module")
def client(mixed_logs):
    return AthenaOverDuckdb(mixed_logs)


def both(mixed_logs, client, **asked):
    inquiry = Inquiry(**asked)
    athena = athena_engine.Athena(client=client, table="logs.calls", workgroup="analysts")
    files = find_logs(mixed_logs, since=inquiry.since)
    return duckdb_engine.summarise(files, inquiry), athena_engine.summarise(athena, inquiry)


def sorted_rows(answer):
    return sorted(answer.rows, key=str)


@pytest.mark.parametrize(
    ("by", "since"),
    [
        ((Dimension.PRINCIPAL, Dimension.MODEL, Dimension.ACCOUNT), None),
        ((Dimension.DAY, Dimension.PROJECT), None),
        ((Dimension.ROLE, Dimension.REGION, Dimension.OPERATION), date(2026, 11, 21)),
    ],
)
def test_both_engines_answer_every_question_alike(mixed_logs, client, by, since):
    here, there = both(mixed_logs, client, by=by, since=since)
    for ours, theirs in zip((here.usage, *here.more), (there.usage, *there.more), strict=True):
        assert ours.columns == theirs.columns
        assert sorted_rows(ours) == sorted_rows(theirs)
        assert ours.rows or since


def test_both_engines_count_the_same_defects(mixed_logs, client):
    here, there = both(mixed_logs, client)
    assert len(client.queries) >= len((there.usage, *there.more, there.quality))
    assert here.counts == there.counts


def test_every_query_is_athenas_dialect(mixed_logs, client):
    both(mixed_logs, client)
    for query in client.queries[-6:]:
        parsed = sqlglot.parse_one(query, read="athena", error_level=sqlglot.ErrorLevel.RAISE)
        assert not list(parsed.find_all(sqlglot.exp.Command))
