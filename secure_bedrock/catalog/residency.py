"""Where data may be processed and kept, as one value that every construct understands.

Sources: Amazon Bedrock User Guide, "Geographic cross-Region inference" and "Supported Regions for
cross-Region guardrail inference", autumn 2026.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from secure_bedrock.catalog.composed_models import ApplicationInferenceProfile, PromptRouter
from secure_bedrock.catalog.foundation_models import GEOGRAPHIES, GLOBAL, InferenceProfile
from secure_bedrock.catalog.geographies import GuardrailProfile
from secure_bedrock.catalog.models import Model

GEOGRAPHY_REGIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "us": ("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        "us-gov": ("us-gov-east-1", "us-gov-west-1"),
        "eu": (
            "eu-central-1",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-3",
        ),
        "apac": (
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-4",
        ),
        "au": ("ap-southeast-2", "ap-southeast-4"),
        "ca": ("ca-central-1", "ca-west-1"),
        "jp": ("ap-northeast-1", "ap-northeast-3"),
        "uk": ("eu-west-2",),
    }
)
"""Regions in which a model may run that is invoked through a profile of the geography."""

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataResidency:
    """The Regions in which prompts, answers, documents and logs may be processed and kept.

    Make one with ``in_geography`` or ``in_regions``, and hand it to ``enforce_residency``.

    Attributes:
        regions: The Regions, sorted.
        name: What messages call it, for example ``eu``.
    """

    regions: tuple[str, ...]
    name: str

    def __post_init__(self) -> None:
        if not self.regions:
            raise ValueError("regions is empty: name at least one Region")
        for region in self.regions:
            if not _REGION.fullmatch(region):
                raise ValueError(f"{region!r} is no Region: write for example eu-west-1")

    @classmethod
    def in_geography(cls, geography: str) -> "DataResidency":
        """Within one geography of Amazon Bedrock, such as ``eu``.

        Raises:
            ValueError: There is no such geography; ``global`` is none.
        """
        if geography not in GEOGRAPHY_REGIONS:
            raise ValueError(
                f"{geography!r} is no geography: use {', '.join(GEOGRAPHY_REGIONS)}, "
                "or DataResidency.in_regions"
            )
        return cls(regions=GEOGRAPHY_REGIONS[geography], name=geography)

    @classmethod
    def in_regions(cls, *regions: str) -> "DataResidency":
        """Within these Regions and no others.

        Raises:
            ValueError: There is no Region, or one is not spelled as Regions are.
        """
        ordered = tuple(sorted(set(regions)))
        return cls(regions=ordered, name=", ".join(ordered))

    @property
    def geographies(self) -> tuple[str, ...]:
        """Prefixes of the inference profiles that stay within the Regions."""
        return tuple(
            each for each in GEOGRAPHIES if set(GEOGRAPHY_REGIONS[each]) <= set(self.regions)
        )

    def problems_of_region(self, region: str) -> Iterator[str]:
        """Why nothing may be kept in a Region, if so."""
        if region not in self.regions:
            yield (
                f"{region} is outside the data residency {self.name}: "
                f"use {self._choice(self.regions)}"
            )

    def problems_of_model(self, model: Model) -> Iterator[str]:
        """Why a model may not be invoked, if so: where it would run."""
        if isinstance(model, InferenceProfile):
            yield from self.problems_of_geography(
                model.geography, f"inference profile {model.profile_id}", model.destinations
            )
        elif isinstance(model, ApplicationInferenceProfile):
            yield from self.problems_of_model(model.source)
        elif isinstance(model, PromptRouter):
            for each in model.models:
                yield from self.problems_of_model(each)

    def problems_of_geography(
        self, geography: str, what: str, destinations: tuple[str, ...] = ()
    ) -> Iterator[str]:
        """Why an inference profile of a geography may not be used, if so."""
        if geography == GLOBAL:
            yield (
                f"{what} runs in any Region, the data residency is {self.name}: use a foundation "
                f"model of the Region{self._or_profiles()}"
            )
            return
        outside = self._outside(destinations or GEOGRAPHY_REGIONS[geography])
        if outside:
            yield (
                f"{what} also runs in {', '.join(outside)}, outside the data residency "
                f"{self.name}: use a foundation model of the Region{self._or_profiles()}, or name "
                "its destinations"
            )

    def problems_of_guardrail_profile(
        self, profile: GuardrailProfile, source: str | None = None
    ) -> Iterator[str]:
        """Why a guardrail profile may not be used, if so: where it would evaluate content.

        Args:
            profile: The profile.
            source: The guardrail's Region. Default: not known, every destination counts.
        """
        known = source is not None and source in profile.routes
        reached = profile.routes[source] if known and source else profile.all_destinations
        outside = self._outside(reached)
        if outside:
            yield (
                f"guardrail profile {profile.profile_id} evaluates content in "
                f"{', '.join(outside)} as well, outside the data residency {self.name}: leave the "
                "profile out and use the CLASSIC tier"
            )

    def _outside(self, regions: Iterable[str]) -> list[str]:
        return [each for each in regions if each not in self.regions]

    def _or_profiles(self) -> str:
        inside = self.geographies
        return f" or a profile of {self._choice(inside)}" if inside else ""

    @staticmethod
    def _choice(names: tuple[str, ...]) -> str:
        return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
