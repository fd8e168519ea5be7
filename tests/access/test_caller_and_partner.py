"""The caller's side of a cross-account role, and the one entry for partners."""

import re

import pytest
from aws_cdk import Duration
from aws_cdk import aws_logs as logs

from secure_bedrock.access.caller_role import CallerRole
from secure_bedrock.access.guardrail_requirement import WithoutGuardrail
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.access.outside_trust import OrganizationRoles, PartnerAccount
from secure_bedrock.access.partner_access import InvokeGuarded, PartnerAccess, ReadPosture
from secure_bedrock.access.trust import LambdaFunctions
from secure_bedrock.catalog.models import FoundationModel
from secure_bedrock.policy import Policy, Request, evaluate

OTHER = "arn:aws:iam::444455556666:role/Invoker"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
PARTNER = PartnerAccount(account_id="444455556666", external_id="for-us-1")
EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def caller(env_stack):
    def make(**properties):
        given = {"workload": LambdaFunctions(), "invoker_role_arn": OTHER} | properties
        return CallerRole(env_stack, "Caller", **given)

    return make


@pytest.fixture
def may(env_stack, resources):
    """What the role's inline policy allows, if the other account trusts everyone."""

    def ask(action="sts:AssumeRole", resource=OTHER, **context):
        (role,) = resources(env_stack, "AWS::IAM::Role").values()
        (inline,) = role["Properties"]["Policies"]
        trusting = {"Statement": EVERYTHING["Statement"] | {"Principal": "*"}}
        trust = [Policy.from_document(trusting)] if resource.startswith(OTHER) else []
        request = Request(
            principal="arn:aws:iam::111122223333:role/Caller",
            action=action,
            resource=resource,
            context={key.replace("__", ":"): value for key, value in context.items()},
        )
        own = Policy.from_document(inline["PolicyDocument"])
        return evaluate(request, identity=[own], resource_policies=trust).allowed

    return ask


def test_a_caller_takes_the_one_role_on_with_the_external_id(caller, may):
    caller(external_id="for-us-1")
    assert may(sts__ExternalId="for-us-1")
    assert not may(sts__ExternalId="for-them")
    assert not may()
    assert not may(resource=f"{OTHER}2", sts__ExternalId="for-us-1")


def test_a_caller_takes_a_role_of_the_organization_on(caller, may):
    caller(organization_id="o-abcdefghij")
    assert may(aws__ResourceOrgID="o-abcdefghij")
    assert not may(aws__ResourceOrgID="o-zzzzzzzzzz")
    assert not may()


def test_a_caller_does_nothing_else(caller, may):
    caller(external_id="for-us-1")
    assert not may("bedrock:InvokeModel", MODEL, sts__ExternalId="for-us-1")
    assert not may("s3:GetObject", "arn:aws:s3:::bucket/key")
    assert not may("sts:TagSession", sts__ExternalId="for-us-1")


def test_both_sides_fit_together(caller, env_stack, guardrail, resources):
    roles = OrganizationRoles(organization_id="o-abcdefghij", role_names=("Caller",))
    access = ModelAccess(
        env_stack,
        "Access",
        models=[FoundationModel("amazon.nova-lite-v1:0")],
        guardrail=guardrail,
    )
    from secure_bedrock.access.invoker_role import InvokerRole

    InvokerRole(env_stack, "Invoker", workload=roles, access=access)
    caller(organization_id="o-abcdefghij", role_name="Caller")
    found = resources(env_stack, "AWS::IAM::Role")
    trust = next(r for n, r in found.items() if n.startswith("Invoker"))["Properties"]
    inline = next(r for n, r in found.items() if n.startswith("Caller"))["Properties"]
    request = Request(
        principal="arn:aws:iam::111122223333:role/Caller",
        action="sts:AssumeRole",
        resource=OTHER,
        context={"aws:PrincipalOrgID": "o-abcdefghij", "aws:ResourceOrgID": "o-abcdefghij"},
    )
    assert inline["RoleName"] == "Caller"
    policy = _resolved(trust["AssumeRolePolicyDocument"])
    own = Policy.from_document(inline["Policies"][0]["PolicyDocument"])
    assert evaluate(request, identity=[own], key_policy=Policy.from_document(policy)).allowed
    assert not evaluate(request, key_policy=Policy.from_document(policy)).allowed


