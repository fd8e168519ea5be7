"""One template in every account of organizational units, in every Region."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aws_cdk import Stack, Token
from constructs import Construct

from secure_bedrock.rollout.asset_bucket import RolloutAssetBucket

try:
    from cdk_stacksets import (
        Capability,
        DeploymentType,
        OperationPreferences,
        RegionConcurrencyType,
        StackSet,
        StackSetStack,
        StackSetTarget,
        StackSetTemplate,
    )
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "cdk-stacksets is missing: pip install 'secure-bedrock[rollout]'", name=error.name
    ) from error

_UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32}")
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutPace:
    """How fast a rollout goes, and when it stops.

    Attributes:
        failure_tolerance_percentage: Share of the accounts of a Region that may fail before the
            rollout stops there and in the Regions after it, 0 to 99.
        max_concurrent_percentage: Share of the accounts that are deployed to at the same time, 1 to
            100. AWS goes no faster than one account more than may fail.
        regions_in_parallel: Deploy to all Regions at once. The default, ``False``, goes one by one
            in the order of the asset buckets, so that a mistake stops in the first.
    """

    failure_tolerance_percentage: int = 0
    max_concurrent_percentage: int = 10
    regions_in_parallel: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.failure_tolerance_percentage < _PERCENT:
            raise ValueError(
                f"failure_tolerance_percentage {self.failure_tolerance_percentage}: choose 0 to 99"
            )
        if not 1 <= self.max_concurrent_percentage <= _PERCENT:
            raise ValueError(
                f"max_concurrent_percentage {self.max_concurrent_percentage}: choose 1 to 100"
            )


class OrganizationRollout(Construct):
    """A CloudFormation StackSet, service-managed, with automatic deployment to new accounts.

    It protects against the account that joins later and has nothing: every account that enters one
    of the units gets the template in every Region, and keeps what it has when it leaves. The
    management account is never among them: AWS leaves it out of service-managed StackSets.

    Args:
        scope: Parent construct, in a stack of the management account, or of the account that
            administers StackSets for it.
        id: Construct id.
        baseline: Adds what is rolled out to the stack that it is given; it is called once.
        organizational_units: Ids of units, ``ou-...``, or of the root, ``r-...``, at least one.
        asset_buckets: One for each Region, in the order in which Regions are deployed to.
        pace: How fast, and when it stops. Default: one Region after the other, and the first
            failure stops it.
        excluded_accounts: Accounts of the units that are left out, for example those that manage
            their own. Default: none.
        delegated_administrator: Whether the stack's account administers StackSets by delegation.
            ``False`` is for the management account itself.

    Attributes:
        template: The stack that the baseline was added to.

    Raises:
        ValueError: No unit or no bucket, one of them twice or not one, or different prefixes.

    Source: AWS CloudFormation User Guide, "StackSets concepts" and "Manage automatic deployments".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        baseline: Callable[[Stack], object],
        organizational_units: Sequence[str],
        asset_buckets: Sequence[RolloutAssetBucket],
        pace: RolloutPace | None = None,
        excluded_accounts: Sequence[str] = (),
        delegated_administrator: bool = True,
    ) -> None:
        super().__init__(scope, id)
        for problem in _problems(organizational_units, asset_buckets, excluded_accounts):
            raise ValueError(f"{self.node.path}: {problem}")
        self.template = StackSetStack(
            self,
            "Template",
            asset_buckets=[each.bucket for each in asset_buckets],
            asset_bucket_prefix=asset_buckets[0].prefix,
        )
        baseline(self.template)
        regions = [each.region for each in asset_buckets]
        StackSet(
            self,
            "StackSet",
            template=StackSetTemplate.from_stack_set_stack(self.template),
            target=StackSetTarget.from_organizational_units(
                organizational_units=list(organizational_units),
                regions=regions,
                exclude_accounts=list(excluded_accounts) or None,
            ),
            deployment_type=DeploymentType.service_managed(
                delegated_admin=delegated_administrator,
                auto_deploy_enabled=True,
                auto_deploy_retain_stacks=True,
            ),
            capabilities=[Capability.NAMED_IAM],
            operation_preferences=_preferences(pace or RolloutPace(), regions),
        )


def _preferences(pace: RolloutPace, regions: Sequence[str]) -> OperationPreferences:
    return OperationPreferences(
        failure_tolerance_percentage=pace.failure_tolerance_percentage,
        max_concurrent_percentage=pace.max_concurrent_percentage,
        region_concurrency_type=(
            RegionConcurrencyType.PARALLEL
            if pace.regions_in_parallel
            else RegionConcurrencyType.SEQUENTIAL
        ),
        region_order=list(regions),
    )


def _problems(
    units: Sequence[str], buckets: Sequence[RolloutAssetBucket], excluded: Sequence[str]
) -> list[str]:
    problems = []
    if not units:
        problems.append("organizational_units is empty: name at least one unit")
    problems += [
        f"{unit!r} is no organizational unit: write ou-... or r-..."
        for unit in units
        if not Token.is_unresolved(unit) and not _UNIT.fullmatch(unit)
    ]
    if not buckets:
        problems.append("asset_buckets is empty: add a RolloutAssetBucket for each Region")
    regions = [each.region for each in buckets]
    problems += [
        f"two asset buckets are in {region}: keep one"
        for region in sorted({region for region in regions if regions.count(region) > 1})
    ]
    if len({each.prefix for each in buckets}) > 1:
        problems.append("the asset buckets have different prefixes: use one for all Regions")
    problems += [
        f"excluded account {account!r} is no account: write 12 digits"
        for account in excluded
        if not Token.is_unresolved(account) and not re.fullmatch(r"\d{12}", account)
    ]
    return problems
