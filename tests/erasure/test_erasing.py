import gzip
import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from secure_bedrock.erasure.documents import DocumentStore
from secure_bedrock.erasure.log_bucket import LogBucket
from secure_bedrock.erasure.log_group import finds_in_log_group
from secure_bedrock.erasure.report import Find, Outcome, Report
from secure_bedrock.erasure.subject import Subject

WHERE = {"LocationConstraint": "eu-west-1"}
ALICE = Subject(
    identities=("arn:aws:sts::111122223333:assumed-role/App/alice",),
    request_metadata=(("user", "u-1"),),
    document_metadata=(("owner", "u-1"),),
)
LOG = "invocations/AWSLogs/a.json.gz"


def record(user="u-2", arn="arn:aws:iam::111122223333:role/App", **more):
    return {"identity": {"arn": arn}, "requestMetadata": {"user": user}, **more}


@pytest.fixture(scope="module")
def clients():
    """Made once, because making one takes longer than a test."""
    return {name: boto3.client(name) for name in ("s3", "logs")}


@pytest.fixture
def s3(clients):
    with mock_aws():
        clients["s3"].create_bucket(
            Bucket="kept", CreateBucketConfiguration=WHERE, ObjectLockEnabledForBucket=True
        )
        yield clients["s3"]


def log(s3, *records, key=LOG, **options):
    body = gzip.compress("\n".join(json.dumps(each) for each in records).encode())
    s3.put_object(Bucket="kept", Key=key, Body=body, **options)


def users(s3, key=LOG):
    body = s3.get_object(Bucket="kept", Key=key)["Body"].read()
    lines = gzip.decompress(body).decode().splitlines()
    return [json.loads(line)["requestMetadata"]["user"] for line in lines]


def versions(s3, key=LOG):
    found = s3.list_object_versions(Bucket="kept", Prefix=key)
    return len(found.get("Versions", [])) + len(found.get("DeleteMarkers", []))


def look(s3, *, apply=False):
    return list(LogBucket(s3, "kept", "invocations/", apply).finds(ALICE))


def locked(days=30):
    until = datetime.now(UTC) + timedelta(days=days)
    return {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}


