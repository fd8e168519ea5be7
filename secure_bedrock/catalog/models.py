"""Model ids as values, and what IAM authorises when one of them is invoked.

Source: Service Authorization Reference for Amazon Bedrock (resource types), and the user guide
pages "Geographic cross-Region inference", "Global cross-Region inference" and "Prerequisites for
inference profiles".
"""

import re
from dataclasses import dataclass

from secure_bedrock.catalog.authorization import Authorization, Place, Through
from secure_bedrock.catalog.owned_models import (
    CustomModelDeployment,
    ImportedModel,
    ProvisionedModel,
    check_arn,
)

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
_PROFILE_ARN = "bedrock:InferenceProfileArn"
_ROUTER_ARN = "bedrock:PromptRouterArn"


@dataclass(frozen=True, slots=True)
class FoundationModel:
    """A foundation model invoked directly in one Region.

    Attributes:
        model_id: For example ``amazon.nova-lite-v1:0``.
    """

    model_id: str

    def __post_init__(self) -> None:
        if not _MODEL_ID.fullmatch(self.model_id) or self.model_id.startswith(_PROFILE_PREFIXES):
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
        if not self.profile_id.startswith(_PROFILE_PREFIXES):
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
            through=self.models_through(_PROFILE_ARN, own, place),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationInferenceProfile:
    """An inference profile of your own, made from a model or a system profile to track cost.

    Attributes:
        arn: Its ARN; the ``attr_inference_profile_arn`` of a ``CfnApplicationInferenceProfile``.
        source: What it was copied from.
    """

    arn: str
    source: FoundationModel | InferenceProfile

    def __post_init__(self) -> None:
        check_arn(self.arn, "application-inference-profile")

    @property
    def is_embedding(self) -> bool:
        """Whether the model behind it turns text into vectors."""
        return self.source.is_embedding

    def authorization(self, place: Place) -> Authorization:
        """What IAM authorises: this profile, and the models only through it."""
        if isinstance(self.source, InferenceProfile):
            through = self.source.models_through(_PROFILE_ARN, self.arn, place)
        else:
            model = self.source.arn(partition=place.partition, region=place.region)
            through = (Through(key=_PROFILE_ARN, value=self.arn, resources=(model,)),)
        return Authorization(
            entry=self.arn,
            through=through,
            describe=(("bedrock:GetInferenceProfile", self.arn),),
            counted=self.source.authorization(place).counted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRouter:
    """A prompt router, yours or one of AWS's, with the models it chooses from.

    Attributes:
        arn: Its ARN.
        models: Foundation models or system inference profiles, at least one.
    """

    arn: str
    models: tuple[FoundationModel | InferenceProfile, ...]
    is_embedding: bool = False

    def __post_init__(self) -> None:
        check_arn(self.arn, "prompt-router", "default-prompt-router")
        if not self.models:
            raise ValueError(
                f"prompt router {self.arn!r} has no models: list those it chooses from"
            )

    def authorization(self, place: Place) -> Authorization:
        """What IAM authorises: the router, and profiles and models only through it."""
        through: list[Through] = []
        for model in self.models:
            chosen = model.authorization(place)
            through.append(Through(key=_ROUTER_ARN, value=self.arn, resources=(chosen.entry,)))
            if isinstance(model, InferenceProfile):
                through += model.models_through(_ROUTER_ARN, self.arn, place)
                through += chosen.through
        return Authorization(
            entry=self.arn,
            through=tuple(through),
            describe=(("bedrock:GetPromptRouter", self.arn),),
        )


Model = (
    FoundationModel
    | InferenceProfile
    | ApplicationInferenceProfile
    | ProvisionedModel
    | ImportedModel
    | CustomModelDeployment
    | PromptRouter
)
_PROFILE_PREFIXES = tuple(f"{prefix}." for prefix in (*GEOGRAPHIES, GLOBAL))


def parse_model(text: str) -> FoundationModel | InferenceProfile:
    """Read a model id as users write it: ``provider.model`` or ``geography.provider.model``.

    Raises:
        ValueError: The text is neither form; the message says which forms there are.
    """
    if text.startswith(_PROFILE_PREFIXES):
        return InferenceProfile(text)
    return FoundationModel(text)
