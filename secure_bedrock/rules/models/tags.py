"""Tags of Bedrock resources."""

from secure_bedrock.rules._kit import (
    UNKNOWN,
    Answer,
    Node,
    Parameters,
    Severity,
    Template,
    Verdicts,
    answer,
    any_in,
    require,
    rule,
)
from secure_bedrock.rules.models._jobs import USER_GUIDE

_BEDROCK = (
    *("Agent", "AgentAlias", "ApplicationInferenceProfile", "AutomatedReasoningPolicy"),
    *("AutomatedReasoningPolicyVersion", "Blueprint", "DataAutomationLibrary"),
    *("DataAutomationProject", "Flow", "FlowAlias", "Guardrail", "IntelligentPromptRouter"),
    *("KnowledgeBase", "ModelImportJob", "Prompt", "PromptVersion", "RetrievalInstruction"),
    *("Session",),
)
_AGENTCORE = (
    *("ApiKeyCredentialProvider", "BrowserCustom", "BrowserProfile", "CapacityProvider"),
    *("CodeInterpreterCustom", "ConfigurationBundle", "ConsentPortal", "Dataset", "Evaluator"),
    *("Gateway", "Harness", "HarnessEndpoint", "Memory", "OAuth2CredentialProvider"),
    *("OnlineEvaluationConfig", "PaymentCredentialProvider", "PaymentManager", "PolicyEngine"),
    *("Runtime", "RuntimeEndpoint", "WorkloadIdentity"),
)
TAGGABLE = (
    *(f"AWS::Bedrock::{each}" for each in _BEDROCK),
    *(f"AWS::BedrockAgentCore::{each}" for each in _AGENTCORE),
    "AWS::BedrockMantle::Project",
)


@rule(
    "MDL07",
    severity=Severity.LOW,
    fix="Add the required tags.",
    source=f"{USER_GUIDE}/tagging.html",
    parameters=("required_tags",),
)
def resources_are_tagged(template: Template, parameters: Parameters) -> Verdicts:
    """Bedrock resources carry the required tags (parameter ``required_tags``).

    Tags that are given to the whole stack at deployment are not in the template.
    """
    for resource in template.of_type(*TAGGABLE) if parameters.required_tags else ():
        tags = resource["Tags"]
        for key in parameters.required_tags:
            yield from require(_has(tags, key), tags, f"the tag {key} is missing")


def _has(tags: Node, key: str) -> Answer:
    if isinstance(tags.value, list):
        return any_in((each["Key"] for each in tags), key)
    if tags.unknown:
        return UNKNOWN
    return answer(isinstance(tags.value, dict) and key in tags.value)
