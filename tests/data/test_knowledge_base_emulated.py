"""What of a knowledge base the emulator can deploy, and what it names as missing."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock import (
    DataRetention,
    ManagedStore,
    OpenSearchStore,
    S3VectorStore,
    SecureKnowledgeBase,
)
from secure_bedrock.emulator.resources.registry import is_known


def missing(stack):
    found = cdk.assertions.Template.from_stack(stack).to_json()["Resources"].values()
    return {each["Type"] for each in found if not is_known(each["Type"])}


@pytest.mark.parametrize("store", [S3VectorStore(), ManagedStore()], ids=["vectors", "managed"])
def test_every_type_of_a_knowledge_base_is_emulated(env_stack, store):
    SecureKnowledgeBase(env_stack, "Base", store=store)
    assert missing(env_stack) == set()


def test_the_types_of_opensearch_serverless_are_not(env_stack):
    creator = iam.Role(env_stack, "Creator", assumed_by=iam.AccountRootPrincipal())
    SecureKnowledgeBase(env_stack, "Base", store=OpenSearchStore(index_creator=creator))
    assert missing(env_stack) == {
        "AWS::OpenSearchServerless::AccessPolicy",
        "AWS::OpenSearchServerless::Collection",
        "AWS::OpenSearchServerless::Index",
        "AWS::OpenSearchServerless::SecurityPolicy",
    }


def test_every_type_of_data_retention_is_emulated(env_stack):
    DataRetention(env_stack, "Retention")
    assert missing(env_stack) == set()
