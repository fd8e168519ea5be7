import pytest

from secure_bedrock.rules import Parameters

AT = "Properties.ContextualGroundingPolicyConfig.FiltersConfig"
POLICIES = "Properties.AutomatedReasoningPolicyConfig.Policies"
KNOWLEDGE = {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": {}}
REASONING = {"Type": "AWS::Bedrock::AutomatedReasoningPolicy", "Properties": {"Name": "p"}}


def guardrail(*filters, **more):
    properties = {"ContextualGroundingPolicyConfig": {"FiltersConfig": list(filters)}} | more
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}


def grounding(kind="GROUNDING", threshold=0.8, **more):
    return {"Type": kind, "Threshold": threshold} | more


BOTH = guardrail(grounding(), grounding("RELEVANCE", Action="BLOCK", Enabled=True))


def test_grounding_is_not_asked_for_without_a_knowledge_base(judge):
    assert judge("GRD14", guardrail()) == []


@pytest.mark.parametrize("subject", [guardrail(), guardrail(grounding())])
def test_it_is_asked_for_beside_a_knowledge_base(judge, subject):
    assert judge("GRD14", {"G": subject, "K": KNOWLEDGE}) == [f"fail {AT}"]


def test_grounding_and_relevance_pass(judge):
    assert judge("GRD14", {"G": BOTH, "K": KNOWLEDGE}) == []


@pytest.mark.parametrize("more", [{"Action": "NONE"}, {"Enabled": False}, {"Threshold": 0}])
def test_a_filter_that_lets_everything_through_fails(judge, more):
    (key,) = more
    assert judge("GRD14", guardrail(grounding(**more))) == [f"fail {AT}[0].{key}"]


def test_filters_known_only_at_deployment_are_unknown(judge):
    subject = guardrail()
    subject["Properties"]["ContextualGroundingPolicyConfig"] = {"FiltersConfig": {"Ref": "F"}}
    assert judge("GRD14", {"G": subject, "K": KNOWLEDGE}) == [f"unknown {AT}"]


def test_a_filter_known_only_at_deployment_is_unknown_without_a_knowledge_base(judge):
    assert judge("GRD14", guardrail(grounding(), {"Ref": "Filter"})) == [f"unknown {AT}[1]"]


def test_missing_grounding_can_be_acknowledged(judge, accepting):
    assert judge("GRD14", {"G": accepting(guardrail(), "GRD14"), "K": KNOWLEDGE}) == []


@pytest.mark.parametrize("threshold", [0, 0.69, "0.5", "high"])
def test_a_low_threshold_fails(judge, threshold):
    assert judge("GRD15", guardrail(grounding(threshold=threshold))) == [f"fail {AT}[0].Threshold"]


@pytest.mark.parametrize("threshold", [0.7, 0.99, "0.85"])
def test_a_high_threshold_passes(judge, threshold):
    assert judge("GRD15", guardrail(grounding(threshold=threshold))) == []


def test_the_minimum_threshold_is_a_parameter(judge):
    strict = Parameters(minimum_grounding_threshold=0.9)
    assert judge("GRD15", BOTH, parameters=strict) == [
        f"fail {AT}[0].Threshold",
        f"fail {AT}[1].Threshold",
    ]


def test_a_threshold_known_only_at_deployment_is_unknown(judge):
    subject = guardrail(grounding(threshold={"Ref": "Threshold"}))
    assert judge("GRD15", subject) == [f"unknown {AT}[0].Threshold"]


def test_a_low_threshold_can_be_acknowledged(judge, accepting):
    assert judge("GRD15", accepting(guardrail(grounding(threshold=0.1)), "GRD15")) == []


def reasoning(**config):
    return guardrail(AutomatedReasoningPolicyConfig=config)


def test_reasoning_is_not_asked_for_without_a_policy(judge):
    assert judge("GRD19", guardrail()) == []


def test_an_unused_reasoning_policy_fails(judge):
    assert judge("GRD19", {"G": guardrail(), "P": REASONING}) == [f"fail {POLICIES}"]


def test_a_used_reasoning_policy_passes(judge):
    used = reasoning(Policies=[{"Fn::GetAtt": ["P", "PolicyArn"]}])
    assert judge("GRD19", {"G": used, "P": REASONING}) == []


def test_an_enforced_guardrail_cannot_use_reasoning(judge):
    enforced = {
        "Type": "AWS::Bedrock::EnforcedGuardrailConfiguration",
        "Properties": {"GuardrailIdentifier": {"Fn::GetAtt": ["G", "GuardrailArn"]}},
    }
    assert judge("GRD19", {"G": guardrail(), "P": REASONING, "E": enforced}) == []


def test_policies_known_only_at_deployment_are_unknown(judge):
    subject = reasoning(Policies={"Ref": "Policies"})
    assert judge("GRD19", {"G": subject, "P": REASONING}) == [f"unknown {POLICIES}"]


def test_an_unused_reasoning_policy_can_be_acknowledged(judge, accepting):
    assert judge("GRD19", {"G": accepting(guardrail(), "GRD19"), "P": REASONING}) == []
