"""What a call has to look like besides naming the right model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aws_cdk import Duration

_LONGEST_MFA_HOURS = 36


class ServiceTier(StrEnum):
    """How a call is scheduled and priced."""

    PRIORITY = "priority"
    DEFAULT = "default"
    FLEX = "flex"
    RESERVED = "reserved"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConditions:
    """Conditions on the caller and the call; all that are given have to hold.

    They stand on the ARN that the call names. What is authorised in its wake needs that call, so it
    needs no conditions of its own; the network keys are documented for the call only.

    Attributes:
        vpc_endpoint_ids: Endpoints the call has to come through, for example
            ``endpoint.vpc_endpoint_id``. Default: any network path.
        principal_tags: Tags that the role or its session has to carry, with the values accepted
            for each. Default: none.
        service_tiers: Tiers a call may ask for. A call that names none runs in the default tier.
            Default: any tier.
        mfa_within: How long ago the caller may have used a second factor, 1 second to 36 hours.
            Only sessions of people have one. Default: no second factor.
    """

    vpc_endpoint_ids: Sequence[str] = ()
    principal_tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    service_tiers: Sequence[ServiceTier] = ()
    mfa_within: Duration | None = None

    def __post_init__(self) -> None:
        for tag, values in self.principal_tags.items():
            if isinstance(values, str) or not values:
                raise ValueError(
                    f"principal tag {tag!r} accepts {values!r}: give a list of at least one value"
                )
        if self.mfa_within and not 1 <= self.mfa_within.to_seconds() <= _LONGEST_MFA_HOURS * 3600:
            raise ValueError(
                f"mfa_within is {self.mfa_within.to_seconds():.0f} seconds: "
                f"choose 1 second to {_LONGEST_MFA_HOURS} hours"
            )

    def render(self) -> dict[str, dict[str, Any]]:
        """The Condition element."""
        equals: dict[str, Any] = {}
        if self.vpc_endpoint_ids:
            equals["aws:SourceVpce"] = sorted(self.vpc_endpoint_ids)
        for tag in sorted(self.principal_tags):
            equals[f"aws:PrincipalTag/{tag}"] = sorted(self.principal_tags[tag])
        tiers = {"bedrock:ServiceTier": sorted(tier.value for tier in self.service_tiers)}
        if ServiceTier.DEFAULT in self.service_tiers:
            return _given(StringEquals=equals, StringEqualsIfExists=tiers) | self._mfa()
        return _given(StringEquals=equals | tiers if self.service_tiers else equals) | self._mfa()

    def _mfa(self) -> dict[str, dict[str, Any]]:
        if self.mfa_within is None:
            return {}
        seconds = str(round(self.mfa_within.to_seconds()))
        return {
            "Bool": {"aws:MultiFactorAuthPresent": "true"},
            "NumericLessThanEquals": {"aws:MultiFactorAuthAge": seconds},
        }


def _given(**operators: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {operator: keys for operator, keys in operators.items() if keys}
