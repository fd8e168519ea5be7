import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from hypothesis import given
from hypothesis import strategies as st

from secure_bedrock import (
    BudgetGuard,
    FoundationModel,
    InferenceProfile,
    ModelAccess,
    ProjectProfile,
    WithoutGuardrail,
)
from secure_bedrock.catalog.application_profiles import REGIONS_WITHOUT_APPLICATION_PROFILES
from secure_bedrock.catalog.cost_tags import cost_tag_problems
from secure_bedrock.testing import assert_secure

LITE = InferenceProfile("eu.amazon.nova-lite-v1:0")
MICRO = FoundationModel("amazon.nova-micro-v1:0")
TYPE = "AWS::Bedrock::ApplicationInferenceProfile"


def project(scope, **changes):
    return ProjectProfile(
        scope, "Search", **{"project": "search", "models": [LITE, MICRO]} | changes
    )


def profiles(resources, stack):
    return [each["Properties"] for each in resources(stack, TYPE).values()]


def test_defaults(env_stack, snapshot):
    project(env_stack)
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


@pytest.mark.parametrize("profile", ["baseline", "strict", "residency", "agentic"])
def test_no_rule_finds_anything(env_stack, profile):
    project(env_stack)
    assert_secure(env_stack, profile=profile)


def test_system_profiles_and_foundation_models_are_copied_by_arn(env_stack, resources):
    project(env_stack)
    sources = [str(each["ModelSource"]["CopyFrom"]) for each in profiles(resources, env_stack)]
    assert sources[0].endswith(
        ":bedrock:eu-west-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0"
    )
    assert sources[1].endswith(":bedrock:eu-west-1::foundation-model/amazon.nova-micro-v1:0")


def test_trap_15_there_is_no_description_and_another_model_is_another_resource(feature_flags):
    found = []
    for model in (LITE, MICRO):
        stack = cdk.Stack(cdk.App(context=feature_flags), "S")
        project(stack, models=[model])
        template = cdk.assertions.Template.from_stack(stack).find_resources(TYPE)
        ((name, each),) = template.items()
        assert "Description" not in each["Properties"]
        found.append((name, each["Properties"]["InferenceProfileName"]))
    assert found[0][0] != found[1][0]
    assert found[0][1] != found[1][1]


@given(name=st.text(min_size=1, max_size=256, alphabet="ab Z9._:/=+@-"))
def test_every_project_gives_a_name_that_aws_takes(name):
    if list(cost_tag_problems({"project": name})):
        return
    stack = cdk.Stack(cdk.App(), "S")
    project(stack, project=name, models=[FoundationModel("a." + "m" * 90)])
    template = cdk.assertions.Template.from_stack(stack).find_resources(TYPE)
    (found,) = [each["Properties"]["InferenceProfileName"] for each in template.values()]
    assert len(found) <= 64
    pattern = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", TYPE).schema
    assert pattern["properties"]["InferenceProfileName"]["pattern"] == "^([0-9a-zA-Z][ _-]?)+$"
    assert all(len(part) >= 1 for part in found.split("-"))
    assert found.replace("-", "").isalnum()


def test_the_project_s_tag_wins_over_a_tag_of_the_stack(env_stack, resources):
    project(env_stack, tags={"cost-centre": "42"})
    cdk.Tags.of(env_stack).add("project", "other")
    cdk.Tags.of(env_stack).add("team", "x")
    for each in profiles(resources, env_stack):
        tags = {tag["Key"]: tag["Value"] for tag in each["Tags"]}
        assert tags == {"project": "search", "cost-centre": "42", "team": "x"}


