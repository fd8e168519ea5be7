"""What of a knowledge base the emulator can deploy, and what it names as missing."""

import aws_cdk as cdk
import pytest

from secure_bedrock import DataRetention, ManagedStore, S3VectorStore, SecureKnowledgeBase
from secure_bedrock.emulator.resources.registry import is_known

MISSING = {
    "AWS::Bedrock::DataSource",
    "AWS::Bedrock::KnowledgeBase",
    "AWS::Logs::Delivery",
    "AWS::Logs::DeliveryDestination",
    "AWS::Logs::DeliverySource",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
}
OF_S3_VECTORS = {"AWS::S3Vectors::Index", "AWS::S3Vectors::VectorBucket"}


def missing(stack):
    found = cdk.assertions.Template.from_stack(stack).to_json()["Resources"].values()
    return {each["Type"] for each in found if not is_known(each["Type"])}


@pytest.mark.parametrize(
    ("store", "expected"),
    [(S3VectorStore(), MISSING | OF_S3_VECTORS), (ManagedStore(), MISSING)],
)
def test_the_types_that_are_not_emulated_are_these(env_stack, store, expected):
    SecureKnowledgeBase(env_stack, "Base", store=store)
    assert missing(env_stack) == expected


def test_every_type_of_data_retention_is_emulated(env_stack):
    DataRetention(env_stack, "Retention")
    assert missing(env_stack) == set()
