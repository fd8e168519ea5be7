import pytest

from secure_bedrock.rules import Parameters

AT = "Properties.SensitiveInformationPolicyConfig"
REQUIRED = Parameters(required_pii_types=("PASSWORD", "EMAIL"))


def guardrail(**policy):
    properties = {"SensitiveInformationPolicyConfig": policy} if policy else {}
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}


def entities(*kinds):
    return guardrail(PiiEntitiesConfig=[{"Type": each, "Action": "BLOCK"} for each in kinds])


@pytest.mark.parametrize("subject", [guardrail(), guardrail(PiiEntitiesConfig=[])])
def test_looking_for_nothing_fails(judge, subject):
    assert judge("GRD11", subject) == [f"fail {AT}"]


@pytest.mark.parametrize("subject", [entities("EMAIL"), guardrail(RegexesConfig=[{"Name": "n"}])])
def test_types_or_expressions_pass(judge, subject):
    assert judge("GRD11", subject) == []


def test_entities_known_only_at_deployment_are_unknown(judge):
    assert judge("GRD11", guardrail(PiiEntitiesConfig={"Ref": "Entities"})) == [f"unknown {AT}"]


def test_a_narrow_guardrail_beside_an_enforced_one_passes(judge):
    enforced = {
        "Type": "AWS::Bedrock::EnforcedGuardrailConfiguration",
        "Properties": {"GuardrailIdentifier": "abc123", "GuardrailVersion": "1"},
    }
    assert judge("GRD11", {"Narrow": guardrail(), "Enforced": enforced}) == []


def test_looking_for_nothing_can_be_acknowledged(judge, accepting):
    assert judge("GRD11", accepting(guardrail(), "GRD11")) == []


def test_nothing_is_required_by_default(judge):
    assert judge("GRD13", guardrail()) == []


def test_required_types_pass(judge):
    subject = entities("EMAIL", "NAME", "PASSWORD")
    assert judge("GRD13", subject, parameters=REQUIRED) == []


def test_a_required_type_that_is_missing_is_named(findings):
    (found,) = findings("GRD13", entities("EMAIL"), parameters=REQUIRED)
    assert (found.status, found.location) == ("fail", f"{AT}.PiiEntitiesConfig")
    assert found.message.endswith("there is none for PASSWORD")


def test_a_type_known_only_at_deployment_is_unknown(judge):
    subject = entities("EMAIL", {"Ref": "Kind"})
    assert judge("GRD13", subject, parameters=REQUIRED) == [f"unknown {AT}.PiiEntitiesConfig"]


def test_a_missing_type_can_be_acknowledged(judge, accepting):
    subject = accepting(entities("EMAIL"), "GRD13")
    assert judge("GRD13", subject, parameters=REQUIRED) == []
