"""Sharing by AWS Resource Access Manager, with an organization or named accounts only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_ram as ram
from constructs import Construct

from secure_bedrock.encryption.tokens import unresolved

_ACCOUNT = re.compile(r"\d{12}")
_ORGANIZATION = re.compile(
    r"arn:[\w-]+:organizations::\d{12}:(organization/o-\w+|ou/o-\w+/ou-[\w-]+)"
)
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareWith:
    """Whom a share is for.

    Attributes:
        accounts: Ids of accounts.
        organizations: ARNs of organizations and organizational units.
        allow_external_principals: Whether accounts outside of the organization may be named.
            Default: no, AWS refuses them.
    """

    accounts: Sequence[str] = field(default=())
    organizations: Sequence[str] = field(default=())
    allow_external_principals: bool = False

    def __post_init__(self) -> None:
        for account in self.accounts:
            if not unresolved(account) and not _ACCOUNT.fullmatch(account):
                raise ValueError(f"{account!r} is no account: write its 12 digits")
        for arn in self.organizations:
            if not unresolved(arn) and not _ORGANIZATION.fullmatch(arn):
                raise ValueError(
                    f"{arn!r} is no ARN of an organization or organizational unit: name one, "
                    "or accounts"
                )
        if not self.accounts and not self.organizations:
            raise ValueError("nobody to share with: name accounts or organizations")

    @property
    def principals(self) -> list[str]:
        """Everyone, as AWS Resource Access Manager wants it."""
        return [*self.organizations, *self.accounts]


class NetworkShare(Construct):
    """A resource share of network resources, for an organization or named accounts.

    It protects against a network being opened to accounts outside of the organization: external
    principals are refused unless asked for by name. Within an organization whose sharing with AWS
    Resource Access Manager is on, nobody has to accept an invitation.

    Args:
        scope: Parent construct.
        id: Construct id.
        name: Name of the share, up to 255 characters.
        resource_arns: What is shared: Transit Gateways, Route 53 Profiles, resolver rules, subnets.
        share_with: Whom it is for.

    Raises:
        ValueError: No resource, or a name that is too long.

    Source: AWS RAM User Guide, "Shareable AWS resources".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        resource_arns: Sequence[str],
        share_with: ShareWith,
    ) -> None:
        super().__init__(scope, id)
        if not resource_arns:
            raise ValueError(f"{self.node.path}: resource_arns is empty: name what is shared")
        if not unresolved(name) and not 1 <= len(name) <= _LONGEST_NAME:
            raise ValueError(
                f"{self.node.path}: the name has {len(name)} characters, AWS RAM takes 1 to "
                f"{_LONGEST_NAME}"
            )
        share = ram.CfnResourceShare(
            self,
            "Resource",
            name=name,
            allow_external_principals=share_with.allow_external_principals,
            principals=share_with.principals,
            resource_arns=list(resource_arns),
        )
        self.share_arn = share.attr_arn
