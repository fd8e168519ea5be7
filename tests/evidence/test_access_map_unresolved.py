"""What templates do not say is neither allowed nor denied: it is not known, and what decides."""

import pytest

from secure_bedrock.evidence.access_map import Outcome

MODEL = "amazon.nova-lite-v1:0"
ARN = f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}"
INVOKE = "bedrock:InvokeModel"
PARAMETER = {"Model": {"Type": "String"}}


@pytest.fixture
def answer(answers_of):
    def ask(role, **template):
        found = answers_of({"Resources": {"App": role}} | template, more_models=[MODEL])
        return found[MODEL, "invoke"]

    return ask


def test_a_resource_that_a_parameter_names(answer, words):
    found = answer(words.role(words.allow(INVOKE, {"Ref": "Model"})), Parameters=PARAMETER)
    assert found.outcome is Outcome.UNKNOWN
    assert found.conditions == ("statement 1 of 0/App/Own allows it, which ${Model} decides",)


def test_a_resource_that_a_parameter_with_a_default_names(answer, words):
    parameters = {"Model": {"Type": "String", "Default": ARN}}
    found = answer(words.role(words.allow(INVOKE, {"Ref": "Model"})), Parameters=parameters)
    assert found.outcome is Outcome.ALLOWED


def test_an_open_resource_of_another_service_does_not_matter(answer, words):
    bucket = {"Fn::Sub": "arn:aws:s3:::${Model}/*"}
    found = answer(words.role(words.allow("*", bucket)), Parameters=PARAMETER)
    assert found.outcome is Outcome.DENIED


def test_a_denial_that_an_import_decides(answer, words):
    imported = {"Fn::ImportValue": "elsewhere"}
    found = answer(words.role(words.allow(INVOKE, ARN), words.deny(INVOKE, imported)))
    assert found.outcome is Outcome.UNKNOWN
    assert "does not deny it" in found.conditions[0]


@pytest.mark.parametrize("element", ["Action", "NotAction"])
def test_an_action_that_a_parameter_names(answer, words, element):
    statement = words.allow(INVOKE, ARN)
    del statement["Action"]
    found = answer(words.role(statement | {element: {"Ref": "Model"}}), Parameters=PARAMETER)
    assert found.outcome is Outcome.UNKNOWN


def test_an_action_that_is_listed_beside_an_open_one(answer, words):
    grant = words.allow([INVOKE, {"Ref": "Model"}], ARN)
    assert answer(words.role(grant), Parameters=PARAMETER).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:RequestedRegion": {"Ref": "Model"}}},
        {"Bool": {"aws:SecureTransport": {"Ref": "Model"}}},
        {"Null": {"aws:RequestedRegion": {"Ref": "Model"}}},
    ],
)
def test_a_conditions_value_that_a_parameter_gives(answer, words, condition):
    found = answer(words.role(words.allow(INVOKE, ARN, **condition)), Parameters=PARAMETER)
    assert found.outcome is Outcome.UNKNOWN


def test_a_value_to_be_given_for_what_the_call_carries_is_a_condition(answer, words):
    grant = words.allow(INVOKE, ARN, StringEquals={"aws:SourceVpce": {"Ref": "Model"}})
    found = answer(words.role(grant), Parameters=PARAMETER)
    assert found.outcome is Outcome.CONDITIONAL
    assert found.conditions == ("aws:SourceVpce is ${Model}",)


def test_a_policy_of_aws_is_not_evaluated_and_said_so(map_of, words):
    managed = "arn:aws:iam::aws:policy/AmazonBedrockFullAccess"
    (row,) = map_of({"App": words.role(ManagedPolicyArns=[managed])}).rows
    assert {a.outcome for a in row.answers} == {Outcome.UNKNOWN}
    assert row.notes == (f"policy {managed} is not in the templates and was not evaluated",)


def test_a_denial_stands_whatever_an_unseen_policy_says(answer, words):
    managed = ["arn:aws:iam::aws:policy/AmazonBedrockFullAccess"]
    role = words.role(words.deny(INVOKE), ManagedPolicyArns=managed)
    assert answer(role).outcome is Outcome.DENIED


def test_a_policy_of_aws_without_anything_about_models_changes_nothing(answer, words):
    basic = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
    assert answer(words.role(ManagedPolicyArns=basic)).outcome is Outcome.DENIED


def test_an_unseen_boundary_keeps_an_allowance_from_being_certain(answer, words):
    role = words.role(words.allow(INVOKE), PermissionsBoundary="arn:aws:iam::1:policy/Limit")
    assert answer(role).outcome is Outcome.UNKNOWN


def test_a_statement_that_cannot_be_read_is_not_passed_over(answer, words):
    broken = {"Effect": "Perhaps", "Action": "*", "Resource": "*"}
    assert answer(words.role(words.allow(INVOKE), broken)).outcome is Outcome.UNKNOWN


def test_a_policy_for_a_role_elsewhere_is_noted(map_of, words):
    document = words.policy(words.allow(INVOKE))
    stray = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "P", "PolicyDocument": document, "Roles": ["Elsewhere"]},
    }
    found = map_of({"Stray": stray})
    assert found.notes == ("a policy is attached to role Elsewhere, which is not in the templates",)


def test_an_export_of_another_stack_is_followed(answers_of, words):
    exporting = {
        "Resources": {
            "Limit": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": words.policy(words.allow(INVOKE, ARN))},
            }
        },
        "Outputs": {"Policy": {"Value": {"Ref": "Limit"}, "Export": {"Name": "shared"}}},
    }
    role = words.role(ManagedPolicyArns=[{"Fn::ImportValue": "shared"}])
    found = answers_of({"Resources": {"App": role}}, exporting)
    assert found[MODEL, "invoke"].outcome is Outcome.ALLOWED


def test_conditions_of_a_template_are_noted(map_of, words):
    template = {
        "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Resources": {"App": words.role() | {"Condition": "IsProd"}},
    }
    found = map_of(template)
    assert [row.principal for row in found.rows] == ["0/App"]
    assert found.notes == ("0: conditions are decided by the defaults of Stage",)


def test_roles_that_are_made_elsewhere_are_noted(map_of):
    function = {"Type": "AWS::Serverless::Function", "Properties": {}}
    assert "the role that SAM makes" in map_of({"Function": function}).notes[0]
