"""Knowledge bases and data sources as the emulated service keeps them."""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.base_backend import BackendDict

from secure_bedrock.emulator.services import install

ROLE = "arn:aws:iam::123456789012:role/base"
SETTINGS = {
    "roleArn": ROLE,
    "knowledgeBaseConfiguration": {"type": "KENDRA"},
}
S3 = {"type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::docs"}}
WEB = {
    "type": "S3",
    "s3Configuration": {"bucketArn": "arn:aws:s3:::docs", "inclusionPrefixes": ["a/"]},
}


@pytest.fixture(scope="module")
def client():
    install()
    return boto3.client("bedrock-agent")


@pytest.fixture(autouse=True)
def empty():
    with mock_aws():
        BackendDict.reset()
        yield


@pytest.fixture
def base(client):
    made = client.create_knowledge_base(name="docs", description="d", **SETTINGS)
    return made["knowledgeBase"]["knowledgeBaseId"]


@pytest.fixture
def source(client, base):
    made = client.create_data_source(
        knowledgeBaseId=base, name="s3", dataSourceConfiguration=S3, description="d"
    )
    return {"knowledgeBaseId": base, "dataSourceId": made["dataSource"]["dataSourceId"]}


def code(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"]


def test_a_knowledge_base_reads_back_as_written(client, base):
    found = client.get_knowledge_base(knowledgeBaseId=base)["knowledgeBase"]
    assert {name: found[name] for name in SETTINGS} == SETTINGS
    assert found["knowledgeBaseArn"].endswith(f":123456789012:knowledge-base/{base}")
    assert (found["name"], found["description"], found["status"]) == ("docs", "d", "ACTIVE")


def test_an_update_takes_away_what_it_leaves_out(client, base):
    client.update_knowledge_base(knowledgeBaseId=base, name="other", **SETTINGS)
    found = client.get_knowledge_base(knowledgeBaseId=base)["knowledgeBase"]
    assert found["name"] == "other"
    assert "description" not in found


def test_where_vectors_are_kept_cannot_be_changed(client, base):
    changed = {**SETTINGS, "knowledgeBaseConfiguration": {"type": "VECTOR"}}
    refused = code(client.update_knowledge_base, knowledgeBaseId=base, name="docs", **changed)
    assert refused == "ValidationException"


def test_a_name_in_use_is_refused(client, base, source):  # noqa: ARG001 - they have the names
    assert code(client.create_knowledge_base, name="docs", **SETTINGS) == "ConflictException"
    again = {"knowledgeBaseId": base, "name": "s3", "dataSourceConfiguration": S3}
    assert code(client.create_data_source, **again) == "ConflictException"


def test_a_data_source_reads_back_as_written(client, source):
    found = client.get_data_source(**source)["dataSource"]
    assert found["dataSourceConfiguration"] == S3
    assert (found["status"], found["dataDeletionPolicy"]) == ("AVAILABLE", "DELETE")


def test_a_data_source_is_changed(client, source):
    client.update_data_source(**source, name="s3", dataSourceConfiguration=WEB)
    found = client.get_data_source(**source)["dataSource"]
    assert found["dataSourceConfiguration"] == WEB
    assert "description" not in found


def test_how_text_is_cut_cannot_be_changed(client, source):
    cut = {"chunkingConfiguration": {"chunkingStrategy": "NONE"}}
    changed = {"name": "s3", "dataSourceConfiguration": S3, "vectorIngestionConfiguration": cut}
    assert code(client.update_data_source, **source, **changed) == "ValidationException"


def test_deleting_a_knowledge_base_deletes_its_data_sources(client, base, source):
    client.delete_knowledge_base(knowledgeBaseId=base)
    assert client.list_knowledge_bases()["knowledgeBaseSummaries"] == []
    assert code(client.get_data_source, **source) == "ResourceNotFoundException"


def test_a_deleted_data_source_is_gone(client, base, source):
    client.delete_data_source(**source)
    assert client.list_data_sources(knowledgeBaseId=base)["dataSourceSummaries"] == []


def test_tags_are_refused_instead_of_lost(client):
    refused = code(client.create_knowledge_base, name="x", tags={"a": "1"}, **SETTINGS)
    assert refused == "ValidationException"


def test_what_is_not_there_is_not_found(client):
    assert code(client.get_knowledge_base, knowledgeBaseId="ABCDEFGHIJ") == (
        "ResourceNotFoundException"
    )
