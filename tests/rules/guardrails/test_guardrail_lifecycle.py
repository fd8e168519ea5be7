import pytest

GUARDRAIL = {"Type": "AWS::Bedrock::Guardrail", "Properties": {"Name": "g"}}
MODELS = "Properties.ModelEnforcement"
GUARDING = "Properties.SelectiveContentGuarding"


def version(identifier):
    properties = {"GuardrailIdentifier": identifier}
    return {"Type": "AWS::Bedrock::GuardrailVersion", "Properties": properties}


def test_no_version_fails(findings):
    (found,) = findings("GRD21", GUARDRAIL)
    assert (found.status, found.logical_id, found.location) == ("fail", "Subject", "")


@pytest.mark.parametrize("attribute", ["GuardrailId", "GuardrailArn"])
def test_a_version_passes(judge, attribute):
    resources = {"G": GUARDRAIL, "V": version({"Fn::GetAtt": ["G", attribute]})}
    assert judge("GRD21", resources) == []


def test_the_version_of_another_guardrail_does_not_count(judge):
    resources = {"G": GUARDRAIL, "Other": GUARDRAIL, "V": version({"Ref": "Other"})}
    assert judge("GRD21", resources) == ["fail "]


def test_a_version_of_what_is_known_only_at_deployment_is_unknown(judge):
    assert judge("GRD21", {"G": GUARDRAIL, "V": version({"Ref": "Id"})}) == ["unknown "]


def test_no_version_can_be_acknowledged(judge, accepting):
    assert judge("GRD21", accepting(GUARDRAIL, "GRD21")) == []


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_a_retained_guardrail_passes(judge, policy):
    assert judge("GRD23", GUARDRAIL | {"DeletionPolicy": policy}) == []


@pytest.mark.parametrize("more", [{}, {"DeletionPolicy": "Delete"}])
def test_a_guardrail_that_goes_with_its_stack_fails(judge, more):
    assert judge("GRD23", GUARDRAIL | more) == ["fail DeletionPolicy"]


def test_a_policy_known_only_at_deployment_is_unknown(judge):
    assert judge("GRD23", GUARDRAIL | {"DeletionPolicy": {"Ref": "Policy"}}) == [
        "unknown DeletionPolicy"
    ]


def test_deletion_can_be_acknowledged(judge, accepting):
    assert judge("GRD23", accepting(GUARDRAIL, "GRD23")) == []


def enforced(included=None, excluded=None, **guarding):
    models = {"IncludedModels": included, "ExcludedModels": excluded}
    properties = {"ModelEnforcement": models, "SelectiveContentGuarding": guarding}
    return {"Type": "AWS::Bedrock::EnforcedGuardrailConfiguration", "Properties": properties}


@pytest.mark.parametrize(
    "subject",
    [enforced(), enforced(["ALL"], [], System="COMPREHENSIVE", Messages="COMPREHENSIVE")],
)
def test_all_models_and_all_content_pass(judge, subject):
    assert judge("GRD24", subject) == []


def test_excluding_a_model_fails(judge):
    assert judge("GRD24", enforced(["ALL"], ["amazon.nova-lite-v1:0"])) == [
        f"fail {MODELS}.ExcludedModels"
    ]


def test_including_only_some_models_fails(judge):
    assert judge("GRD24", enforced(["amazon.nova-lite-v1:0"], [])) == [
        f"fail {MODELS}.IncludedModels"
    ]


@pytest.mark.parametrize("part", ["System", "Messages"])
def test_guarding_only_what_callers_mark_fails(judge, part):
    assert judge("GRD24", enforced(**{part: "SELECTIVE"})) == [f"fail {GUARDING}.{part}"]


def test_models_known_only_at_deployment_are_unknown(judge):
    subject = enforced({"Ref": "Included"}, [], System={"Ref": "System"})
    assert judge("GRD24", subject) == [
        f"unknown {MODELS}.IncludedModels",
        f"unknown {GUARDING}.System",
    ]


def test_a_narrowed_enforcement_can_be_acknowledged(judge, accepting):
    assert judge("GRD24", accepting(enforced(["ALL"], ["a.b"]), "GRD24")) == []
