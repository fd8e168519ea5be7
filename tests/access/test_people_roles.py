"""The administrator's and the emergency role, put to the evaluator."""

import re

import pytest
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock.access.administrator_role import AdministratorRole
from secure_bedrock.access.break_glass_role import BreakGlassRole
from secure_bedrock.access.people import PeopleWithMfa
from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "111122223333"
ANN = f"arn:aws:iam::{ACCOUNT}:user/Ann"
BOB = f"arn:aws:iam::{ACCOUNT}:user/Bob"
PEOPLE = PeopleWithMfa(user_arns=(ANN,))
FRESH = {
    "aws:MultiFactorAuthPresent": "true",
    "aws:MultiFactorAuthAge": "60",
    "sts:RoleSessionName": "Ann",
    "aws:RequestedRegion": "eu-west-1",
}
USING = {
    "AgenticRetrieveStream",
    "ApplyGuardrail",
    "CallWithBearerToken",
    "CreateModelInvocationJob",
    "InvokeAgent",
    "InvokeFlow",
    "InvokeInlineAgent",
    "InvokeModel",
    "InvokeModelWithResponseStream",
    "RenderPrompt",
    "Rerank",
    "Retrieve",
    "RetrieveAndGenerate",
    "StartFlowExecution",
}
ADMINISTERING = {
    "CreateAgent",
    "CreateFoundationModelAgreement",
    "CreateGuardrail",
    "CreateKnowledgeBase",
    "DeleteGuardrail",
    "GetGuardrail",
    "ListFoundationModels",
    "PrepareAgent",
    "PutEnforcedGuardrailConfiguration",
    "PutModelInvocationLoggingConfiguration",
    "PutUseCaseForModelAccess",
    "UpdateFlow",
}


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def administrator(env_stack):
    def make(**properties):
        return AdministratorRole(env_stack, "Administrator", **{"people": PEOPLE} | properties)

    return make


@pytest.fixture
def topic(env_stack):
    return sns.Topic(env_stack, "Topic", master_key=kms.Key(env_stack, "Key"))


@pytest.fixture
def emergency(env_stack, topic):
    def make(**properties):
        powers = [iam.ManagedPolicy.from_aws_managed_policy_name("AdministratorAccess")]
        given = {"people": PEOPLE, "managed_policies": powers, "topic": topic} | properties
        return BreakGlassRole(env_stack, "Emergency", **given)

    return make


@pytest.fixture
def takes_on(judge):
    def ask(role, user=ANN, **context):
        asked = judge(role)
        (resource,) = [r for r in asked.resources.values() if r["Type"] == "AWS::IAM::Role"]
        trust = Policy.from_document(resource["Properties"]["AssumeRolePolicyDocument"])
        named = {key.replace("__", ":"): value for key, value in context.items()}
        carried = {k: v for k, v in (FRESH | named).items() if v is not None}
        request = Request(
            principal=user, action="sts:AssumeRole", resource=asked.role, context=carried
        )
        return evaluate(request, key_policy=trust).allowed

    return ask


@pytest.fixture
def may(env_stack, resources):
    """What the policy says, as the identity's and as the boundary."""

    def ask(action, *, more=(), resource="*", **context):
        (found,) = resources(env_stack, "AWS::IAM::ManagedPolicy").values()
        own = Policy.from_document(found["Properties"]["PolicyDocument"])
        request = Request(
            principal=f"arn:aws:iam::{ACCOUNT}:role/Administrator",
            action=action,
            resource=resource,
            context={key.replace("__", ":"): value for key, value in context.items()},
        )
        return evaluate(request, identity=[own, *more], boundary=own).allowed

    return ask


def test_named_people_take_it_on_with_a_fresh_second_factor(administrator, takes_on):
    role = administrator().role
    assert takes_on(role)
    assert not takes_on(role, BOB, sts__RoleSessionName="Bob")
    assert not takes_on(role, aws__MultiFactorAuthPresent="false")
    assert not takes_on(role, aws__MultiFactorAuthPresent=None, aws__MultiFactorAuthAge=None)
    assert not takes_on(role, aws__MultiFactorAuthAge="3601")
    assert not takes_on(role, sts__RoleSessionName="somebody")


def test_the_account_as_such_does_not_take_it_on(administrator, takes_on):
    assert not takes_on(administrator().role, f"arn:aws:iam::{ACCOUNT}:root")


def test_the_administrator_administers(administrator, may):
    administrator()
    assert {name for name in ADMINISTERING if not may(f"bedrock:{name}")} == set()


def test_the_administrator_does_not_use_models_even_with_more_policies(administrator, may):
    administrator()
    everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    more = [Policy.from_document(everything)]
    assert {name for name in USING if may(f"bedrock:{name}", more=more)} == set()
    assert not may("bedrock-mantle:CreateInference", more=more)
    assert not may("s3:GetObject", more=more)


def test_no_action_that_invokes_is_left(administrator, may):
    administrator()
    left = {name for name in actions_matching("bedrock:*") if may(name)}
    invoking = re.compile(r":(Invoke|Retrieve|Rerank|Render|Generate|Optimize|Start(?!Ingestion))")
    assert [name for name in sorted(left) if invoking.search(name)] == []
    assert len(left) > 150


