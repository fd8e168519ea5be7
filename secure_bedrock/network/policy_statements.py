"""Statements of endpoint policies, all limited to the same callers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.network.endpoint_access import EndpointAccess

_CALLERS_OWN = "${aws:PrincipalAccount}"
Conditions = Mapping[str, Mapping[str, Any]]


class Passage:
    """What every statement of the endpoints shares: the place and the callers.

    Attributes:
        place: Where resources are. Its account is a variable of the policy language where callers
            of several accounts pass: each reaches what is its own.
        access: Who passes.
    """

    def __init__(self, place: Place, access: EndpointAccess) -> None:
        self.access = access
        self._account = place.account
        self.place = place if access.own_account_only else replace(place, account=_CALLERS_OWN)

    def allow(
        self,
        sid: str,
        actions: Sequence[str],
        resources: Sequence[str] = ("*",),
        conditions: Conditions | None = None,
    ) -> iam.PolicyStatement:
        """Let the callers do something."""
        whole = {operator: dict(keys) for operator, keys in (conditions or {}).items()}
        for operator, keys in self._callers().items():
            whole.setdefault(operator, {}).update(keys)
        return iam.PolicyStatement(
            sid=sid,
            principals=[everyone()],
            actions=list(actions),
            resources=list(resources),
            conditions=whole,
        )

    def web_identity(self) -> iam.PolicyStatement:
        """Federated workloads take on roles of the callers: at that time they have no account."""
        access = self.access
        roles = [role.role_arn for role in access.roles] or [
            f"arn:{self.place.partition}:iam::{account}:role/*"
            for account in access.accounts or ["*" if access.organization_id else self._account]
        ]
        organization = {"StringEquals": {"aws:ResourceOrgID": access.organization_id}}
        return iam.PolicyStatement(
            sid="FederatedRolesOfThisAccount",
            principals=[everyone()],
            actions=["sts:AssumeRoleWithWebIdentity"],
            resources=roles,
            conditions=organization if access.organization_id else {},
        )

    def own_data(self) -> Conditions:
        """The condition that a resource belongs to one of the callers' accounts."""
        access = self.access
        if access.organization_id:
            return {"StringEquals": {"aws:ResourceOrgID": access.organization_id}}
        accounts = list(access.accounts) or self._account
        return {"StringEquals": {"aws:ResourceAccount": accounts}}

    def own(self, resource: str) -> str:
        """ARN of something of Amazon Bedrock's in the callers' account."""
        place = self.place
        return f"arn:{place.partition}:bedrock:{place.region}:{place.account}:{resource}"

    def _callers(self) -> dict[str, dict[str, Any]]:
        access = self.access
        if access.roles:
            return {"ArnEquals": {"aws:PrincipalArn": [role.role_arn for role in access.roles]}}
        if access.organization_id:
            return {"StringEquals": {"aws:PrincipalOrgID": access.organization_id}}
        accounts = list(access.accounts) or self._account
        return {"StringEquals": {"aws:PrincipalAccount": accounts}}


@cache
def everyone() -> iam.StarPrincipal:
    """``*``, which endpoint policies want as a plain text; it has no state, so one is enough."""
    return iam.StarPrincipal()
