"""Every kind of model that can be invoked, as a value."""

from collections.abc import Iterable, Iterator

from secure_bedrock.catalog.composed_models import ApplicationInferenceProfile, PromptRouter
from secure_bedrock.catalog.foundation_models import (
    GEOGRAPHIES,
    GLOBAL,
    PROFILE_PREFIXES,
    FoundationModel,
    InferenceProfile,
)
from secure_bedrock.catalog.owned_models import (
    CustomModelDeployment,
    ImportedModel,
    ProvisionedModel,
)

__all__ = [
    "GEOGRAPHIES",
    "GLOBAL",
    "ApplicationInferenceProfile",
    "CustomModelDeployment",
    "FoundationModel",
    "ImportedModel",
    "InferenceProfile",
    "Model",
    "PromptRouter",
    "ProvisionedModel",
    "foundation_models",
    "parse_model",
]

Model = (
    FoundationModel
    | InferenceProfile
    | ApplicationInferenceProfile
    | ProvisionedModel
    | ImportedModel
    | CustomModelDeployment
    | PromptRouter
)


def parse_model(text: str) -> FoundationModel | InferenceProfile:
    """Read a model id as users write it: ``provider.model`` or ``geography.provider.model``.

    Raises:
        ValueError: The text is neither form; the message says which forms there are.
    """
    if text.startswith(PROFILE_PREFIXES):
        return InferenceProfile(text)
    return FoundationModel(text)


def foundation_models(models: Iterable[Model]) -> Iterator[FoundationModel]:
    """The foundation models behind models and profiles; other kinds have none that is named."""
    for model in models:
        source = model.source if isinstance(model, ApplicationInferenceProfile) else model
        if isinstance(source, InferenceProfile):
            yield source.model
        elif isinstance(source, FoundationModel):
            yield source
