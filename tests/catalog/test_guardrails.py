"""The catalogue against botocore's model of the service and against the documented tables."""

import botocore.session
import pytest

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.catalog.geographies import (
    GUARDRAIL_PROFILES,
    REGIONS_WITHOUT_GUARDRAILS,
    guardrail_profiles_in,
)


@pytest.fixture(scope="module")
def shapes():
    return botocore.session.get_session().get_service_model("bedrock")


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (limits.ContentCategory, "GuardrailContentFilterType"),
        (limits.FilterStrength, "GuardrailFilterStrength"),
        (limits.BlockAction, "GuardrailContentFilterAction"),
        (limits.SensitiveAction, "GuardrailSensitiveInformationAction"),
        (limits.Modality, "GuardrailModality"),
        (limits.GuardrailTier, "GuardrailTopicsTierName"),
        (limits.PiiType, "GuardrailPiiEntityType"),
    ],
)
def test_closed_sets_are_those_of_the_api(shapes, values, shape):
    assert sorted(values) == sorted(shapes.shape_for(shape).metadata["enum"])


@pytest.mark.parametrize(
    ("limit", "shape"),
    [
        (limits.NAME_LIMIT, "GuardrailName"),
        (limits.DESCRIPTION_LIMIT, "GuardrailDescription"),
        (limits.MESSAGE_LIMIT, "GuardrailBlockedMessaging"),
        (limits.TOPICS_LIMIT, "GuardrailTopicsConfig"),
        (limits.TOPIC_NAME_LIMIT, "GuardrailTopicName"),
        (limits.TOPIC_DEFINITION_LIMITS["CLASSIC"], "GuardrailTopicDefinition"),
        (limits.TOPIC_EXAMPLES_LIMIT, "GuardrailTopicExamples"),
        (limits.TOPIC_EXAMPLE_LIMIT, "GuardrailTopicExample"),
        (limits.WORDS_LIMIT, "GuardrailWordsConfig"),
        (limits.WORD_LIMIT, "GuardrailWordConfigTextString"),
        (limits.REGEXES_LIMIT, "GuardrailRegexesConfig"),
        (limits.REGEX_NAME_LIMIT, "GuardrailRegexConfigNameString"),
        (limits.REGEX_DESCRIPTION_LIMIT, "GuardrailRegexConfigDescriptionString"),
        (limits.REGEX_PATTERN_LIMIT, "GuardrailRegexConfigPatternString"),
        (limits.TAGS_LIMIT, "TagList"),
        (limits.TAG_KEY_LIMIT, "TagKey"),
        (limits.TAG_VALUE_LIMIT, "TagValue"),
    ],
)
def test_limits_are_those_of_the_api(shapes, limit, shape):
    assert limit == shapes.shape_for(shape).metadata["max"]


def test_so_is_the_number_of_automated_reasoning_policies(shapes):
    config = shapes.shape_for("GuardrailAutomatedReasoningPolicyConfig")
    assert config.members["policies"].metadata["max"] == limits.AUTOMATED_REASONING_POLICIES_LIMIT


def test_regions_without_guardrails_have_no_profile_as_a_source():
    assert not [region for region in REGIONS_WITHOUT_GUARDRAILS if guardrail_profiles_in(region)]


def test_every_source_is_one_of_its_own_destinations():
    for profile in GUARDRAIL_PROFILES.values():
        assert all(source in route for source, route in profile.routes.items())


@pytest.mark.parametrize(
    ("source", "geographies"),
    [
        ("eu-west-1", ["eu"]),
        ("eu-west-2", ["uk"]),
        ("il-central-1", ["eu"]),
        ("ap-southeast-2", ["au", "apac"]),
        ("us-gov-west-1", ["us-gov"]),
        ("us-west-1", ["us"]),
        ("sa-east-1", []),
        ("ap-northeast-3", []),
        ("eu-central-2", []),
    ],
)
def test_profiles_of_a_region(source, geographies):
    assert [profile.geography for profile in guardrail_profiles_in(source)] == geographies


@pytest.mark.parametrize(
    ("geography", "source", "count"),
    [("eu", "eu-west-1", 6), ("eu", "il-central-1", 7), ("apac", "ap-southeast-4", 8)],
)
def test_destinations_depend_on_the_source(geography, source, count):
    assert len(GUARDRAIL_PROFILES[geography].destinations(source)) == count


def test_a_region_no_profile_serves_is_told_to_stay_classic():
    with pytest.raises(ValueError, match=r"cannot be used in sa-east-1: .*CLASSIC tier"):
        GUARDRAIL_PROFILES["us"].destinations("sa-east-1")


def test_a_profiles_arn():
    arn = GUARDRAIL_PROFILES["eu"].arn(partition="aws", region="eu-west-3", account="111122223333")
    assert arn == "arn:aws:bedrock:eu-west-3:111122223333:guardrail-profile/eu.guardrail.v1:0"
