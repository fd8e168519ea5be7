import pytest

from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.catalog.residency import DataResidency
from secure_bedrock.reference.settings import Settings

GOOD = {
    "environment": "prod",
    "models": ["eu.amazon.nova-lite-v1:0", "amazon.titan-embed-text-v2:0"],
    "monthly_budget_usd": 200,
    "alert_emails": ["security@example.com"],
}


def test_models_become_values():
    settings = Settings.from_context(GOOD)
    assert settings.models == (
        InferenceProfile("eu.amazon.nova-lite-v1:0"),
        FoundationModel("amazon.titan-embed-text-v2:0"),
    )


def test_what_is_left_out_takes_the_safe_choice():
    settings = Settings.from_context(GOOD)
    assert (settings.geography, settings.region, settings.account) == (None, None, None)
    assert settings.replace_existing_logging is False


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_setting_is_named(missing):
    rest = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(
        ValueError, match=rf"^cdk\.json: secure-bedrock\.{missing}: is missing; add it$"
    ):
        Settings.from_context(rest)


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("environment", "Prod", "1 to 20 lower-case letters"),
        ("environment", "a" * 21, "1 to 20 lower-case letters"),
        ("environment", None, "1 to 20 lower-case letters"),
        ("models", [], "a list of 1 to 50 texts"),
        ("models", "eu.amazon.nova-lite-v1:0", "a list of 1 to 50 texts"),
        ("models", [7], "a list of 1 to 50 texts"),
        ("models", ["nova"], "write provider.model"),
        ("models", ["eu.nova"], "write provider.model"),
        ("models", ["amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"], "remove one"),
        ("models", ["global.amazon.nova-2-lite-v1:0"], 'set geography to "global"'),
        ("monthly_budget_usd", 0, "US dollars above 0"),
        ("monthly_budget_usd", "200", "US dollars above 0"),
        ("monthly_budget_usd", True, "US dollars above 0"),
        ("monthly_budget_usd", float("nan"), "US dollars above 0"),
        ("monthly_budget_usd", 2_000_000_000, "up to 1,000,000,000"),
        ("alert_emails", ["nobody"], "name@example.com"),
        ("alert_emails", [f"a{i}@example.com" for i in range(11)], "a list of 1 to 10 texts"),
        ("geography", "mars", "one of us, us-gov, eu"),
        ("residency", "mars", "'mars' is no geography: use us"),
        ("residency", ["Ireland"], "write for example eu-west-1"),
        ("residency", [], "a list of 1 to 50 texts"),
        ("account", 123456789012, "12 digits as a text"),
        ("region", "Frankfurt", "a Region such as eu-west-1"),
        ("anomaly_monitor_arn", "default", "the ARN of an anomaly monitor"),
        ("replace_existing_logging", "yes", "true or false"),
        ("colour", "blue", "use account, alert_emails"),
    ],
)
def test_a_wrong_setting_ends_in_one_line_with_its_remedy(name, value, remedy):
    with pytest.raises(ValueError, match=rf"^cdk\.json: secure-bedrock\.{name}: ") as caught:
        Settings.from_context(GOOD | {name: value})
    assert remedy in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("eu", DataResidency.in_geography("eu")),
        (["eu-west-1"], DataResidency.in_regions("eu-west-1")),
    ],
)
def test_a_residency_is_a_geography_or_regions(value, expected):
    assert Settings.from_context(GOOD | {"residency": value}).residency == expected


def test_a_profile_outside_the_geography_is_refused():
    with pytest.raises(
        ValueError, match="leaves the geography 'us'; choose a profile that starts with us"
    ):
        Settings.from_context(GOOD | {"geography": "us"})


def test_global_profiles_need_the_global_geography():
    value = GOOD | {"models": ["global.amazon.nova-2-lite-v1:0"], "geography": "global"}
    assert Settings.from_context(value).geography == "global"


@pytest.mark.parametrize("value", [None, "prod", ["prod"]])
def test_settings_must_be_an_object(value):
    with pytest.raises(ValueError, match=r"^cdk\.json: secure-bedrock:.* must be an object; "):
        Settings.from_context(value)
