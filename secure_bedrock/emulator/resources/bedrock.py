"""Amazon Bedrock."""

from secure_bedrock.emulator.resources.declaration import (
    ResourceType,
    call,
    get,
    put,
)
from secure_bedrock.emulator.resources.tagging import arn_tagging

_AS_READ = {
    "contentPolicyConfig": "{filtersConfig: contentPolicy.filters, tierConfig: contentPolicy.tier}",
    "topicPolicyConfig": "{topicsConfig: topicPolicy.topics, tierConfig: topicPolicy.tier}",
    "wordPolicyConfig": (
        "{wordsConfig: wordPolicy.words, managedWordListsConfig: wordPolicy.managedWordLists}"
    ),
    "sensitiveInformationPolicyConfig": (
        "{piiEntitiesConfig: sensitiveInformationPolicy.piiEntities,"
        " regexesConfig: sensitiveInformationPolicy.regexes}"
    ),
    "contextualGroundingPolicyConfig": "{filtersConfig: contextualGroundingPolicy.filters}",
    "automatedReasoningPolicyConfig": "automatedReasoningPolicy",
    "crossRegionConfig": "[{guardrailProfileIdentifier: crossRegionDetails.guardrailProfileId},"
    " {guardrailProfileIdentifier: crossRegionDetails.guardrailProfileArn}]",
    "kmsKeyId": "kmsKeyArn",
}

_GUARDRAIL = ResourceType(
    name="AWS::Bedrock::Guardrail",
    service="bedrock",
    create=put("create_guardrail", kmsKeyId="$KmsKeyArn"),
    id="$created.guardrailArn",
    update=put("update_guardrail", guardrailIdentifier="$id", kmsKeyId="$KmsKeyArn"),
    delete=call("delete_guardrail", guardrailIdentifier="$id"),
    reads=(get("get_guardrail", "@", guardrailIdentifier="$id"),),
    read_as=_AS_READ,
    renames={
        "ContentFiltersTierConfig": "tierConfig",
        "TopicsTierConfig": "tierConfig",
        "GuardrailProfileArn": "guardrailProfileIdentifier",
    },
    tagging=arn_tagging("resourceARN", "$id", tags="tags", keys="tagKeys"),
)

_VERSION = ResourceType(
    name="AWS::Bedrock::GuardrailVersion",
    service="bedrock",
    create=put("create_guardrail_version"),
    id="${created.guardrailId}|${created.version}",
    delete=call("delete_guardrail", guardrailIdentifier="$id.0", guardrailVersion="$id.1"),
    reads=(get("get_guardrail", "@", guardrailIdentifier="$id.0", guardrailVersion="$id.1"),),
    read_as={"guardrailIdentifier": "[guardrailArn, guardrailId]"},
)

_PROFILE = ResourceType(
    name="AWS::Bedrock::ApplicationInferenceProfile",
    service="bedrock",
    create=put("create_inference_profile"),
    id="$created.inferenceProfileArn",
    delete=call("delete_inference_profile", inferenceProfileIdentifier="$id"),
    reads=(get("get_inference_profile", "@", inferenceProfileIdentifier="$id"),),
    unread=frozenset({"modelSource"}),
    attributes={"InferenceProfileIdentifier": "$id"},
    tagging=arn_tagging("resourceARN", "$id", tags="tags", keys="tagKeys"),
)

_RESOURCE_POLICY = ResourceType(
    name="AWS::Bedrock::ResourcePolicy",
    service="bedrock",
    exists=get("get_resource_policy", "@", resourceArn="$ResourceArn"),
    create=call(
        "put_resource_policy", resourceArn="$ResourceArn", resourcePolicy="$PolicyDocument"
    ),
    id="$ResourceArn",
    update=call("put_resource_policy", resourceArn="$id", resourcePolicy="$PolicyDocument"),
    delete=call("delete_resource_policy", resourceArn="$id"),
    reads=(get("get_resource_policy", "@", resourceArn="$id"),),
    unread=frozenset({"resourceArn"}),
)

_CONFIGURATION = {
    "guardrailIdentifier": "$GuardrailIdentifier",
    "guardrailVersion": "$GuardrailVersion",
    "selectiveContentGuarding": "$SelectiveContentGuarding",
    "modelEnforcement": "$ModelEnforcement",
}

_ENFORCED = ResourceType(
    name="AWS::Bedrock::EnforcedGuardrailConfiguration",
    service="bedrock",
    create=call("put_enforced_guardrail_configuration", guardrailInferenceConfig=_CONFIGURATION),
    id="$created.configId",
    update=call(
        "put_enforced_guardrail_configuration",
        configId="$id",
        guardrailInferenceConfig=_CONFIGURATION,
    ),
    delete=call("delete_enforced_guardrail_configuration", configId="$id"),
    reads=(
        get(
            "list_enforced_guardrails_configuration",
            "guardrailsConfig[?configId=='${id}'] | [0]",
        ),
    ),
    read_as={
        "guardrailInferenceConfig": "[merge(@, {guardrailIdentifier: guardrailArn}),"
        " merge(@, {guardrailIdentifier: guardrailId})]"
    },
)

TYPES = (_GUARDRAIL, _VERSION, _PROFILE, _RESOURCE_POLICY, _ENFORCED)
