import pytest

from secure_bedrock.rules import Parameters

AT = "Properties.ContentPolicyConfig.FiltersConfig"
HARMFUL = ("HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT")


def guardrail(*filters, **more):
    policy = {"FiltersConfig": list(filters)}
    properties = {"ContentPolicyConfig": policy} | more
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}


def content_filter(kind, strength="HIGH", **more):
    return {"Type": kind, "InputStrength": strength, "OutputStrength": strength} | more


ALL = [content_filter(kind) for kind in HARMFUL]
ENFORCED = {
    "Type": "AWS::Bedrock::EnforcedGuardrailConfiguration",
    "Properties": {"GuardrailIdentifier": {"Ref": "Base"}, "GuardrailVersion": "1"},
}


def test_all_five_kinds_pass(judge):
    assert judge("GRD03", guardrail(*ALL)) == []


@pytest.mark.parametrize("kind", HARMFUL)
def test_each_kind_is_required(findings, kind):
    subject = guardrail(*(each for each in ALL if each["Type"] != kind))
    (found,) = findings("GRD03", subject)
    assert (found.status, found.location) == ("fail", AT)
    assert found.message.endswith(f"there is none for {kind}")


def test_no_content_policy_fails(judge):
    assert judge("GRD03", {"Type": "AWS::Bedrock::Guardrail"}) == [f"fail {AT}"]


def test_a_kind_known_only_at_deployment_is_unknown(judge):
    subject = guardrail(*ALL[:4], content_filter({"Ref": "Kind"}))
    assert judge("GRD03", subject) == [f"unknown {AT}"]


def test_a_narrow_guardrail_beside_an_enforced_one_passes(judge):
    resources = {"Base": guardrail(*ALL), "Narrow": guardrail(), "Enforced": ENFORCED}
    assert judge("GRD03", resources) == []


def test_the_enforced_guardrail_itself_is_judged(judge):
    assert judge("GRD03", {"Base": guardrail(), "Enforced": ENFORCED}) == [f"fail {AT}"]


def test_missing_kinds_can_be_acknowledged(judge, accepting):
    assert judge("GRD03", accepting(guardrail(), "GRD03")) == []


@pytest.mark.parametrize("strength", ["MEDIUM", "HIGH"])
def test_medium_and_high_filters_pass(judge, strength):
    assert judge("GRD04", guardrail(content_filter("HATE", strength))) == []


@pytest.mark.parametrize("strength", ["NONE", "LOW", "", None, 3])
def test_weaker_filters_fail_on_both_sides(judge, strength):
    assert judge("GRD04", guardrail(content_filter("SEXUAL", strength))) == [
        f"fail {AT}[0].InputStrength",
        f"fail {AT}[0].OutputStrength",
    ]


def test_one_weak_side_fails(judge):
    subject = guardrail(content_filter("HATE", OutputStrength="LOW"))
    assert judge("GRD04", subject) == [f"fail {AT}[0].OutputStrength"]


def test_the_minimum_strength_is_a_parameter(judge):
    high, low = Parameters(minimum_strength="HIGH"), Parameters(minimum_strength="LOW")
    subject = guardrail(content_filter("HATE", InputStrength="MEDIUM"))
    assert judge("GRD04", subject, parameters=high) == [f"fail {AT}[0].InputStrength"]
    assert judge("GRD04", guardrail(content_filter("HATE", "LOW")), parameters=low) == []


def test_prompt_attacks_have_a_rule_of_their_own(judge):
    assert judge("GRD04", guardrail(content_filter("PROMPT_ATTACK", OutputStrength="NONE"))) == []


def test_a_strength_known_only_at_deployment_is_unknown(judge):
    subject = guardrail(content_filter("HATE", InputStrength={"Ref": "Strength"}))
    assert judge("GRD04", subject) == [f"unknown {AT}[0].InputStrength"]


def test_a_weak_filter_can_be_acknowledged(judge, accepting):
    assert judge("GRD04", accepting(guardrail(content_filter("HATE", "LOW")), "GRD04")) == []


def images(allowing, content_guardrail, model="amazon.nova-canvas-v1:0"):
    arn = f"arn:aws:bedrock:us-east-1::foundation-model/{model}"
    return {"G": content_guardrail, "R": allowing("bedrock:InvokeModel", arn)}


def test_text_filters_fail_where_image_models_are_invoked(judge, allowing):
    subject = images(allowing, guardrail(*ALL[:2]))
    assert judge("GRD22", subject) == [
        f"fail {AT}[0].InputModalities",
        f"fail {AT}[1].InputModalities",
    ]


@pytest.mark.parametrize("kind", ["HATE", "INSULTS", "SEXUAL", "VIOLENCE"])
def test_each_kind_is_asked_about_images(judge, allowing, kind):
    subject = images(allowing, guardrail(content_filter(kind)))
    assert judge("GRD22", subject) == [f"fail {AT}[0].InputModalities"]


@pytest.mark.parametrize(
    "model", ["amazon.titan-image-generator-v2:0", "stability.sd3-5-large-v1:0"]
)
def test_each_family_of_image_models_counts(judge, allowing, model):
    assert judge("GRD22", images(allowing, guardrail(ALL[0]), model)) != []


@pytest.mark.parametrize("side", ["InputModalities", "OutputModalities"])
def test_image_filters_pass(judge, allowing, side):
    covering = content_filter("HATE", **{side: ["TEXT", "IMAGE"]})
    assert judge("GRD22", images(allowing, guardrail(covering))) == []


def test_misconduct_is_not_asked_about_images(judge, allowing):
    assert judge("GRD22", images(allowing, guardrail(content_filter("MISCONDUCT")))) == []


def test_text_filters_pass_where_text_models_are_invoked(judge, allowing):
    subject = images(allowing, guardrail(*ALL), "anthropic.claude-3-haiku-20240307-v1:0")
    assert judge("GRD22", subject) == []


def test_modalities_known_only_at_deployment_are_unknown(judge, allowing):
    subject = guardrail(content_filter("HATE", InputModalities={"Ref": "Modalities"}))
    assert judge("GRD22", images(allowing, subject)) == [f"unknown {AT}[0].InputModalities"]


def test_filters_known_only_at_deployment_are_unknown_for_images(judge, allowing):
    subject = guardrail()
    subject["Properties"]["ContentPolicyConfig"] = {"FiltersConfig": {"Ref": "Filters"}}
    assert judge("GRD22", images(allowing, subject)) == [f"unknown {AT}"]


def test_text_filters_can_be_acknowledged(judge, allowing, accepting):
    assert judge("GRD22", images(allowing, accepting(guardrail(*ALL), "GRD22"))) == []
