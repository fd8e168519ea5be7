"""Application inference profiles and prompt routers: resources that lead to models.

Source: Service Authorization Reference for Amazon Bedrock (resource types), and the user guide
pages "Prerequisites for inference profiles" and "Intelligent prompt routing".
"""

from dataclasses import dataclass

from secure_bedrock.catalog.authorization import Authorization, Place, Through
from secure_bedrock.catalog.foundation_models import (
    PROFILE_ARN,
    FoundationModel,
    InferenceProfile,
)
from secure_bedrock.catalog.owned_models import check_arn

_ROUTER_ARN = "bedrock:PromptRouterArn"


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
            through = self.source.models_through(PROFILE_ARN, self.arn, place)
        else:
            model = self.source.arn(partition=place.partition, region=place.region)
            through = (Through(key=PROFILE_ARN, value=self.arn, resources=(model,)),)
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
