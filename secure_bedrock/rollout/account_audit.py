"""Who records what happens in an account."""

from dataclasses import dataclass

from aws_cdk import CfnCondition, CfnResource, Fn
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.monitoring.audit_trail import AuditTrail


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTrail:
    """The account has an audit trail of its own, with the defaults of ``AuditTrail``.

    A trail records every Region of the account, so it is made in one Region only: a second one
    would record, and cost, everything twice.

    Attributes:
        region: The Region that has the trail. Default: the stack's, which has to be known: the
            template of a rollout is one for all Regions and does not know it.
    """

    region: str | None = None


@dataclass(frozen=True, slots=True)
class OrganizationTrailExists:
    """A trail of the organization records the account: ``AuditTrail`` with ``organization``."""


AccountTrail = OwnTrail | OrganizationTrailExists


def account_trail(scope: Construct, choice: OwnTrail, *, encryption_key: kms.IKey) -> None:
    """Make the account's trail, if this Region is the one that has it.

    Raises:
        ValueError: Neither the choice nor the stack names a Region.
    """
    here = place_of(scope).region
    if unresolved(here) and choice.region is None:
        raise ValueError(
            f"{scope.node.path}: the Region is not known, and a trail in each would record "
            "everything twice: write audit_trail=OwnTrail(region=...) or OrganizationTrailExists()"
        )
    if not unresolved(here) and choice.region not in (None, here):
        return
    trail = AuditTrail(scope, "AuditTrail", encryption_key=encryption_key)
    if unresolved(here):
        only_there = CfnCondition(
            scope,
            "HasAuditTrail",
            expression=Fn.condition_equals(here, choice.region),
        )
        for part in trail.node.find_all():
            if isinstance(part, CfnResource):
                part.cfn_options.condition = only_there
