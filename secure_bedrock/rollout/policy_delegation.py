"""Who besides the management account may manage the organization's policies."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from aws_cdk import Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_organizations as organizations
from constructs import Construct

_ACCOUNT = re.compile(r"\d{12}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_READ = (
    "DescribeAccount",
    "DescribeEffectivePolicy",
    "DescribeOrganization",
    "DescribeOrganizationalUnit",
    "DescribePolicy",
    "ListAccounts",
    "ListAccountsForParent",
    "ListChildren",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListPolicies",
    "ListPoliciesForTarget",
    "ListRoots",
    "ListTagsForResource",
    "ListTargetsForPolicy",
)
_WRITE = ("CreatePolicy", "DeletePolicy", "TagResource", "UntagResource", "UpdatePolicy")
_ATTACH = ("AttachPolicy", "DetachPolicy")


class DelegatedPolicy(StrEnum):
    """A type of policy of an organization."""

    SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
    BEDROCK = "BEDROCK_POLICY"
    AI_SERVICES_OPT_OUT = "AISERVICES_OPT_OUT_POLICY"


class PolicyDelegation(Construct):
    """Lets one member account manage policies, so that nobody works in the management account.

    It protects the account that no service control policy reaches: ``OrganizationGuards``,
    ``OrganizationGuardrails`` and ``AiServicesOptOut`` are then deployed elsewhere. The other
    account may manage policies of the named types and attach those of this organization. It cannot
    detach the policies that AWS manages, such as ``FullAWSAccess``, enable a type, or change this
    delegation.

    Deploy it in the management account. An organization has one such policy: if there is one,
    deployment fails, and its statements belong in ``other_statements``. The administrators of the
    other account need the same actions in their own policies.

    Args:
        scope: Parent construct, in a stack of the management account.
        id: Construct id.
        organization_id: Id of the organization, such as ``o-exampleorgid``.
        administrator_account: 12 digits of the account that may manage policies.
        policies: Types of policies. Default: all three.
        other_statements: What the organization delegates besides. Default: nothing.

    Raises:
        ValueError: An id of another form, or no type.

    Source: AWS Organizations User Guide, "Delegated administrator for AWS Organizations".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        organization_id: str,
        administrator_account: str,
        policies: Sequence[DelegatedPolicy] = tuple(DelegatedPolicy),
        other_statements: Sequence[iam.PolicyStatement] = (),
    ) -> None:
        super().__init__(scope, id)
        self._check(organization_id, administrator_account, policies)
        stack = Stack.of(self)
        own = f"arn:{stack.partition}:organizations::{stack.account}"
        administrator = f"arn:{stack.partition}:iam::{administrator_account}:root"
        types = {"StringEquals": {"organizations:PolicyType": [each.value for each in policies]}}
        attachable = [
            *(f"{own}:policy/{organization_id}/{each.value.lower()}/p-*" for each in policies),
            *(f"{own}:{kind}/{organization_id}/*" for kind in ("root", "ou", "account")),
        ]
        statements = [
            _statement("ReadOrganization", administrator, _READ),
            _statement("WritePolicies", administrator, _WRITE, conditions=types),
            _statement(
                "AttachPolicies", administrator, _ATTACH, resources=attachable, conditions=types
            ),
            *other_statements,
        ]
        document = iam.PolicyDocument(statements=statements)
        organizations.CfnResourcePolicy(self, "Resource", content=document.to_json())

    def _check(self, organization: str, account: str, policies: Sequence[DelegatedPolicy]) -> None:
        path = self.node.path
        if not Token.is_unresolved(organization) and not _ORGANIZATION.fullmatch(organization):
            raise ValueError(
                f"{path}: organization_id {organization!r} is not one: write o-exampleorgid"
            )
        if not Token.is_unresolved(account) and not _ACCOUNT.fullmatch(account):
            raise ValueError(
                f"{path}: administrator_account {account!r} is no account: write 12 digits"
            )
        if account == Stack.of(self).account:
            raise ValueError(
                f"{path}: administrator_account {account} is this stack's account: delegate to a "
                "member account, from the management account"
            )
        if not policies:
            raise ValueError(f"{path}: policies is empty: name at least one type")


def _statement(
    sid: str,
    administrator: str,
    actions: Sequence[str],
    *,
    resources: Sequence[str] = ("*",),
    conditions: dict[str, Any] | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.ArnPrincipal(administrator)],
        actions=[f"organizations:{action}" for action in actions],
        resources=list(resources),
        conditions=conditions,
    )
