import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.catalog import service_authorization
from secure_bedrock.policy import Policy, Request, evaluate
from secure_bedrock.rollout.policy_delegation import DelegatedPolicy, PolicyDelegation

ORGANIZATION, ADMINISTRATOR = "o-exampleorgid", "444455556666"
OWN = "arn:aws:organizations::111122223333"
ROOT = f"{OWN}:root/{ORGANIZATION}/r-ab12"
SCP = f"{OWN}:policy/{ORGANIZATION}/service_control_policy/p-12345678"
FULL_ACCESS = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
EVERYTHING = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


def delegation(stack, **given):
    return PolicyDelegation(
        stack,
        "Delegation",
        **{"organization_id": ORGANIZATION, "administrator_account": ADMINISTRATOR, **given},
    )


@pytest.fixture(scope="module")
def document(feature_flags):
    stack = cdk.Stack(
        cdk.App(context=feature_flags),
        "Test",
        env=cdk.Environment(account="111122223333", region="us-east-1"),
    )
    delegation(stack)
    found = cdk.assertions.Template.from_stack(stack).find_resources(
        "AWS::Organizations::ResourcePolicy"
    )
    (resource,) = dict(found).values()
    return resource["Properties"]["Content"]


def allowed(document, action, resource, *, kind=None, account=ADMINISTRATOR):
    request = Request(
        action=f"organizations:{action}",
        resource=resource,
        principal=f"arn:aws:iam::{account}:role/Deployer",
        context={"organizations:PolicyType": kind} if kind else {},
        resource_account="111122223333",
    )
    return evaluate(
        request, identity=[EVERYTHING], resource_policies=[Policy.from_document(document)]
    ).allowed


@pytest.mark.parametrize("kind", list(DelegatedPolicy))
def test_policies_of_the_types_are_written(document, kind):
    mine = f"{OWN}:policy/{ORGANIZATION}/{kind.lower()}/p-12345678"
    for action in ("CreatePolicy", "UpdatePolicy", "DeletePolicy", "TagResource"):
        assert allowed(document, action, mine, kind=kind.value)


@pytest.mark.parametrize("action", ["AttachPolicy", "DetachPolicy"])
@pytest.mark.parametrize(
    "resource", [SCP, ROOT, f"{OWN}:ou/{ORGANIZATION}/ou-1", f"{OWN}:account/{ORGANIZATION}/1"]
)
def test_they_are_attached_and_detached(document, action, resource):
    assert allowed(document, action, resource, kind="SERVICE_CONTROL_POLICY")


def test_full_access_stays_attached(document):
    assert not allowed(document, "DetachPolicy", FULL_ACCESS, kind="SERVICE_CONTROL_POLICY")


@pytest.mark.parametrize("action", ["CreatePolicy", "UpdatePolicy"])
def test_policies_of_other_types_are_not_touched(document, action):
    backup = f"{OWN}:policy/{ORGANIZATION}/backup_policy/p-12345678"
    assert not allowed(document, action, backup, kind="BACKUP_POLICY")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("EnablePolicyType", ROOT),
        ("DisablePolicyType", ROOT),
        ("PutResourcePolicy", f"{OWN}:resourcepolicy/{ORGANIZATION}/rp-1"),
        ("RemoveAccountFromOrganization", f"{OWN}:account/{ORGANIZATION}/1"),
        ("LeaveOrganization", f"{OWN}:organization/{ORGANIZATION}"),
    ],
)
def test_nothing_else_is_delegated(document, action, resource):
    assert not allowed(document, action, resource, kind="SERVICE_CONTROL_POLICY")


def test_another_account_gets_nothing(document):
    assert not allowed(document, "ListRoots", "*", account="777788889999")


def test_the_structure_is_read(document):
    assert allowed(document, "ListRoots", "*")
    assert allowed(document, "DescribeEffectivePolicy", "*")


def test_every_action_exists_and_knows_the_condition(document):
    for statement in document["Statement"]:
        for name in statement["Action"]:
            action = service_authorization.action(name)
            assert action is not None, name
            if "Condition" in statement:
                assert "organizations:PolicyType" in action.condition_keys, name


def test_what_else_is_delegated_stays(env_stack, resources):
    other = iam.PolicyStatement(
        sid="Backup",
        principals=[iam.AccountPrincipal("777788889999")],
        actions=["organizations:ListRoots"],
        resources=["*"],
    )
    delegation(env_stack, other_statements=[other])
    (found,) = resources(env_stack, "AWS::Organizations::ResourcePolicy").values()
    assert "Backup" in {each["Sid"] for each in found["Properties"]["Content"]["Statement"]}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"organization_id": "acme"}, "organization_id 'acme' is not one"),
        ({"administrator_account": "12"}, "administrator_account '12' is no account"),
        ({"administrator_account": "111122223333"}, "is this stack's account"),
        ({"policies": []}, "policies is empty"),
    ],
)
def test_what_cannot_be_delegated_is_refused(env_stack, given, message):
    with pytest.raises(ValueError, match=f"^Test/Delegation: .*{message}"):
        delegation(env_stack, **given)
