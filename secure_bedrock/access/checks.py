"""What the constructs of this folder refuse."""

import re
from collections.abc import Sequence

from constructs import Construct

from secure_bedrock.access.guardrail_requirement import AppliedGuardrail
from secure_bedrock.catalog.models import (
    ApplicationInferenceProfile,
    InferenceProfile,
    Model,
    PromptRouter,
)
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_REGION_FIELD = 3
_TARGET = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|\d{12}")


def models(path: str, chosen: Sequence[Model], *, region: str) -> None:
    """Refuse an empty list, a model named twice, and models that cannot be called from here."""
    if not chosen:
        raise ValueError(f"{path}: models is empty: name at least one model")
    for position, model in enumerate(chosen):
        if model in chosen[:position]:
            raise ValueError(f"{path}: {model} is listed twice: remove one")
        if not unresolved(region):
            _reachable(path, model, region)


def guardrail(path: str, chosen: AppliedGuardrail, *, region: str) -> None:
    """Refuse a guardrail of another Region: a call can only use one of its own."""
    arn = chosen.guardrail_arn
    if not unresolved(arn):
        where = arn.split(":")[_REGION_FIELD]
    elif isinstance(chosen, Construct):
        where = place_of(chosen).region
    else:
        return
    if not unresolved(region) and not unresolved(where) and where != region:
        raise ValueError(
            f"{path}: guardrail {chosen.guardrail_arn} is in {where}, the models are called in "
            f"{region}: use a guardrail in {region}"
        )


def some(path: str, chosen: Sequence[Model] | Sequence[str], grant: str, remedy: str) -> None:
    """Refuse a grant that would grant nothing."""
    if not chosen:
        raise ValueError(f"{path}: {grant} has no model to grant: {remedy}")


def targets(path: str, target_ids: Sequence[str]) -> None:
    """Refuse what no organization policy can be attached to."""
    if not target_ids:
        raise ValueError(f"{path}: target_ids is empty: name a root, unit or account")
    for target in target_ids:
        if not unresolved(target) and not _TARGET.fullmatch(target):
            raise ValueError(
                f"{path}: {target!r} is no target: write r-..., ou-... or 12 digits of an account"
            )


def _reachable(path: str, model: Model, region: str) -> None:
    if isinstance(model, InferenceProfile) and not model.usable_from(region):
        raise ValueError(
            f"{path}: inference profile {model.profile_id} cannot be called from {region}, which "
            f"is outside its geography {model.geography}: choose a profile for {region}"
        )
    if isinstance(model, ApplicationInferenceProfile):
        _reachable(path, model.source, region)
    if isinstance(model, PromptRouter):
        for behind in model.models:
            _reachable(path, behind, region)
    arn = getattr(model, "arn", None)
    if not isinstance(arn, str) or unresolved(arn):
        return
    where = arn.split(":")[_REGION_FIELD]
    if where != region:
        raise ValueError(
            f"{path}: {arn} is in {where}, this stack in {region}: name it in a stack in {where}"
        )
