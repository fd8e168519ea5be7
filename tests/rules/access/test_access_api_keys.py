import json

import pytest

from secure_bedrock.rules import Parameters

STATEMENT = "Properties.Policies[0].PolicyDocument.Statement"
ACTION = f"{STATEMENT}[0].Action"
AGE = "iam:ServiceSpecificCredentialAgeDays"
SERVICE = "iam:ServiceSpecificCredentialServiceName"
CREATE = "iam:CreateServiceSpecificCredential"
USES = ["bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken"]


def key(**parameters):
    call = {
        "service": "@aws-sdk/client-iam",
        "action": "CreateServiceSpecificCredentialCommand",
        "parameters": {"UserName": "u", "ServiceName": "bedrock.amazonaws.com"} | parameters,
    }
    return {"Type": "Custom::AWS", "Properties": {"Create": json.dumps(call)}}


def with_statement(role, **statement):
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(statement)
    return role


@pytest.mark.parametrize("days", [{}, {"CredentialAgeDays": 90}, {"CredentialAgeDays": "31"}])
def test_a_key_that_lasts_fails(judge, days):
    assert judge("IAM13", key(**days)) == ["fail Properties.Create"]


def test_a_key_that_lasts_no_longer_than_allowed_passes(judge):
    assert judge("IAM13", key(CredentialAgeDays=30)) == []
    strict = Parameters(max_api_key_days=7)
    assert judge("IAM13", key(CredentialAgeDays=30), parameters=strict) == [
        "fail Properties.Create"
    ]


def test_a_credential_of_another_service_passes(judge):
    assert judge("IAM13", key(ServiceName="codecommit.amazonaws.com")) == []


def test_a_key_in_pieces_fails(judge):
    head, tail = key(UserName="HERE")["Properties"]["Create"].split("HERE")
    joined = {"Create": {"Fn::Join": ["", [head, {"Ref": "User"}, tail]]}}
    resources = {"C": {"Type": "Custom::AWS", "Properties": joined}, "User": {"Type": "X::Y::Z"}}
    assert judge("IAM13", resources) == ["fail Properties.Create"]


def test_a_key_whose_age_is_known_only_at_deployment_is_unknown(judge):
    head, tail = key(CredentialAgeDays="HERE")["Properties"]["Create"].split("HERE")
    joined = {"Create": {"Fn::Join": ["", [head, {"Ref": "Days"}, tail]]}}
    assert judge("IAM13", {"Type": "Custom::AWS", "Properties": joined}) == [
        "unknown Properties.Create"
    ]


def test_a_key_that_lasts_can_be_acknowledged(judge, accepting):
    assert judge("IAM13", accepting(key(), "IAM13")) == []


@pytest.mark.parametrize("action", [CREATE, "iam:Create*", "iam:*", "*"])
def test_creating_keys_without_a_condition_fails(judge, allowing, action):
    assert judge("IAM14", allowing(action)) == [f"fail {ACTION}"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"NumericLessThanEquals": {AGE: "30"}}, []),
        ({"NumericLessThanEqualsIfExists": {AGE: "30"}}, ["fail"]),
        ({"NumericGreaterThan": {AGE: "30"}}, ["fail"]),
        ({"StringEquals": {SERVICE: "codecommit.amazonaws.com"}}, []),
        ({"StringNotEquals": {SERVICE: "bedrock.amazonaws.com"}}, []),
        ({"StringEquals": {SERVICE: "bedrock.amazonaws.com"}}, ["fail"]),
        ({"StringLike": {SERVICE: "*"}}, ["fail"]),
        ({"StringEquals": {SERVICE: {"Ref": "Service"}}}, ["unknown"]),
    ],
)
def test_a_condition_has_to_leave_bedrock_out_or_bound_the_age(
    judge, allowing, condition, expected
):
    found = judge("IAM14", allowing(CREATE, Condition=condition))
    assert found == [f"{status} {ACTION}" for status in expected]


