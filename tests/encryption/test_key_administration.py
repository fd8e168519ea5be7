import fnmatch

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock import BedrockKmsKeys

KEY_ADMIN = "arn:aws:iam::111122223333:role/KeyAdmin"
DEPLOYER = "arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1"
ACCOUNT = "arn:aws:iam::111122223333:root"
CRYPTOGRAPHY = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom")
DANGEROUS = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey")


@pytest.fixture
def policy(resources):
    """The statements of a guardrails key."""

    def of(stack, **properties):
        _ = BedrockKmsKeys(stack, "Keys", environment="prod", **properties).guardrails
        (key,) = resources(stack, "AWS::KMS::Key").values()
        return key["Properties"]["KeyPolicy"]["Statement"]

    return of


@pytest.fixture
def separated(policy, env_stack):
    return policy(env_stack, administrators=[iam.ArnPrincipal(KEY_ADMIN)])


def allowed(statements, principal, action):
    """Whether the key policy lets a principal do something, with IAM's help where it delegates."""

    def listed(value):
        return [value] if isinstance(value, str) else value

    return [
        statement
        for statement in statements
        if principal in listed(statement["Principal"]["AWS"])
        and any(fnmatch.fnmatch(action, pattern) for pattern in listed(statement["Action"]))
    ]


def test_without_administrators_iam_governs_the_key(policy, env_stack):
    statements = policy(env_stack)
    assert [s["Action"] for s in statements] == ["kms:*"]
    assert allowed(statements, ACCOUNT, "kms:PutKeyPolicy")


@pytest.mark.parametrize("action", DANGEROUS)
def test_administrators_administer(separated, action):
    assert allowed(separated, KEY_ADMIN, action)


@pytest.mark.parametrize("action", [*CRYPTOGRAPHY, "kms:CreateGrant"])
def test_administrators_get_no_use(separated, action):
    assert not allowed(separated, KEY_ADMIN, action)


@pytest.mark.parametrize("action", DANGEROUS)
def test_iam_policies_alone_cannot_administer(separated, action):
    assert not allowed(separated, ACCOUNT, action)


@pytest.mark.parametrize("action", CRYPTOGRAPHY)
def test_iam_policies_govern_use(separated, action):
    assert allowed(separated, ACCOUNT, action)


def test_iam_policies_can_grant_an_audit_the_reading_of_the_policy(separated):
    assert allowed(separated, ACCOUNT, "kms:GetKeyPolicy")


def test_grants_through_iam_need_an_aws_service(separated):
    (statement,) = allowed(separated, ACCOUNT, "kms:CreateGrant")
    assert statement["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


@pytest.mark.parametrize(
    "action",
    [
        "kms:PutKeyPolicy",
        "kms:EnableKeyRotation",
        "kms:TagResource",
        "kms:CreateAlias",
        "kms:DescribeKey",
        "kms:ScheduleKeyDeletion",
    ],
)
def test_deploying_role_can_do_what_cloudformation_does_to_a_key(separated, action):
    assert allowed(separated, DEPLOYER, action)


def test_lockout_check_of_kms_is_satisfied_for_the_deploying_role(separated):
    (statement,) = allowed(separated, DEPLOYER, "kms:PutKeyPolicy")
    assert "Condition" not in statement


def test_deploying_role_can_be_named(policy, env_stack):
    pipeline = "arn:aws:iam::111122223333:role/Pipeline"
    statements = policy(
        env_stack,
        administrators=[iam.ArnPrincipal(KEY_ADMIN)],
        deployment_role=iam.ArnPrincipal(pipeline),
    )
    assert allowed(statements, pipeline, "kms:PutKeyPolicy")
    assert not allowed(statements, DEPLOYER, "kms:PutKeyPolicy")


def test_default_deploying_role_follows_the_bootstrap_qualifier(policy):
    app = cdk.App(context={"@aws-cdk/core:bootstrapQualifier": "team1"})
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    statements = policy(stack, administrators=[iam.ArnPrincipal(KEY_ADMIN)])
    assert "role/cdk-team1-cfn-exec-role-111122223333-eu-west-1" in str(statements)


def test_no_administrators_are_refused(stack):
    with pytest.raises(ValueError, match=r"^Test/Keys: administrators is empty: name at least"):
        BedrockKmsKeys(stack, "Keys", environment="prod", administrators=[])


@pytest.mark.parametrize("everyone", [iam.AnyPrincipal(), iam.StarPrincipal()])
def test_everyone_as_administrator_is_refused(stack, everyone):
    with pytest.raises(ValueError, match=r"^Test/Keys: administrators contains the principal '\*'"):
        BedrockKmsKeys(stack, "Keys", environment="prod", administrators=[everyone])


def test_grants_of_a_separated_key_go_to_the_identity(env_stack, resources):
    keys = BedrockKmsKeys(
        env_stack, "Keys", environment="prod", administrators=[iam.ArnPrincipal(KEY_ADMIN)]
    )
    role = iam.Role(env_stack, "App", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    keys.guardrails.grant_decrypt(role)
    (policy,) = resources(env_stack, "AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "kms:Decrypt"
