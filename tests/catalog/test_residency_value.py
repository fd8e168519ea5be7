import pytest

from secure_bedrock.catalog.foundation_models import GEOGRAPHIES
from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.catalog.models import (
    ApplicationInferenceProfile,
    FoundationModel,
    InferenceProfile,
    PromptRouter,
)
from secure_bedrock.catalog.residency import GEOGRAPHY_REGIONS, DataResidency

EU = DataResidency.in_geography("eu")
IRELAND = DataResidency.in_regions("eu-west-1")
NOVA = "amazon.nova-lite-v1:0"
_AT = "arn:aws:bedrock:eu-west-1:111122223333:"


def test_every_geography_of_inference_profiles_has_its_regions():
    assert set(GEOGRAPHY_REGIONS) == set(GEOGRAPHIES)


@pytest.mark.parametrize(
    ("residency", "model"),
    [
        (EU, FoundationModel(NOVA)),
        (EU, InferenceProfile(f"eu.{NOVA}")),
        (IRELAND, FoundationModel(NOVA)),
        (IRELAND, InferenceProfile(f"eu.{NOVA}", destinations=("eu-west-1",))),
    ],
)
def test_models_that_stay(residency, model):
    assert list(residency.problems_of_model(model)) == []


@pytest.mark.parametrize(
    ("residency", "model", "why"),
    [
        (EU, InferenceProfile(f"us.{NOVA}"), "runs in us-east-1, us-east-2, us-west-1, us-west-2"),
        (EU, InferenceProfile(f"global.{NOVA}"), "runs in any Region"),
        (IRELAND, InferenceProfile(f"eu.{NOVA}"), "also runs in eu-central-1"),
        (
            EU,
            ApplicationInferenceProfile(
                arn=f"{_AT}application-inference-profile/abc123def456",
                source=InferenceProfile(f"global.{NOVA}"),
            ),
            "runs in any Region",
        ),
        (
            EU,
            PromptRouter(
                arn=f"{_AT}prompt-router/abc123def456",
                models=(FoundationModel(NOVA), InferenceProfile(f"us.{NOVA}")),
            ),
            "runs in us-east-1",
        ),
    ],
)
def test_models_that_would_leave(residency, model, why):
    (problem,) = residency.problems_of_model(model)
    assert why in problem


def test_a_guardrail_profile_counts_from_its_source_region():
    profile = GUARDRAIL_PROFILES["eu"]
    assert list(EU.problems_of_guardrail_profile(profile, "eu-west-1")) == []
    (problem,) = EU.problems_of_guardrail_profile(profile, "il-central-1")
    assert "il-central-1 as well" in problem


def test_a_guardrail_profile_of_an_unknown_region_counts_with_every_destination():
    (problem,) = EU.problems_of_guardrail_profile(GUARDRAIL_PROFILES["eu"])
    assert "il-central-1" in problem


def test_only_geographies_that_lie_within_the_regions_are_usable():
    assert EU.geographies == ("eu",)
    assert IRELAND.geographies == ()
    assert DataResidency.in_regions("eu-west-2").geographies == ("uk",)


def test_the_remedy_names_the_regions():
    (problem,) = EU.problems_of_region("us-east-1")
    assert problem.startswith("us-east-1 is outside the data residency eu: use eu-central-1,")
    assert problem.endswith(" or eu-west-3")


@pytest.mark.parametrize("geography", ["global", "mars"])
def test_what_is_no_geography_is_refused(geography):
    with pytest.raises(ValueError, match=f"'{geography}' is no geography"):
        DataResidency.in_geography(geography)


@pytest.mark.parametrize(("regions", "message"), [((), "is empty"), (("Ireland",), "no Region")])
def test_what_are_no_regions_is_refused(regions, message):
    with pytest.raises(ValueError, match=message):
        DataResidency.in_regions(*regions)