def test_a_grant_through_it_reaches_the_models_only_through_the_profiles(env_stack, resources):
    access = ModelAccess(
        env_stack,
        "Access",
        models=project(env_stack).models,
        guardrail=WithoutGuardrail(reason="only a test grants this"),
    )
    role = iam.Role(env_stack, "App", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    access.grant_invoke(role)
    (policy,) = resources(env_stack, "AWS::IAM::Policy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    models = [
        s for s in statements if "foundation-model" in str(s["Resource"]) and "Invoke" in str(s)
    ]
    assert models
    assert all("bedrock:InferenceProfileArn" in s["Condition"]["ArnLike"] for s in models)


def test_a_budget_of_the_project_counts_its_tag(env_stack, resources):
    coverage = project(env_stack).coverage
    BudgetGuard(env_stack, "B", monthly_limit_usd=5, emails=["a@example.com"], coverage=coverage)
    (budget,) = resources(env_stack, "AWS::Budgets::Budget").values()
    tag, not_spend = budget["Properties"]["Budget"]["FilterExpression"]["And"]
    assert tag == {"Tags": {"Key": "project", "MatchOptions": ["EQUALS"], "Values": ["search"]}}
    assert "Not" in not_spend


def test_metrics_add_up_what_callers_name_by_arn_and_by_id(env_stack, resources):
    topic = sns.Topic(env_stack, "T", master_key=kms.Key(env_stack, "K"))
    project(env_stack, models=[LITE]).alarm_on(topic, tokens_per_hour=1000)
    (alarm,) = resources(env_stack, "AWS::CloudWatch::Alarm").values()
    (total,) = [m for m in alarm["Properties"]["Metrics"] if "Expression" in m]
    series = [
        m["MetricStat"]["Metric"] for m in alarm["Properties"]["Metrics"] if "MetricStat" in m
    ]
    named = {(m["MetricName"], m["Dimensions"][0]["Value"]["Fn::GetAtt"][1]) for m in series}
    assert len(named) == 8
    assert {name for _, name in named} == {"InferenceProfileArn", "InferenceProfileId"}
    assert total["Expression"].count("t0n") == 8
    assert alarm["Properties"]["Threshold"] == 1000


def test_the_widget_shows_every_model(env_stack, resources):
    cloudwatch.Dashboard(env_stack, "D").add_widgets(project(env_stack).widget())
    (dashboard,) = resources(env_stack, "AWS::CloudWatch::Dashboard").values()
    body = str(dashboard["Properties"]["DashboardBody"])
    assert "eu.amazon.nova-lite-v1:0 tokens" in body
    assert "amazon.nova-micro-v1:0 throttled" in body


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"models": []}, "name at least one model"),
        ({"models": [LITE, LITE]}, "is listed twice"),
        ({"models": [InferenceProfile("us.amazon.nova-lite-v1:0")]}, "cannot be called from"),
        ({"project": ""}, "must have 1 to 256"),
        ({"project": "a,b"}, "must have 1 to 256"),
        ({"project": " a"}, "no space around it"),
        ({"tag_key": "aws:project"}, "reserved for AWS"),
        ({"tag_key": "AWS:project"}, "reserved for AWS"),
        ({"tag_key": "k" * 129}, "must have 1 to 128"),
        ({"tags": {"project": "x"}}, "the project's own"),
        ({"tags": {"Project": "x"}}, "in other capitals"),
        ({"tags": {"a": "(x)"}}, "must have 1 to 256"),
        ({"tags": {f"k{n}": "v" for n in range(200)}}, "at most"),
    ],
)  # fmt: skip
def test_what_aws_would_refuse_is_refused(env_stack, changes, message):
    with pytest.raises(ValueError, match=f"^Test/Search: .*{message}"):
        project(env_stack, **changes)


def test_a_region_without_the_type_is_refused(app):
    stack = cdk.Stack(app, "N", env=cdk.Environment(region="eu-north-1"))
    with pytest.raises(ValueError, match="no application inference profiles in eu-north-1"):
        project(stack)


def test_less_than_one_token_is_no_alarm(env_stack):
    topic = sns.Topic(env_stack, "T")
    with pytest.raises(ValueError, match="tokens_per_hour is 0"):
        project(env_stack).alarm_on(topic, tokens_per_hour=0)


def test_the_regions_are_those_of_cloudformation_s_schemas():
    absent = {r for r in REGIONS if TYPE not in PROVIDER_SCHEMA_MANAGER.get_resource_types(r)}
    assert absent == REGIONS_WITHOUT_APPLICATION_PROFILES


def test_two_synths_give_one_template(feature_flags):
    def synth():
        stack = cdk.Stack(cdk.App(context=feature_flags), "S")
        project(stack)
        return cdk.assertions.Template.from_stack(stack).to_json()

    assert synth() == synth()
