"""Which models an access map asks about: those given, and those that policies name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.catalog.foundation_models import GLOBAL
from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.catalog.models import FoundationModel, InferenceProfile, parse_model
from secure_bedrock.catalog.owned_models import check_arn
from secure_bedrock.policy import Policy

_OWNED = (
    "application-inference-profile",
    "provisioned-model",
    "imported-model",
    "custom-model-deployment",
    "prompt-router",
    "default-prompt-router",
)
_NAMED = re.compile(
    r"arn:[^:]*:bedrock:[^:]*:[^:]*:(?P<kind>foundation-model|inference-profile)/(?P<id>[^*?$]+)"
)
_OWNED_ARN = re.compile(rf"arn:[^:]*:bedrock:[^:]*:\d{{12}}:({'|'.join(_OWNED)})/[^*?$]+")
OTHER = FoundationModel("any.other-model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorized:
    """One resource that IAM authorises when a model is invoked.

    Attributes:
        arn: The resource.
        region: What ``aws:RequestedRegion`` says.
        through: ARN of the inference profile that led there; None if that is left open, and empty
            if none did.
    """

    arn: str
    region: str
    through: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A model as a caller names it.

    Attributes:
        label: How the map calls it.
        entry: What the call names.
        destinations: What it leads to: each of them is one way the call may be routed.
        model: The foundation model, for batch jobs and the mantle endpoint; None if not known.
        leads_on: Whether it leads to models that are not known here.
    """

    label: str
    entry: Authorized
    destinations: tuple[Authorized, ...] = ()
    model: FoundationModel | None = None
    leads_on: bool = False


def given(text: str) -> FoundationModel | InferenceProfile | str:
    """A model as users write it: an id, or the ARN of one of their own.

    Raises:
        ValueError: It is neither.
    """
    if not text.startswith("arn:"):
        return parse_model(text)
    named = _NAMED.fullmatch(text)
    if named:
        return parse_model(named["id"])
    check_arn(text, *_OWNED)
    return text


def named_by(policies: Iterable[Policy]) -> list[FoundationModel | InferenceProfile | str]:
    """Models that the policies name without a wildcard."""
    found: dict[FoundationModel | InferenceProfile | str, None] = {}
    for resource in sorted(_resources(policies)):
        match = _NAMED.fullmatch(resource)
        if match:
            try:
                found[parse_model(match["id"])] = None
            except ValueError:
                continue  # a form of id this library does not know is no model to ask about
        elif _OWNED_ARN.fullmatch(resource):
            found[resource] = None
    return list(found)


def targets(
    models: Sequence[FoundationModel | InferenceProfile | str], place: Place
) -> Iterator[Target]:
    """The models as they are called in one place; profiles of other geographies are left out."""
    for model in models:
        if isinstance(model, str):
            if model.split(":")[3] == place.region:
                entry = Authorized(arn=model, region=place.region)
                leads_on = "-profile/" in model or "-router/" in model
                yield Target(label=model, entry=entry, leads_on=leads_on)
        elif isinstance(model, FoundationModel):
            yield _direct(model, place)
        elif model.usable_from(place.region):
            yield _routed(model, place)


def _direct(model: FoundationModel, place: Place) -> Target:
    """The model, whichever profile leads to it or none."""
    arn = model.arn(partition=place.partition, region=place.region)
    label = "any other foundation model" if model == OTHER else model.model_id
    entry = Authorized(arn=arn, region=place.region, through=None)
    return Target(label=label, entry=entry, model=model)


def _routed(profile: InferenceProfile, place: Place) -> Target:
    own = profile.arn(partition=place.partition, region=place.region, account=place.account)
    model = profile.model
    entry = Authorized(arn=own, region=place.region)
    if profile.geography == GLOBAL:
        regions = {place.region: place.region, "": "unspecified"}
    else:
        known = GUARDRAIL_PROFILES.get(profile.geography)
        inside = (place.region, *(known.routes.get(place.region, ()) if known else ()))
        regions = {region: region for region in inside}
    destinations = tuple(
        Authorized(
            arn=model.arn(partition=place.partition, region=region), region=shown, through=own
        )
        for region, shown in regions.items()
    )
    return Target(label=profile.profile_id, entry=entry, destinations=destinations)


def _resources(policies: Iterable[Policy]) -> set[str]:
    return {
        resource
        for policy in policies
        for statement in policy.statements
        if not statement.not_resources
        for resource in statement.resources
    }
