import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    ApplicationInferenceProfile,
    FoundationModel,
    InferenceProfile,
    QuotaKind,
    ServiceQuotas,
    WatchedQuota,
)
from secure_bedrock.cost.service_quotas_watched import quota_problems
from secure_bedrock.testing import assert_secure

LITE = InferenceProfile("eu.amazon.nova-lite-v1:0")
OWN = ApplicationInferenceProfile(
    arn="arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abc", source=LITE
)


def a_quota(**changes):
    return WatchedQuota(**{"code": "L-0123ABCD", "models": [LITE, OWN]} | changes)


@pytest.fixture
def build(env_stack):
    def quotas(*watched, **changes):
        key = kms.Key(env_stack, "K", enable_key_rotation=True)
        topic = sns.Topic(env_stack, "T", master_key=key, enforce_ssl=True)
        named = {each.code: each for each in watched or [a_quota()]}
        given = {"quotas": named, "topic": topic, "encryption_key": key} | changes
        return ServiceQuotas(env_stack, "Quotas", **given)

    return quotas


@pytest.fixture
def alarm(env_stack, resources):
    def read():
        (found,) = resources(env_stack, "AWS::CloudWatch::Alarm").values()
        return found["Properties"]

    return read


def test_defaults(env_stack, build, snapshot):
    build()
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


@pytest.mark.parametrize("profile", ["baseline", "strict", "residency", "agentic"])
def test_no_rule_finds_anything(env_stack, build, profile):
    build(a_quota(increase_to=5))
    assert_secure(env_stack, profile=profile)


def test_the_threshold_is_what_the_account_really_has(build, alarm):
    build()
    assert alarm()["Threshold"]["Fn::GetAtt"][1] == "AlarmAtL0123ABCD"


def test_all_names_of_the_models_count_in_a_minute(build, alarm):
    build()
    series = [m["MetricStat"] for m in alarm()["Metrics"] if "MetricStat" in m]
    assert {(s["Stat"], s["Period"], s["Metric"]["MetricName"]) for s in series} == {
        ("Sum", 60, "EstimatedTPMQuotaUsage")
    }
    called = [s["Metric"]["Dimensions"][0]["Value"] for s in series]
    assert called == ["eu.amazon.nova-lite-v1:0", OWN.arn, "abc"]


def test_requests_are_watched_by_invocations(build, alarm):
    build(a_quota(kind=QuotaKind.REQUESTS, models=[FoundationModel("amazon.nova-lite-v1:0")]))
    names = [
        m["MetricStat"]["Metric"]["MetricName"] for m in alarm()["Metrics"] if "MetricStat" in m
    ]
    assert names == ["Invocations"]


def test_increases_may_be_requested_for_named_quotas_only(env_stack, build, resources):
    build(a_quota(), a_quota(code="L-00000002", increase_to=5))
    found = [
        s
        for p in resources(env_stack, "AWS::IAM::ManagedPolicy").values()
        for s in p["Properties"]["PolicyDocument"]["Statement"]
        if s.get("Sid") == "RequestIncreases"
    ]
    assert [s["Action"] for s in found] == ["servicequotas:RequestServiceQuotaIncrease"]
    assert found[0]["Resource"].endswith(":111122223333:bedrock/L-00000002")


def test_another_text_reads_the_quotas_again(env_stack, build, resources):
    build(refresh="2026-11")
    (read,) = resources(env_stack, "Custom::BedrockServiceQuotas").values()
    assert read["Properties"]["Refresh"] == "2026-11"


@pytest.mark.parametrize(
    ("quotas", "message"),
    [
        ({}, "name at least one quota"),
        ({"a": a_quota(code="tokens")}, "'tokens' is no quota code"),
        ({"a": a_quota(), "b": a_quota()}, "is given twice"),
        ({"a": a_quota(alarm_percent=0)}, "alarm_percent 0 is out of range"),
        ({"a": a_quota(alarm_percent=101)}, "alarm_percent 101 is out of range"),
        ({"a": a_quota(increase_to=0)}, "increase_to 0 is out of range"),
        ({"a": a_quota(increase_to=float("inf"))}, "increase_to inf is out of range"),
        ({"a": a_quota(models=[])}, "under 0 names"),
        ({"a": a_quota(models=[OWN] * 6)}, "under 12 names"),
    ],
)
def test_what_cannot_be_watched_is_refused(quotas, message):
    assert any(message in problem for problem in quota_problems(quotas))


def test_a_refusal_names_the_construct(build):
    with pytest.raises(ValueError, match=r"^Test/Quotas: quotas is empty"):
        build(quotas={})
