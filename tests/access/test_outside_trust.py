import re

import pytest
from aws_cdk import Duration

from secure_bedrock.access.invoker_role import InvokerRole
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.access.outside_trust import OrganizationRoles, PartnerAccount
from secure_bedrock.access.posture_reader_role import PostureReaderRole
from secure_bedrock.catalog.models import FoundationModel
from secure_bedrock.catalog.posture import POSTURE_ACTIONS
from secure_bedrock.catalog.service_authorization import action
from secure_bedrock.policy import Policy, Request, evaluate

PARTNER = "444455556666"
CALLER = f"arn:aws:iam::{PARTNER}:role/apps/Chat"
NOVA = FoundationModel("amazon.nova-lite-v1:0")


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def takes_on(judge):
    """Whether a caller with every permission of its own account can take the role on."""

    def ask(role, caller, **context):
        asked = judge(role)
        (resource,) = [r for r in asked.resources.values() if r["Type"] == "AWS::IAM::Role"]
        trust = Policy.from_document(resource["Properties"]["AssumeRolePolicyDocument"])
        everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        request = Request(
            principal=caller, action="sts:AssumeRole", resource=asked.role, context=context
        )
        own = [Policy.from_document(everything)]
        return evaluate(request, identity=own, key_policy=trust).allowed

    return ask


@pytest.fixture
def invoker(env_stack, guardrail):
    def make(workload):
        access = ModelAccess(env_stack, "Access", models=[NOVA], guardrail=guardrail)
        return InvokerRole(env_stack, "Invoker", workload=workload, access=access)

    return make


def test_a_partner_has_to_name_the_external_id(invoker, takes_on):
    role = invoker(PartnerAccount(account_id=PARTNER, external_id="for-us-1")).role
    assert takes_on(role, CALLER, **{"sts:ExternalId": "for-us-1"})
    assert not takes_on(role, CALLER, **{"sts:ExternalId": "for-them"})
    assert not takes_on(role, CALLER)
    stranger = CALLER.replace(PARTNER, "777788889999")
    assert not takes_on(role, stranger, **{"sts:ExternalId": "for-us-1"})


def test_a_partner_invokes_with_the_guardrail_only(invoker, judge, guardrail):
    ask = judge(invoker(PartnerAccount(account_id=PARTNER, external_id="for-us-1")).role)
    model = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
    assert ask("bedrock:InvokeModel", model, guardrail=f"{guardrail.guardrail_arn}:1").allowed
    assert not ask("bedrock:InvokeModel", model).allowed


def test_named_roles_of_the_organization_take_it_on(invoker, takes_on):
    roles = OrganizationRoles(organization_id="o-abcdefghij", role_names=("apps/Chat",))
    role = invoker(roles).role
    ours = {"aws:PrincipalOrgID": "o-abcdefghij"}
    assert takes_on(role, CALLER, **ours)
    assert not takes_on(role, CALLER, **{"aws:PrincipalOrgID": "o-zzzzzzzzzz"})
    assert not takes_on(role, CALLER.replace("Chat", "Other"), **ours)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PartnerAccount(account_id="1", external_id="ab"), "account '1' is none"),
        (lambda: PartnerAccount(account_id=PARTNER, external_id="a"), "external id 'a' is none"),
        (
            lambda: PartnerAccount(account_id=PARTNER, external_id="a b"),
            "external id 'a b' is none",
        ),
        (
            lambda: OrganizationRoles(organization_id="abc", role_names=("Chat",)),
            "organization id 'abc' is none",
        ),
        (
            lambda: OrganizationRoles(organization_id="o-abcdefghij", role_names=("*",)),
            "would admit roles that nobody named",
        ),
    ],
)
def test_trust_in_anyone_is_refused(make, message):
    with refused(message):
        make()


@pytest.fixture
def reader(env_stack):
    def make(**properties):
        scanner = PartnerAccount(account_id=PARTNER, external_id="for-us-1")
        return PostureReaderRole(env_stack, "Scanner", reader=scanner, **properties)

    return make


def test_a_scanner_reads_settings_and_nothing_else(reader, env_stack, resources):
    reader()
    (role,) = resources(env_stack, "AWS::IAM::Role").values()
    (policy,) = role["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert set(statement["Action"]) == set(POSTURE_ACTIONS)
    assert "PermissionsBoundary" not in role["Properties"]


@pytest.mark.parametrize("name", POSTURE_ACTIONS)
def test_every_posture_action_exists_and_only_reads(name):
    known = action(name)
    assert known is not None
    assert known.name == name
    assert known.access_level in ("Read", "List")


def test_no_posture_action_reads_content():
    content = {"GetPrompt", "GetObject", "GetLogEvents", "GetSecretValue", "Retrieve", "Decrypt"}
    assert not content & {name.partition(":")[2] for name in POSTURE_ACTIONS}
    assert not any("*" in name for name in POSTURE_ACTIONS)


@pytest.mark.parametrize("session", [Duration.minutes(30), Duration.hours(13)])
def test_sessions_of_a_scanner_have_limits(reader, session):
    with refused("choose 1 to 12 hours"):
        reader(max_session=session)


def test_defaults(reader, env_stack, snapshot):
    from aws_cdk.assertions import Template

    reader()
    assert Template.from_stack(env_stack).to_json() == snapshot
