import pytest

AT = "Properties.ContentPolicyConfig.FiltersConfig"


def guardrail(*filters):
    policy = {"FiltersConfig": list(filters)}
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": {"ContentPolicyConfig": policy}}


def prompt_attack(strength):
    return {"Type": "PROMPT_ATTACK", "InputStrength": strength, "OutputStrength": "NONE"}


def test_high_strength_passes(judge):
    assert judge("GRD06", guardrail({"Type": "HATE"}, prompt_attack("HIGH"))) == []


@pytest.mark.parametrize("strength", ["MEDIUM", "LOW", "NONE", ["HIGH"], {"HIGH": 1}, 3])
def test_any_other_strength_fails(judge, strength):
    assert judge("GRD06", guardrail(prompt_attack(strength))) == [f"fail {AT}[0].InputStrength"]


@pytest.mark.parametrize("filters", [[], [{"Type": "HATE", "InputStrength": "HIGH"}]])
def test_no_prompt_attack_filter_fails(judge, filters):
    assert judge("GRD06", guardrail(*filters)) == [f"fail {AT}"]


def test_no_content_policy_fails(judge):
    assert judge("GRD06", {"Type": "AWS::Bedrock::Guardrail"}) == [f"fail {AT}"]


def test_a_default_is_believed(judge):
    declared = {"Strength": {"Type": "String", "Default": "LOW"}}
    resources = {"G": guardrail(prompt_attack({"Ref": "Strength"}))}
    template = {"Parameters": declared, "Resources": resources}
    assert judge("GRD06", template) == [f"fail {AT}[0].InputStrength"]


def test_a_strength_known_only_at_deployment_is_unknown(judge):
    assert judge("GRD06", guardrail(prompt_attack({"Ref": "Strength"}))) == [
        f"unknown {AT}[0].InputStrength"
    ]


def test_filters_known_only_at_deployment_are_unknown(judge):
    policy = {"ContentPolicyConfig": {"FiltersConfig": {"Fn::GetAtt": ["Custom", "Filters"]}}}
    subject = {"Type": "AWS::Bedrock::Guardrail", "Properties": policy}
    assert judge("GRD06", subject) == [f"unknown {AT}"]


def test_a_low_strength_can_be_acknowledged_with_its_reason(findings, accepting):
    subject = accepting(guardrail(prompt_attack("LOW")), "GRD06", "batch input only")
    assert findings("GRD06", subject) == []
    (accepted,) = findings("GRD06", subject, acknowledged=True)
    assert accepted.acknowledged == "batch input only"
