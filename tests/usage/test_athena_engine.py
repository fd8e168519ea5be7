import boto3
import pytest
from moto import mock_aws

from secure_bedrock.usage.asking import Inquiry
from secure_bedrock.usage.athena_engine import Athena, AthenaError, summarise

COLUMNS = [{"Name": "calls", "Type": "bigint"}, {"Name": "estimated_usd", "Type": "double"}]


class Scripted:
    """Answers of Athena, one after the other."""

    def __init__(self, states, pages):
        self.states, self.pages = iter(states), iter(pages)

    def start_query_execution(self, **_):
        return {"QueryExecutionId": "one"}

    def get_query_execution(self, **_):
        return {"QueryExecution": {"Status": next(self.states)}}

    def get_query_results(self, **_):
        return next(self.pages)


def page(*rows, token=None):
    data = [{"Data": [{"VarCharValue": v} if v is not None else {} for v in r]} for r in rows]
    found = {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": COLUMNS}, "Rows": data}}
    return found | ({"NextToken": token} if token else {})


def athena(client):
    return Athena(client=client, table="logs.calls", workgroup="analysts", pause=0)


def test_pages_are_read_to_the_end_and_values_have_their_types():
    from secure_bedrock.usage import athena_engine

    head = ("calls", "estimated_usd")
    client = Scripted([], [page(head, ("5", "0.25"), token="more"), page(("6", None))])
    _, rows = athena_engine._results(client, "one")
    assert rows == [[5, 0.25], [6, None]]


def test_a_failed_query_ends_in_one_line_with_athenas_reason():
    reason = "HIVE_CURSOR_ERROR: incorrect data check\n s3://b/a.json.gz"
    states = [{"State": "RUNNING"}, {"State": "FAILED", "StateChangeReason": reason}]
    with pytest.raises(AthenaError, match=r"^query usage failed: HIVE_CURSOR_ERROR.*a\.json\.gz$"):
        summarise(athena(Scripted(states, [])), Inquiry())


@pytest.mark.parametrize("table", ["calls", "a.b.c", 'a."b"', "A.b"])
def test_a_table_is_given_with_its_database(table):
    with pytest.raises(ValueError, match=r"write DATABASE\.TABLE"):
        Athena(client=None, table=table, workgroup="analysts")


@mock_aws
def test_moto_takes_every_query_in_the_workgroup():
    client = boto3.client("athena", region_name="eu-west-1")
    client.create_work_group(Name="analysts")
    with pytest.raises(IndexError):  # moto answers without rows, and quality has always one
        summarise(athena(client), Inquiry()).counts  # noqa: B018 - the property is asked
    ids = client.list_query_executions(WorkGroup="analysts")["QueryExecutionIds"]
    assert len(ids) == 6