@pytest.mark.parametrize(
    "action",
    [
        "iam:DeleteRolePermissionsBoundary",
        "iam:PutRolePermissionsBoundary",
        "iam:CreatePolicyVersion",
        "iam:AttachRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:PutRolePolicy",
    ],
)
def test_the_administrator_does_not_touch_its_boundary(administrator, may, action):
    administrator()
    everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    assert not may(action, more=[Policy.from_document(everything)])


def test_roles_are_handed_to_bedrock_if_named(administrator, may):
    name = f"arn:aws:iam::{ACCOUNT}:role/Kb"
    administrator(service_roles=[_imported(name)])
    to_bedrock = {"iam__PassedToService": "bedrock.amazonaws.com"}
    assert may("iam:PassRole", resource=name, **to_bedrock)
    assert not may("iam:PassRole", resource=name, iam__PassedToService="lambda.amazonaws.com")
    assert not may("iam:PassRole", resource=f"{name}2", **to_bedrock)


def _imported(arn):
    import aws_cdk as cdk

    return iam.Role.from_role_arn(cdk.Stack(cdk.App(), "Other"), "Kb", arn)


def test_subscriptions_are_made_through_bedrock_only(administrator, may):
    administrator()
    assert may("aws-marketplace:Subscribe", aws__CalledViaLast="bedrock.amazonaws.com")
    assert not may("aws-marketplace:Subscribe")


def test_its_policy_is_its_boundary_and_fits(administrator, env_stack, resources):
    import json

    administrator()
    (role,) = resources(env_stack, "AWS::IAM::Role").values()
    ((name, policy),) = resources(env_stack, "AWS::IAM::ManagedPolicy").items()
    assert role["Properties"]["PermissionsBoundary"] == {"Ref": name}
    assert role["Properties"]["ManagedPolicyArns"] == [{"Ref": name}]
    assert len(json.dumps(policy["Properties"]["PolicyDocument"])) < 6144


def test_an_emergency_is_taken_on_in_this_region_only(emergency, takes_on):
    role = emergency().role
    assert takes_on(role)
    assert not takes_on(role, aws__RequestedRegion="us-east-1")
    assert not takes_on(role, aws__MultiFactorAuthPresent="false")


def test_use_of_the_emergency_role_is_told(emergency, env_stack, resources):
    emergency()
    (rule,) = resources(env_stack, "AWS::Events::Rule").values()
    ((name, _),) = resources(env_stack, "AWS::IAM::Role").items()
    pattern = rule["Properties"]["EventPattern"]
    assert pattern["detail"]["eventName"] == ["AssumeRole"]
    arn = {"Fn::GetAtt": [name, "Arn"]}
    assert pattern["detail"]["requestParameters"]["roleArn"] == [arn]
    assert rule["Properties"]["State"] == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    ((topic, _),) = resources(env_stack, "AWS::SNS::Topic").items()
    assert [t["Arn"] for t in rule["Properties"]["Targets"]] == [{"Ref": topic}]


def test_events_get_through_to_the_topic(emergency, env_stack, resources):
    emergency()
    (key,) = resources(env_stack, "AWS::KMS::Key").values()
    (policy,) = resources(env_stack, "AWS::SNS::TopicPolicy").values()
    service = {"Service": "events.amazonaws.com"}
    for document in (key["Properties"]["KeyPolicy"], policy["Properties"]["PolicyDocument"]):
        assert service in [statement["Principal"] for statement in document["Statement"]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"user_arns": ()}, "user_arns is empty"),
        ({"user_arns": (f"arn:aws:iam::{ACCOUNT}:role/Admin",)}, "is no IAM user"),
        ({"user_arns": (f"arn:aws:iam::{ACCOUNT}:user/*",)}, "is no IAM user"),
        ({"user_arns": (f"arn:aws:iam::{ACCOUNT}:root",)}, "is no IAM user"),
        ({"user_arns": (ANN,), "mfa_within": Duration.hours(37)}, "choose 1 second to 36 hours"),
    ],
)
def test_people_are_named_users(given, message):
    with refused(message):
        PeopleWithMfa(**given)


@pytest.mark.parametrize("hours", [0.5, 5])
def test_an_administrators_session_is_short(administrator, hours):
    with refused("choose 1 to 4 hours"):
        administrator(max_session=Duration.minutes(60 * hours))


def test_an_emergency_session_is_short(emergency):
    with refused("Test/Emergency: max_session is 3 hours: choose 1 to 2 hours"):
        emergency(max_session=Duration.hours(3))


def test_an_emergency_role_needs_powers_and_an_encrypted_topic(emergency, env_stack):
    with refused("managed_policies is empty"):
        emergency(managed_policies=[])
    env_stack.node.try_remove_child("Emergency")
    with refused("the topic has no customer managed key"):
        emergency(topic=sns.Topic(env_stack, "Plain"))


def test_defaults_of_the_administrator(administrator, env_stack, snapshot):
    from aws_cdk.assertions import Template

    administrator()
    assert Template.from_stack(env_stack).to_json() == snapshot


def test_defaults_of_the_emergency(emergency, env_stack, snapshot):
    from aws_cdk.assertions import Template

    emergency()
    assert Template.from_stack(env_stack).to_json() == snapshot
