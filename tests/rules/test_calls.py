import json

import pytest

from secure_bedrock.rules._kit import sdk_calls
from secure_bedrock.rules._template import Template

CALL = {"service": "IAM", "action": "createUser", "parameters": {"UserName": "u"}}


def answers(create, kind="Custom::AWS"):
    template = Template({"Resources": {"C": {"Type": kind, "Properties": {"Create": create}}}})
    return [call.is_to("iam", "CreateUser").value for call in sdk_calls(template)]


@pytest.mark.parametrize(
    ("service", "action"), [("iam", "CreateUser"), ("@aws-sdk/client-iam", "CreateUserCommand")]
)
def test_every_spelling_of_a_call_is_recognised(service, action):
    assert answers(json.dumps(CALL | {"service": service, "action": action})) == ["yes"]


def test_a_call_in_pieces_is_put_together():
    head, tail = json.dumps(CALL | {"parameters": {"UserName": "@"}}).split("@")
    assert answers({"Fn::Join": ["", [head, {"Ref": "User"}, tail]]}) == ["yes"]


def test_a_call_may_be_an_object_of_any_custom_resource():
    assert answers(CALL, "Custom::Mine") == ["yes"]


def test_another_call_is_another():
    assert answers(json.dumps(CALL | {"action": "deleteUser"})) == ["no"]


def test_a_call_that_is_no_json_is_unknown_if_it_may_be_meant():
    assert answers({"Fn::Join": ["", ['{"action":"createUser",', {"Ref": "Rest"}]]}) == ["unknown"]
    assert answers({"Fn::Join": ["", ['{"action":"tagUser",', {"Ref": "Rest"}]]}) == ["no"]


def test_a_name_that_is_a_reference_is_unknown():
    assert answers(CALL | {"action": {"Ref": "Action"}}) == ["unknown"]


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::Lambda::Function"])
def test_other_resources_make_no_calls(kind):
    assert answers(json.dumps(CALL), kind) == []
