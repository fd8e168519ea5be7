"""One template in every account of organizational units, in every Region."""

import re
from collections.abc import Callable, Iterator, Sequence

from aws_cdk import CfnResource, Names, Stack, Token
from constructs import Construct

from secure_bedrock.rollout.asset_bucket import RolloutAssetBucket
from secure_bedrock.rollout.pace import RolloutPace

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
_MOST_UNITS = 50


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
        organizational_units: Ids of units, ``ou-...``, or of the root, ``r-...``: 1 to 50. An
            account has the template once, so let no unit of two rollouts contain the other.
        asset_buckets: One for each Region, in the order in which Regions are deployed to.
        pace: How fast, and when it stops. Default: one Region after the other, one account after
            the other, and the first failure stops it.
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
        chosen, regions = pace or RolloutPace(), [each.region for each in asset_buckets]
        stack_set = StackSet(
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
            operation_preferences=_preferences(chosen, regions),
        )
        resource = stack_set.node.default_child
        if isinstance(resource, CfnResource):
            # cdk-stacksets has no argument for it.
            mode = chosen.concurrency.value
            resource.add_property_override("OperationPreferences.ConcurrencyMode", mode)
        self._wait_for_code(stack_set, asset_buckets)

    def _wait_for_code(
        self, stack_set: StackSet, asset_buckets: Sequence[RolloutAssetBucket]
    ) -> None:
        """Copy the code before the StackSet reaches an account.

        cdk-stacksets looks for its copies beside the StackSet only, and makes no order between
        stacks of different Regions.
        """
        stack = Stack.of(self)
        copies = f"{Names.unique_id(self.template)}-AssetBucketDeployment-"
        for child in stack.node.children:
            if child.node.id.startswith(copies):
                stack_set.node.add_dependency(child)
        for each in asset_buckets:
            if Stack.of(each) is not stack:
                stack.add_stack_dependency(Stack.of(each))


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
) -> Iterator[str]:
    yield from _unit_problems(units)
    if not buckets:
        yield "asset_buckets is empty: add a RolloutAssetBucket for each Region"
    for region in _twice([each.region for each in buckets]):
        yield f"two asset buckets are in {region}: keep one"
    if len({each.prefix for each in buckets}) > 1:
        yield "the asset buckets have different prefixes: use one for all Regions"
    for account in excluded:
        if not Token.is_unresolved(account) and not re.fullmatch(r"\d{12}", account):
            yield f"excluded account {account!r} is no account: write 12 digits"


def _unit_problems(units: Sequence[str]) -> Iterator[str]:
    if not units:
        yield "organizational_units is empty: name at least one unit"
    if len(units) > _MOST_UNITS:
        yield (
            f"{len(units)} organizational units: name at most {_MOST_UNITS}, or the unit above them"
        )
    for unit in units:
        if not Token.is_unresolved(unit) and not _UNIT.fullmatch(unit):
            yield f"{unit!r} is no organizational unit: write ou-... or r-..."
    for unit in _twice(units):
        yield f"{unit!r} is listed twice: keep one"


def _twice(listed: Sequence[str]) -> list[str]:
    return sorted({each for each in listed if listed.count(each) > 1})
