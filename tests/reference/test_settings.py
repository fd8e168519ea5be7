import re
from dataclasses import fields
from pathlib import Path

import pytest

from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.catalog.residency import DataResidency
from secure_bedrock.cost.quota_limits import QuotaLimit, QuotaPeriod, QuotaSubject
from secure_bedrock.data.retention import RetentionMode
from secure_bedrock.reference.choices import OverLimit
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
        ("audit_trail", True, "one of all, data-events, none"),
        ("threat_response", "no", "true or false"),
        ("data_retention", "nothing", "one of none, default, aws_review, provider_data_share, unm"),
        ("data_retention", None, "one of none"),
        ("dns_firewall", 1, "true or false"),
        ("allowed_domains", "corp.example", "a list of 1 to 100 texts"),
        ("usage_analytics", None, "true or false"),
        ("cost_anomaly_band", "yes", "true or false"),
        ("projects", ["search", "search"], "remove one"),
        ("token_limits", [], "a list of 1 to 20 limits"),
        ("token_limits", [7], "an object of per, period, tokens, us_dollars"),
        ("token_limits", [{"per": "ROLE", "colour": 1}], "an object of per, period"),
        ("over_token_limit", "stop", "one of deny, notify"),
        ("colour", "blue", "use account, alert_emails"),
    ],
)
def test_a_wrong_setting_ends_in_one_line_with_its_remedy(name, value, remedy):
    with pytest.raises(ValueError, match=rf"^cdk\.json: secure-bedrock\.{name}: ") as caught:
        Settings.from_context(GOOD | {name: value})
    assert remedy in str(caught.value)
    assert "\n" not in str(caught.value)


LIMIT = {"per": "ROLE", "period": "DAY", "tokens": 5}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"per": "TEAM"}, ".per: 'TEAM' is not valid; write one of PRINCIPAL, ROLE"),
        ({"period": None}, ".period: is not valid; write one of MINUTE, DAY, MONTH"),
        ({"tokens": "5"}, ".tokens: '5' is not an amount; write a number"),
        ({"tokens": 1.5}, ".tokens: 1.5 is not an amount; write a number"),
        ({"tokens": 0}, ": tokens 0 is no limit"),
        ({"us_dollars": 5}, ": a limit per role needs tokens or us_dollars: give one of them"),
    ],
)
def test_a_wrong_limit_is_named(change, problem):
    value = GOOD | {"token_limits": [LIMIT | change], "over_token_limit": "deny"}
    with pytest.raises(ValueError, match=r"^cdk\.json: secure-bedrock\.token_limits") as caught:
        Settings.from_context(value)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_limit_that_is_given_twice_is_named():
    value = GOOD | {"token_limits": [LIMIT, LIMIT], "over_token_limit": "deny"}
    with pytest.raises(ValueError, match=r"role-tokens-day is given twice"):
        Settings.from_context(value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"token_limits": [LIMIT]}, r"over_token_limit: is missing; add \"deny\" or \"notify\""),
        ({"over_token_limit": "deny"}, "over_token_limit: 'deny' has no token_limits; add them"),
        (
            {"token_limits": [LIMIT | {"per": "PROJECT"}], "over_token_limit": "deny"},
            "token_limits: 'PROJECT' has no projects; add projects",
        ),
        (
            {"allowed_domains": ["a.example"], "dns_firewall": False},
            r"allowed_domains: \['a.example'\] has no firewall to allow it; set dns_firewall",
        ),
    ],
)
def test_settings_that_need_each_other(change, message):
    with pytest.raises(ValueError, match=rf"^cdk\.json: secure-bedrock\.{message}"):
        Settings.from_context(GOOD | change)


def test_retention_can_be_left_to_the_account():
    assert Settings.from_context(GOOD).data_retention is RetentionMode.NONE
    assert Settings.from_context(GOOD | {"data_retention": "unmanaged"}).data_retention is None


def test_limits_become_values():
    settings = Settings.from_context(GOOD | {"token_limits": [LIMIT], "over_token_limit": "deny"})
    limit = QuotaLimit(per=QuotaSubject.ROLE, period=QuotaPeriod.DAY, tokens=5)
    assert settings.token_limits == (limit,)
    assert settings.over_token_limit is OverLimit.DENY


def test_the_readme_has_every_setting():
    text = (Path(__file__).parents[2] / "README.md").read_text()
    table = text.split("| setting |")[1].split("\n\n")[0]
    listed = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"\n\|([^|]*)\|", table))))
    assert listed == {field.name for field in fields(Settings)}


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
