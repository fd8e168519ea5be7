import re

import pytest

from secure_bedrock.catalog.cloudtrail_events import (
    DATA_EVENT_TYPES,
    DataEventGroup,
    data_event_types,
)
from secure_bedrock.catalog.service_authorization import resource_arn_patterns
from secure_bedrock.rules.logging_and_audit.trails import _RECORDED_ACTIONS, _RECORDED_AS

ALL = data_event_types(list(DataEventGroup))
PREFIXES = {
    "AWS::Bedrock": "bedrock",
    "AWS::BedrockAgentCore": "bedrock-agentcore",
    "AWS::BedrockMantle": "bedrock-mantle",
    "AWS::BedrockWebSearch": "bedrock-websearch",
}
# CloudTrail's name and the Service Authorization Reference's, where they differ by more than case
OTHERWISE = {
    "AWS::Bedrock::AdvancedOptimizePromptJob": "advanced-prompt-optimization-job",
    "AWS::Bedrock::DataAutomationInvocation": "data-automation-invocation-job",
    "AWS::Bedrock::InlineAgent": "agent",
    "AWS::Bedrock::Model": "foundation-model",
    "AWS::Bedrock::Tool": "system-tool",
    "AWS::BedrockAgentCore::APIKeyCredentialProvider": "apikeycredentialprovider",
    "AWS::BedrockAgentCore::OAuth2CredentialProvider": "oauth2credentialprovider",
    "AWS::BedrockAgentCore::Payments": "payment-manager",
}


def kebab(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=B)(?=Test)", "-", name).lower()


@pytest.mark.parametrize("kind", ALL)
def test_each_type_is_a_resource_that_iam_knows(kind):
    service, _, name = kind.rpartition("::")
    assert resource_arn_patterns(PREFIXES[service], OTHERWISE.get(kind, kebab(name)))


def test_each_type_is_in_one_group():
    listed = [kind for kinds in DATA_EVENT_TYPES.values() for kind in kinds]
    assert sorted(listed) == list(ALL)


def test_every_group_has_types():
    assert {group for group, kinds in DATA_EVENT_TYPES.items() if kinds} == set(DataEventGroup)


def test_trap_12_prompts_are_recorded_as_versions():
    assert "AWS::Bedrock::PromptVersion" in ALL
    assert "AWS::Bedrock::Prompt" not in ALL


def test_the_rules_ask_for_no_type_that_is_missing_here():
    asked = set(_RECORDED_AS.values()) | {f"AWS::{kind}" for kind in _RECORDED_ACTIONS.values()}
    assert asked <= set(ALL)


def test_as_many_types_as_aws_documents():
    prefixes = [kind.rpartition("::")[0] for kind in ALL]
    counts = {prefix: prefixes.count(prefix) for prefix in PREFIXES}
    assert list(counts.values()) == [18, 23, 1, 1]
