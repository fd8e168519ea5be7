"""The key policy that separates those who administer a key from those who use it."""

from collections.abc import Sequence

from aws_cdk import DefaultStackSynthesizer, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

_READ = (
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
)

ADMINISTRATION = (
    *_READ,
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""Everything about a key except its use. Spelled out: ``kms:Create*`` would include CreateGrant."""

USE = (
    *_READ,
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:RetireGrant",
)
"""What IAM policies of the account may grant: use, and reading for audits."""


def separated_policy(
    administrators: Sequence[iam.IPrincipal], deployer: iam.IPrincipal
) -> iam.PolicyDocument:
    """A key policy in which IAM governs use, and only named principals administer.

    The deploying principal is one of them. KMS refuses a policy under which the caller could not
    change the policy again, and every later change of the template is made by that principal.
    Grants can be made through IAM only when an AWS service asks for them on the caller's behalf.
    """
    account = iam.AccountRootPrincipal()
    return iam.PolicyDocument(
        statements=[
            _statement("Administration", [*administrators, deployer], ADMINISTRATION),
            _statement("UseThroughIam", [account], USE),
            _statement(
                "GrantsForAwsServicesThroughIam",
                [account],
                ("kms:CreateGrant", "kms:RevokeGrant"),
                {"Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
        ]
    )


def check_administrators(scope: Construct, administrators: Sequence[iam.IPrincipal]) -> None:
    """Refuse a list that would leave the key to nobody, or to everybody."""
    if not administrators:
        raise ValueError(
            f"{scope.node.path}: administrators is empty: name at least one principal, "
            "or leave it out to let the account's IAM policies govern the key"
        )
    for principal in administrators:
        if "*" in str(principal.policy_fragment.principal_json):
            raise ValueError(
                f"{scope.node.path}: administrators contains the principal '*', which is everyone "
                "in every account: name roles of your own"
            )


def bootstrap_deployer(scope: Construct) -> iam.IPrincipal:
    """The CloudFormation execution role as ``cdk bootstrap`` names it.

    A stack that is deployed by another principal fails before anything exists: KMS refuses to
    create a key whose policy its creator could not change again.
    """
    stack = Stack.of(scope)
    qualifier = (
        scope.node.try_get_context("@aws-cdk/core:bootstrapQualifier")
        or DefaultStackSynthesizer.DEFAULT_QUALIFIER
    )
    return iam.ArnPrincipal(
        f"arn:{stack.partition}:iam::{stack.account}:role/"
        f"cdk-{qualifier}-cfn-exec-role-{stack.account}-{stack.region}"
    )


def _statement(
    sid: str,
    principals: list[iam.IPrincipal],
    actions: Sequence[str],
    conditions: dict[str, dict[str, str]] | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        principals=principals,
        actions=list(actions),
        resources=["*"],
        conditions=conditions,
    )