class TestRecordsInABucket:
    def test_looking_changes_nothing(self, s3):
        log(s3, record("u-1"), record())
        (find,) = look(s3)
        assert (find.what, find.outcome) == ("1 of 2 records", Outcome.WOULD_ERASE)
        assert (users(s3), versions(s3)) == (["u-1", "u-2"], 1)

    def test_the_others_stay_and_no_version_has_the_erased(self, s3):
        log(s3, record("u-1"), record(), record(arn=ALICE.identities[0], user="u-3"))
        (find,) = look(s3, apply=True)
        assert (find.what, find.outcome) == ("2 of 3 records", Outcome.ERASED)
        assert (users(s3), versions(s3)) == (["u-2"], 1)

    def test_an_object_with_nobody_else_goes(self, s3):
        log(s3, record("u-1"))
        look(s3, apply=True)
        assert versions(s3) == 0

    def test_older_versions_go_as_well(self, s3):
        log(s3, record("u-1"), record())
        log(s3, record("u-1"), record())
        assert [find.outcome for find in look(s3, apply=True)] == [Outcome.ERASED] * 2
        assert (users(s3), versions(s3)) == (["u-2"], 1)

    def test_a_second_run_finds_nothing(self, s3):
        log(s3, record("u-1"), record())
        look(s3, apply=True)
        assert look(s3, apply=True) == []

    @pytest.mark.parametrize("apply", [True, False])
    def test_an_object_lock_keeps_and_says_until_when(self, s3, apply):
        log(s3, record("u-1"), record(), **locked())
        (find,) = look(s3, apply=apply)
        assert find.outcome is Outcome.KEPT
        assert find.reason.startswith("COMPLIANCE object lock until 20")
        assert (users(s3), versions(s3)) == (["u-1", "u-2"], 1)

    def test_a_legal_hold_keeps(self, s3):
        log(s3, record("u-1"), ObjectLockLegalHoldStatus="ON")
        (find,) = look(s3, apply=True)
        assert (find.outcome, versions(s3)) == (Outcome.KEPT, 1)
        assert "legal hold" in find.reason

    def test_large_bodies_go_before_the_record_that_names_them(self, s3):
        s3.put_object(Bucket="kept", Key="large-data/b.json", Body=b"{}")
        log(s3, record("u-1", input={"inputBodyS3Path": "s3://kept/large-data/b.json"}))
        whats = [find.what for find in look(s3, apply=True)]
        assert whats == ["a large body", "1 of 1 records"]
        assert versions(s3, "large-data/") == 0

    def test_a_record_stays_while_its_body_is_locked(self, s3):
        s3.put_object(Bucket="kept", Key="large-data/b.json", Body=b"{}", **locked())
        log(s3, record("u-1", output={"outputBodyS3Path": "s3://kept/large-data/b.json"}))
        finds = look(s3, apply=True)
        assert [find.outcome for find in finds] == [Outcome.KEPT] * 2
        assert users(s3) == ["u-1"]

    def test_what_is_not_readable_is_reported(self, s3):
        s3.put_object(Bucket="kept", Key=LOG, Body=b"\x1f\x8bnot gzip")
        (find,) = look(s3, apply=True)
        assert (find.outcome, find.what) == (Outcome.KEPT, "not readable as log records")
        assert versions(s3) == 1

    def test_a_refused_deletion_is_reported(self, s3):
        log(s3, record("u-1"))

        def refuse(**_):
            error = {"Error": {"Code": "AccessDenied", "Message": "no"}}
            raise ClientError(error, "DeleteObject")

        event = "before-parameter-build.s3.DeleteObject"
        s3.meta.events.register(event, refuse)
        (find,) = look(s3, apply=True)
        s3.meta.events.unregister(event, refuse)
        assert (find.outcome, find.reason) == (Outcome.KEPT, "AccessDenied: no")


class TestEventsInALogGroup:
    @pytest.fixture
    def logs(self, clients):
        with mock_aws():
            client = clients["logs"]
            client.create_log_group(logGroupName="bedrock")
            client.create_log_stream(logGroupName="bedrock", logStreamName="s")
            yield client

    def put(self, logs, *messages):
        now = int(datetime.now(UTC).timestamp() * 1000)
        events = [{"timestamp": now, "message": each} for each in messages]
        logs.put_log_events(logGroupName="bedrock", logStreamName="s", logEvents=events)

    def test_they_are_counted_and_the_last_day_is_named(self, logs):
        logs.put_retention_policy(logGroupName="bedrock", retentionInDays=400)
        self.put(logs, json.dumps(record("u-1")), json.dumps(record()), "no json", "[1]")
        (find,) = finds_in_log_group(logs, "bedrock", ALICE)
        last = datetime.now(UTC) + timedelta(days=400)
        assert (find.what, find.outcome) == ("1 events", Outcome.KEPT)
        assert find.reason.endswith(f"expires on {last:%Y-%m-%d}")

    def test_a_group_that_keeps_for_ever_is_said_to(self, logs):
        self.put(logs, json.dumps(record("u-1")))
        (find,) = finds_in_log_group(logs, "bedrock", ALICE)
        assert "keeps them for ever: give it a retention" in find.reason

    def test_nothing_found_is_nothing_kept(self, logs):
        self.put(logs, json.dumps(record()))
        assert list(finds_in_log_group(logs, "bedrock", ALICE)) == []


class Agent:
    """``bedrock-agent``, which moto lacks: it remembers what it was asked to delete."""

    def __init__(self, status="DELETING", code=None):
        self.status, self.code, self.deleted = status, code, []

    def delete_knowledge_base_documents(self, **asked):
        if self.code:
            error = {"Error": {"Code": self.code, "Message": "no"}}
            raise ClientError(error, "DeleteKnowledgeBaseDocuments")
        uris = [each["s3"]["uri"] for each in asked["documentIdentifiers"]]
        self.deleted.append(uris)
        return {"documentDetails": [{"status": self.status} for _ in uris]}