def test_creating_keys_that_is_denied_elsewhere_passes(judge, allowing):
    role = with_statement(allowing("iam:*"), Effect="Deny", Action=CREATE, Resource="*")
    assert judge("IAM14", role) == []


def test_a_denial_with_a_condition_does_not_help(judge, allowing):
    condition = {"NumericGreaterThan": {AGE: "30"}}  # false for a key that never expires
    deny = {"Effect": "Deny", "Action": CREATE, "Resource": "*", "Condition": condition}
    assert judge("IAM14", with_statement(allowing("iam:*"), **deny)) == [f"fail {ACTION}"]


def test_creating_keys_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM14", accepting(allowing(CREATE), "IAM14")) == []


@pytest.mark.parametrize("action", [*USES, "bedrock:*", "bedrock-mantle:Call*", "*"])
def test_using_keys_without_a_condition_fails(judge, allowing, action):
    assert judge("IAM15", allowing(action)) == [f"fail {ACTION}"]


@pytest.mark.parametrize("action", USES)
@pytest.mark.parametrize(
    ("operator", "value", "status"),
    [
        ("StringEquals", "SHORT_TERM", ""),
        ("StringEqualsIfExists", "SHORT_TERM", "fail"),
        ("StringEquals", ["SHORT_TERM", "LONG_TERM"], "fail"),
        ("StringLike", "*", "fail"),
        ("StringEquals", {"Ref": "Kind"}, "unknown"),
    ],
)
def test_only_a_condition_on_short_term_keys_passes(judge, action, operator, value, status):
    condition = {operator: {f"{action.partition(':')[0]}:BearerTokenType": value}}
    statement = {"Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition}
    policies = [{"PolicyDocument": {"Statement": [statement]}}]
    found = judge("IAM15", {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies}})
    assert found == ([f"{status} {ACTION}"] if status else [])


def test_a_denial_of_long_term_keys_passes(judge, allowing):
    condition = {"StringEquals": {"bedrock:BearerTokenType": "LONG_TERM"}}
    deny = {"Effect": "Deny", "Action": USES[0], "Resource": "*", "Condition": condition}
    assert judge("IAM15", with_statement(allowing(USES[0]), **deny)) == []


def test_a_denial_for_the_other_endpoint_does_not_help(judge, allowing):
    condition = {"StringEquals": {"bedrock:BearerTokenType": "LONG_TERM"}}
    deny = {"Effect": "Deny", "Action": USES[0], "Resource": "*", "Condition": condition}
    assert judge("IAM15", with_statement(allowing(USES[1]), **deny)) == [f"fail {ACTION}"]


def test_using_keys_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM15", accepting(allowing(USES[0]), "IAM15")) == []


def test_a_denial_of_long_term_keys_on_something_does_not_help(judge, allowing):
    condition = {"StringEquals": {"bedrock:BearerTokenType": "LONG_TERM"}}
    deny = {"Effect": "Deny", "Action": USES[0], "Resource": "arn:x", "Condition": condition}
    assert judge("IAM15", with_statement(allowing(USES[0]), **deny)) == [f"fail {ACTION}"]


def test_a_denial_that_needs_more_than_a_long_term_key_does_not_help(judge, allowing):
    condition = {
        "StringEquals": {"bedrock:BearerTokenType": "LONG_TERM"},
        "Bool": {"aws:SecureTransport": "false"},
    }
    deny = {"Effect": "Deny", "Action": USES[0], "Resource": "*", "Condition": condition}
    assert judge("IAM15", with_statement(allowing(USES[0]), **deny)) == [f"fail {ACTION}"]


def test_a_denial_on_another_condition_does_not_help(judge, allowing):
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    deny = {"Effect": "Deny", "Action": USES[0], "Resource": "*", "Condition": condition}
    assert judge("IAM15", with_statement(allowing(USES[0]), **deny)) == [f"fail {ACTION}"]
