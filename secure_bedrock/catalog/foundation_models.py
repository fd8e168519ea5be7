"""Foundation models and system inference profiles: what AWS offers under an id.

Source: Service Authorization Reference for Amazon Bedrock (resource types), and the user guide
pages "Geographic cross-Region inference" and "Global cross-Region inference".
"""

import re
from dataclasses import dataclass

from secure_bedrock.catalog.authorization import Authorization, Place, Through

GEOGRAPHIES = ("us", "us-gov", "eu", "apac", "au", "ca", "jp", "uk")
"""Prefixes of geographic system inference profiles. ``global`` is not a geography."""

GLOBAL = "global"

_SOURCES = {
    "us": r"(us|ca)-(?!gov|iso).*",
    "us-gov": r"us-gov-.*",
    "eu": r"(eu|il|me)-(?!isoe).*",
    "apac": r"(ap|me)-.*",
    "au": r"ap-southeast-.*",
    "ca": r"ca-.*",
    "jp": r"ap-northeast-.*",
    "uk": r"eu-west-2",
    GLOBAL: r"(?!us-gov|us-iso|eu-isoe|eusc|cn-).*",
}
_MODEL_ID = re.compile(r"[a-z0-9-]+\.[a-zA-Z0-9.:_-]+")
PROFILE_ARN = "bedrock:InferenceProfileArn"
PROFILE_PREFIXES = tuple(f"{prefix}." for prefix in (*GEOGRAPHIES, GLOBAL))


@dataclass(frozen=True, slots=True)
class FoundationModel:
    """A foundation model invoked directly in one Region.

    Attributes:
        model_id: For example ``amazon.nova-lite-v1:0``.
    """

    model_id: str

    def __post_init__(self) -> None:
        if not _MODEL_ID.fullmatch(self.model_id) or self.model_id.startswith(PROFILE_PREFIXES):
            raise ValueError(
                f"model id {self.model_id!r} is not a foundation model id: "
                "write provider.model, for example amazon.nova-lite-v1:0"
            )

    @property
    def is_embedding(self) -> bool:
        """Whether it turns text into vectors: such calls never carry a guardrail."""
        return "embed" in self.model_id

    def arn(self, *, partition: str, region: str) -> str:
        """The model's ARN. It has no account; ``region`` may be ``*`` or empty."""
        return f"arn:{partition}:bedrock:{region}::foundation-model/{self.model_id}"

    def authorization(self, place: Place) -> Authorization:
        """What IAM authorises when the model is invoked."""
        own = self.arn(partition=place.partition, region=place.region)
        return Authorization(entry=own, counted=(own,))


@dataclass(frozen=True, slots=True)
class InferenceProfile:
    """A system inference profile: one model, routed within a geography or globally.

    Attributes:
        profile_id: For example ``eu.amazon.nova-lite-v1:0``.
        destinations: Regions the model may run in. Default: every Region the profile routes to,
            also those AWS adds later. Naming fewer makes calls fail when they are routed elsewhere.
    """

    profile_id: str
    destinations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.profile_id.startswith(PROFILE_PREFIXES):
            raise ValueError(
                f"inference profile id {self.profile_id!r} starts with no known geography: "
                f"use one of {', '.join((*GEOGRAPHIES, GLOBAL))}, "
                "for example us.amazon.nova-lite-v1:0"
            )
        if self.destinations and self.geography == GLOBAL:
            raise ValueError(
                f"inference profile {self.profile_id!r} runs in any Region: "
                "leave destinations out, or use a geographic profile"
            )
        FoundationModel(self.model.model_id)

    @property
    def geography(self) -> str:
        """The prefix: a geography such as ``eu``, or ``global``."""
        return self.profile_id.split(".", 1)[0]

    @property
    def model(self) -> FoundationModel:
        """The foundation model behind the profile."""
        return FoundationModel(self.profile_id.split(".", 1)[1])

    @property
    def is_embedding(self) -> bool:
        """Whether the model behind it turns text into vectors."""
        return self.model.is_embedding

    def usable_from(self, region: str) -> bool:
        """Whether the profile's geography has the Region as a source.

        Within a geography AWS offers some profiles in some Regions only; that is not known here.
        """
        return re.fullmatch(_SOURCES[self.geography], region) is not None

    def arn(self, *, partition: str, region: str, account: str) -> str:
        """The profile's ARN in the caller's account and source Region."""
        return f"arn:{partition}:bedrock:{region}:{account}:inference-profile/{self.profile_id}"

    def authorization(self, place: Place) -> Authorization:
        """What IAM authorises: the profile, and the model in other Regions only through it."""
        own = self.arn(partition=place.partition, region=place.region, account=place.account)
        return Authorization(
            entry=own,
            through=self.models_through(PROFILE_ARN, own, place),
            describe=(("bedrock:GetInferenceProfile", own),),
            counted=(self.model.arn(partition=place.partition, region=place.region),),
        )

    def models_through(self, key: str, value: str, place: Place) -> tuple[Through, ...]:
        """The foundation model where the profile routes to, if ``key`` says so."""
        if self.geography == GLOBAL:
            regions: tuple[str, ...] = (place.region,)
            nowhere = self.model.arn(partition=place.partition, region="")
            more = [Through(key=key, value=value, resources=(nowhere,), region_unspecified=True)]
        else:
            regions, more = self.destinations or ("*",), []
        arns = tuple(self.model.arn(partition=place.partition, region=r) for r in regions)
        return (Through(key=key, value=value, resources=arns), *more)