class TestDocuments:
    def put(self, s3, name, owner, **options):
        s3.put_object(Bucket="kept", Key=name, Body=b"text", **options)
        metadata = json.dumps({"metadataAttributes": {"owner": owner}})
        s3.put_object(Bucket="kept", Key=f"{name}.metadata.json", Body=metadata.encode())

    def run(self, s3, agent, *, apply=True):
        store = DocumentStore(
            s3=s3,
            agent=agent,
            bucket="kept",
            prefix="docs/",
            knowledge_base_id="KB",
            data_source_id="DS",
            apply=apply,
        )
        return list(store.finds(ALICE))

    def test_looking_changes_nothing(self, s3):
        self.put(s3, "docs/a.txt", "u-1")
        finds = self.run(s3, agent := Agent(), apply=False)
        assert {find.outcome for find in finds} == {Outcome.WOULD_ERASE}
        assert (versions(s3, "docs/"), agent.deleted) == (2, [])

    @pytest.mark.parametrize(
        "owner",
        [
            "u-1",
            ["u-9", "u-1"],
            {"value": {"type": "STRING", "stringValue": "u-1"}},
            {"value": {"type": "STRING_LIST", "stringListValue": ["u-1"]}},
        ],
    )
    def test_document_metadata_and_vectors_go(self, s3, owner):
        self.put(s3, "docs/a.txt", owner)
        self.put(s3, "docs/b.txt", "u-2")
        finds = self.run(s3, agent := Agent())
        assert {find.outcome for find in finds} == {Outcome.ERASED}
        assert (versions(s3, "docs/a"), versions(s3, "docs/b")) == (0, 2)
        assert agent.deleted == [["s3://kept/docs/a.txt"]]

    def test_documents_that_were_deleted_before_leave_no_version(self, s3):
        self.put(s3, "docs/a.txt", "u-1")
        s3.delete_object(Bucket="kept", Key="docs/a.txt")
        s3.delete_object(Bucket="kept", Key="docs/a.txt.metadata.json")
        self.run(s3, Agent())
        assert versions(s3, "docs/") == 0

    def test_the_index_takes_ten_at_once(self, s3):
        for number in range(11):
            self.put(s3, f"docs/{number:02}.txt", "u-1")
        self.run(s3, agent := Agent())
        assert [len(each) for each in agent.deleted] == [10, 1]

    def test_a_locked_document_keeps_its_metadata_and_vectors(self, s3):
        self.put(s3, "docs/a.txt", "u-1", **locked())
        finds = self.run(s3, agent := Agent())
        assert [find.outcome for find in finds] == [Outcome.KEPT] * 2
        assert (versions(s3, "docs/"), agent.deleted) == (2, [])

    @pytest.mark.parametrize(
        ("agent", "reason"),
        [
            (Agent(status="FAILED"), "1 are FAILED: start an ingestion job"),
            (Agent(code="ValidationException"), "ValidationException: start an ingestion job"),
        ],
    )
    def test_an_index_that_keeps_vectors_is_reported(self, s3, agent, reason):
        self.put(s3, "docs/a.txt", "u-1")
        find = self.run(s3, agent)[-1]
        assert find.outcome is Outcome.KEPT
        assert reason in find.reason

    def test_metadata_that_is_no_metadata_names_nobody(self, s3):
        for number, body in enumerate((b"[]", b"not json", b"{}")):
            s3.put_object(Bucket="kept", Key=f"docs/{number}.metadata.json", Body=body)
        assert self.run(s3, Agent()) == []


def test_nobody_is_nobody():
    with pytest.raises(ValueError, match="nobody is named"):
        Subject()


def test_a_report_counts_what_became_of_the_finds():
    report = Report(subject=ALICE, applied=True)
    list(report.add([Find("a", "b", Outcome.ERASED), Find("c", "d", Outcome.KEPT, "lock")]))
    assert report.as_json()["counts"] == {"would be erased": 0, "erased": 1, "kept": 1}
