"""The brake: roles lose what costs money when the budget reaches a percentage."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import Validations
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.catalog.spending import SPENDING_ACTIONS
from secure_bedrock.cost.thresholds import SpendKind, percent_problem
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_Action = budgets.CfnBudgetsAction
_MAX_ROLES = 100
_ROLE_IN_ARN = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/(?P<name>.+)")


class StopApproval(StrEnum):
    """Who decides that the brake is pulled."""

    AUTOMATIC = "AUTOMATIC"
    """AWS Budgets, at once."""
    MANUAL = "MANUAL"
    """A person, in the Billing console, after being asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetStop:
    """What happens at the limit: a policy that denies spending is attached to roles.

    Attributes:
        roles: 1 to 100 roles of this account.
        at_percent: Percentage of the monthly limit, from 0.1 to 1,000,000,000.
        kind: Actual or forecasted spend. The default is actual spend.
        approval: The default attaches the policy without asking.
    """

    roles: Sequence[iam.IRole]
    at_percent: float = 100
    kind: SpendKind = SpendKind.ACTUAL
    approval: StopApproval = StopApproval.AUTOMATIC


class SpendingStop(Construct):
    """The deny policy, the role that attaches it and the budget action that says when.

    Args:
        scope: Parent construct.
        id: Construct id.
        budget_name: The budget that is watched.
        stop: Roles, percentage and approval.
        subscribers: Topic and addresses that are told, 1 to 11.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        budget_name: str,
        stop: BudgetStop,
        subscribers: Sequence[budgets.CfnBudget.SubscriberProperty],
    ) -> None:
        super().__init__(scope, id)
        self.deny_policy = _deny_policy(self)
        self.execution_role = _execution_role(self)
        permissions = _attach_permission(self, self.execution_role, self.deny_policy, stop.roles)
        self.action = _Action(
            self,
            "Action",
            budget_name=budget_name,
            action_type="APPLY_IAM_POLICY",
            approval_model=stop.approval,
            notification_type=stop.kind,
            action_threshold=_Action.ActionThresholdProperty(
                type="PERCENTAGE", value=stop.at_percent
            ),
            execution_role_arn=self.execution_role.role_arn,
            definition=_Action.DefinitionProperty(
                iam_action_definition=_Action.IamActionDefinitionProperty(
                    policy_arn=self.deny_policy.managed_policy_arn,
                    roles=[self._name(role) for role in stop.roles],
                )
            ),
            subscribers=[
                _Action.SubscriberProperty(type=s.subscription_type, address=s.address)
                for s in subscribers
            ],
        )
        self.action.node.add_dependency(permissions)

    def _name(self, role: iam.IRole) -> str:
        """The role's name with its path: AWS Budgets takes names, not ARNs."""
        resource = role.node.default_child
        if isinstance(resource, iam.CfnRole):
            return f"{(resource.path or '/').lstrip('/')}{role.role_name}"
        named = _ROLE_IN_ARN.fullmatch(role.role_arn)
        if named is None and unresolved(role.role_name):
            Validations.of(self).add_warning(
                f"secure-bedrock:BudgetStopRolePath-{role.node.id}",
                f"{role.node.path}: the role's ARN is known only at deployment, so a path in it "
                "would be lost: acknowledge if the role has none",
            )
        return named["name"] if named else role.role_name


def stop_problems(stop: BudgetStop | None, scope: Construct) -> Iterator[str]:
    """What AWS Budgets would refuse, at deployment or when the limit is reached."""
    if stop is None:
        return
    if not 1 <= len(stop.roles) <= _MAX_ROLES:
        yield (
            f"{len(stop.roles)} roles to stop given, a budget action takes 1 to {_MAX_ROLES}: "
            "name the roles that invoke models"
        )
    if problem := percent_problem(stop.at_percent):
        yield problem
    paths = [role.node.path for role in stop.roles]
    account = place_of(scope).account
    for role, path in zip(stop.roles, paths, strict=True):
        if paths.count(path) > 1:
            yield f"role {path} is to be stopped twice: remove one"
        if unresolved(account):
            continue
        other = role.env.account
        if not unresolved(other) and other != account:
            yield (
                f"role {path} is in account {other}, the budget in {account}: "
                "a budget stops only roles of its own account"
            )


def _execution_role(scope: Construct) -> iam.Role:
    place = place_of(scope)
    return iam.Role(
        scope,
        "ExecutionRole",
        description="AWS Budgets attaches and detaches the policy that denies spending.",
        assumed_by=iam.ServicePrincipal(
            "budgets.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {
                    "aws:SourceArn": f"arn:{place.partition}:budgets::{place.account}:budget/*"
                },
            },
        ),
    )


def _deny_policy(scope: Construct) -> iam.ManagedPolicy:
    return iam.ManagedPolicy(
        scope,
        "DenySpending",
        description="Attached by AWS Budgets: denies what makes Amazon Bedrock charge money.",
        statements=[
            iam.PolicyStatement(
                sid="DenySpending",
                effect=iam.Effect.DENY,
                actions=list(SPENDING_ACTIONS),
                resources=["*"],
            )
        ],
    )


def _attach_permission(
    scope: Construct, role: iam.IRole, policy: iam.IManagedPolicy, targets: Sequence[iam.IRole]
) -> iam.ManagedPolicy:
    return iam.ManagedPolicy(
        scope,
        "AttachDenySpending",
        description="AWS Budgets may attach one policy to the roles named here.",
        roles=[role],
        statements=[
            iam.PolicyStatement(
                sid="AttachThePolicyToTheRoles",
                actions=["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
                resources=[target.role_arn for target in targets],
                conditions={"ArnEquals": {"iam:PolicyARN": policy.managed_policy_arn}},
            )
        ],
    )
