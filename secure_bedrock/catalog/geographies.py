"""Where guardrails exist and where a guardrail profile may send content for evaluation.

Source: Amazon Bedrock User Guide, "Supported Regions for cross-Region guardrail inference", autumn
2026. AWS adds Regions: a profile of your own, made with ``dataclasses.replace``, takes precedence
over the ones here because every construct takes the profile as a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

REGIONS_WITHOUT_GUARDRAILS = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-southeast-6",
        "ca-west-1",
        "cn-north-1",
        "cn-northwest-1",
        "mx-central-1",
    }
)
"""Regions without ``AWS::Bedrock::Guardrail`` and ``AWS::Bedrock::GuardrailVersion``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailProfile:
    """A system-defined guardrail profile: one geography within which content may be evaluated.

    Args:
        geography: Prefix of the profile's id, for example ``eu``.
        routes: Destination Regions for each source Region that may use the profile.
    """

    geography: str
    routes: Mapping[str, tuple[str, ...]]

    @property
    def profile_id(self) -> str:
        """The profile's id, for example ``eu.guardrail.v1:0``."""
        return f"{self.geography}.guardrail.v1:0"

    @property
    def all_destinations(self) -> tuple[str, ...]:
        """Every Region the profile may send content to, from whichever source Region."""
        return tuple(sorted({region for route in self.routes.values() for region in route}))

    def destinations(self, source: str) -> tuple[str, ...]:
        """Regions to which content of a source Region may be sent.

        Raises:
            ValueError: The profile cannot be used in that Region; the message says which can.
        """
        if source not in self.routes:
            usable = (
                ", ".join(profile.profile_id for profile in guardrail_profiles_in(source))
                or "none, use the CLASSIC tier without a profile"
            )
            raise ValueError(
                f"guardrail profile {self.profile_id} cannot be used in {source}: "
                f"profiles for this Region: {usable}"
            )
        return self.routes[source]

    def arn(self, *, partition: str, region: str, account: str) -> str:
        """The profile's ARN in a Region and the caller's account."""
        return f"arn:{partition}:bedrock:{region}:{account}:guardrail-profile/{self.profile_id}"


_US = ("us-east-1", "us-east-2", "us-west-2")
_US_GOV = ("us-gov-east-1", "us-gov-west-1")
_EU = ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3")
_APAC = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
)
_APAC_WIDE = (*_APAC, "ap-south-2", "ap-southeast-4")
_APAC_WIDEST = (*_APAC_WIDE, "ap-southeast-3")


def _profile(
    geography: str, sources: tuple[str, ...], shared: tuple[str, ...], **more: tuple[str, ...]
) -> GuardrailProfile:
    routes = dict.fromkeys(sources, shared)
    routes |= {source.replace("_", "-"): route for source, route in more.items()}
    return GuardrailProfile(
        geography=geography,
        routes=MappingProxyType(
            {source: tuple(sorted(route)) for source, route in sorted(routes.items())}
        ),
    )


GUARDRAIL_PROFILES: Mapping[str, GuardrailProfile] = MappingProxyType(
    {
        "us": _profile("us", _US, _US, us_west_1=(*_US, "us-west-1")),
        "us-gov": _profile("us-gov", _US_GOV, _US_GOV),
        "eu": _profile("eu", _EU, _EU, il_central_1=(*_EU, "il-central-1")),
        "uk": _profile("uk", ("eu-west-2",), ("eu-west-2",)),
        "au": _profile("au", ("ap-southeast-2",), ("ap-southeast-2",)),
        "ca": _profile("ca", ("ca-central-1",), ("ca-central-1", "ca-west-1")),
        "apac": _profile(
            "apac",
            tuple(region for region in _APAC if region != "ap-northeast-3"),
            _APAC,
            ap_southeast_4=_APAC_WIDE,
            ap_southeast_3=_APAC_WIDEST,
            ap_east_2=(*_APAC_WIDEST, "ap-east-2"),
            ap_southeast_5=(*_APAC_WIDEST, "ap-southeast-5"),
            ap_southeast_7=(*_APAC_WIDEST, "ap-southeast-7"),
            me_central_1=(*_APAC_WIDEST, "me-central-1"),
        ),
    }
)
"""The documented guardrail profiles by geography."""


def guardrail_profiles_in(region: str) -> tuple[GuardrailProfile, ...]:
    """The documented profiles that a guardrail in the Region may use."""
    return tuple(profile for profile in GUARDRAIL_PROFILES.values() if region in profile.routes)
