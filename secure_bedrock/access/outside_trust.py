"""Which other accounts may take a role on, safe from a confused deputy.

Source: IAM User Guide, "Access to AWS accounts owned by third parties" and "The confused deputy
problem".
"""

import re
from dataclasses import dataclass

from aws_cdk import Stack, Token
from aws_cdk import aws_iam as iam
from constructs import Construct

_ACCOUNT = re.compile(r"\d{12}")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAccount:
    """The account of a third party, which has to name an external id.

    Attributes:
        account_id: 12 digits, as the third party tells them.
        external_id: As the third party tells it for you alone, 2 to 1,224 characters. It keeps
            another of their customers from having them take on your role.
    """

    account_id: str
    external_id: str

    def __post_init__(self) -> None:
        if not Token.is_unresolved(self.account_id) and not _ACCOUNT.fullmatch(self.account_id):
            raise ValueError(f"account {self.account_id!r} is none: write 12 digits")
        if not Token.is_unresolved(self.external_id) and not _EXTERNAL_ID.fullmatch(
            self.external_id
        ):
            raise ValueError(
                f"external id {self.external_id!r} is none: "
                "write 2 to 1224 letters, digits and +=,.@:/-"
            )

    def principal(self, scope: Construct) -> iam.PrincipalBase:  # noqa: ARG002 - same everywhere
        """The principal of the trust policy."""
        condition = {"StringEquals": {"sts:ExternalId": self.external_id}}
        return iam.AccountPrincipal(self.account_id).with_conditions(condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationRoles:
    """Roles of some name in any account of the organization.

    Attributes:
        organization_id: ``o-...``.
        role_names: Path and name of the roles, for example ``apps/Chat``; no wildcards.
    """

    organization_id: str
    role_names: tuple[str, ...]

    def __post_init__(self) -> None:
        known = not Token.is_unresolved(self.organization_id)
        if known and not _ORGANIZATION.fullmatch(self.organization_id):
            raise ValueError(f"organization id {self.organization_id!r} is none: write o-...")
        if not self.role_names or any("*" in name or "?" in name for name in self.role_names):
            raise ValueError(
                f"role_names {self.role_names!r} would admit roles that nobody named: "
                "write the path and name of each"
            )

    def principal(self, scope: Construct) -> iam.PrincipalBase:
        """The principal of the trust policy."""
        partition = Stack.of(scope).partition
        roles = [f"arn:{partition}:iam::*:role/{name}" for name in self.role_names]
        return iam.AnyPrincipal().with_conditions(
            {
                "StringEquals": {"aws:PrincipalOrgID": self.organization_id},
                "ArnLike": {"aws:PrincipalArn": roles},
            }
        )


Outsider = PartnerAccount | OrganizationRoles