def _resolved(value):
    import json

    text = json.dumps(value)
    joined = re.compile(
        r'\{"Fn::Join": \["", \["arn:", \{"Ref": "AWS::Partition"\}, "([^"]+)"\]\]\}'
    )
    return json.loads(joined.sub(r'"arn:aws\1"', text))


def test_a_caller_is_a_grantee(caller, env_stack, resources):
    logs.LogGroup(env_stack, "Logs").grant_write(caller(external_id="for-us-1"))
    assert len(resources(env_stack, "AWS::IAM::Policy")) == 1


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({}, "Test/Caller: give external_id or organization_id, exactly one"),
        ({"external_id": "ab", "organization_id": "o-abcdefghij"}, "exactly one of them"),
        ({"external_id": "a b"}, "external id 'a b' is none"),
        ({"organization_id": "abc"}, "'abc' is no organization"),
        ({"external_id": "ab", "invoker_role_arn": f"{OTHER}*"}, "names no single role"),
        ({"external_id": "ab", "workload": PARTNER}, "PartnerAccount is another account already"),
        ({"external_id": "ab", "max_session": Duration.hours(13)}, "choose 1 to 12 hours"),
    ],
)
def test_callers_that_could_be_anybody_are_refused(caller, properties, message):
    with refused(message):
        caller(**properties)


@pytest.fixture
def partner(env_stack, guardrail):
    def make(purpose=None, *, guarded=True, **properties):
        access = ModelAccess(
            env_stack,
            "Access",
            models=[FoundationModel("amazon.nova-lite-v1:0")],
            guardrail=guardrail if guarded else WithoutGuardrail(reason="only in this test"),
        )
        chosen = purpose or InvokeGuarded(access=access)
        return PartnerAccess(env_stack, "Partner", partner=PARTNER, purpose=chosen, **properties)

    return make


def test_an_assistant_invokes_with_the_guardrail_only(partner, judge, guardrail):
    ask = judge(partner().role)
    assert ask("bedrock:InvokeModel", MODEL, guardrail=f"{guardrail.guardrail_arn}:1").allowed
    assert not ask("bedrock:InvokeModel", MODEL).allowed
    assert not ask("bedrock:ListGuardrails", "*").allowed


def test_a_scanner_reads_settings_and_invokes_nothing(partner, env_stack, resources):
    partner(ReadPosture())
    (role,) = resources(env_stack, "AWS::IAM::Role").values()
    (inline,) = role["Properties"]["Policies"]
    policy = Policy.from_document(inline["PolicyDocument"])
    role_arn = "arn:aws:iam::111122223333:role/R"
    reads, invokes = (
        evaluate(
            Request(principal=role_arn, action=action, resource=resource), identity=[policy]
        ).allowed
        for action, resource in (("bedrock:ListGuardrails", "*"), ("bedrock:InvokeModel", MODEL))
    )
    assert (reads, invokes) == (True, False)


@pytest.mark.parametrize("reading", [True, False])
def test_a_partner_has_to_name_the_external_id(partner, env_stack, resources, reading):
    partner(ReadPosture() if reading else None)
    (role,) = resources(env_stack, "AWS::IAM::Role").values()
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "for-us-1"}}


def test_a_partner_without_a_guardrail_is_refused(partner):
    with refused("Test/Partner: Test/Access requires no guardrail"):
        partner(guarded=False)


@pytest.mark.parametrize("reading", [True, False])
def test_sessions_of_a_partner_have_limits(partner, reading):
    with refused("choose 1 to 12 hours"):
        partner(ReadPosture() if reading else None, max_session=Duration.hours(13))


def test_defaults_of_a_caller(caller, env_stack, snapshot):
    from aws_cdk.assertions import Template

    caller(external_id="for-us-1")
    assert Template.from_stack(env_stack).to_json() == snapshot


def test_defaults_of_a_partner(partner, env_stack, snapshot):
    from aws_cdk.assertions import Template

    partner()
    assert Template.from_stack(env_stack).to_json() == snapshot
