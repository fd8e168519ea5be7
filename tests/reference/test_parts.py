"""What the settings switch on and off."""

import json
from collections import Counter

import pytest

from secure_bedrock.evidence.access_map import Outcome, access_map
from secure_bedrock.rules import load_assembly

MOST_RESOURCES = 400
MOST_BYTES = 700_000


def resources(assembly):
    return assembly.get_stack_by_name("SecureBedrock").template["Resources"].values()


def of_type(assembly, name):
    return [each["Properties"] for each in resources(assembly) if each["Type"] == name]


def ids(assembly, prefix):
    template = assembly.get_stack_by_name("SecureBedrock").template
    return [id for id in template["Resources"] if id.startswith(prefix)]


@pytest.fixture(scope="module")
def reached(full):
    return access_map(load_assembly(full.directory))


@pytest.mark.parametrize(
    ("resource_type", "count"),
    [
        ("AWS::CloudTrail::Trail", 1),
        ("AWS::CloudWatch::Dashboard", 1),
        ("AWS::Athena::WorkGroup", 1),
        ("AWS::Route53Resolver::FirewallRuleGroup", 1),
        ("Custom::BedrockDataRetention", 1),
        ("Custom::BedrockTokenQuota", 0),
        ("AWS::Bedrock::ApplicationInferenceProfile", 0),
    ],
)
def test_what_there_is_by_default(assembly, resource_type, count):
    assert Counter(each["Type"] for each in resources(assembly))[resource_type] == count


def test_what_can_be_left_out_is(least):
    gone = ("CloudTrail", "Route53Resolver", "Athena", "Glue", "Custom::BedrockDataRetention")
    assert not [each["Type"] for each in resources(least) if any(g in each["Type"] for g in gone)]
    assert not ids(least, "MonitoringResponse")
    assert ids(least, "MonitoringSignals")


def test_one_stack_has_room_for_everything(full):
    template = full.get_stack_by_name("SecureBedrock").template
    assert len(template["Resources"]) < MOST_RESOURCES
    assert len(json.dumps(template, indent=1)) < MOST_BYTES


def test_alarms_tell_the_topic_once(assembly):
    for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
        actions = [alarm.get("AlarmActions", []) for alarm in of_type(assembly, kind)]
        assert actions
        assert all(len(each) <= 1 for each in actions)


def test_a_response_keeps_nobody_away_by_itself(assembly):
    (id,) = ids(assembly, "MonitoringResponseFunctionHandlerPermissions")
    policy = json.dumps(assembly.get_stack_by_name("SecureBedrock").template["Resources"][id])
    assert "bedrock:PutModelInvocationLoggingConfiguration" in policy
    assert "iam:PutRolePolicy" not in policy
    assert "iam:PutUserPolicy" not in policy


def test_api_keys_are_answered_where_iam_reports(assembly, full):
    assert "iam:UpdateServiceSpecificCredential" not in json.dumps(list(resources(assembly)))
    assert "iam:UpdateServiceSpecificCredential" in json.dumps(list(resources(full)))


def test_allowed_domains_are_resolved(full):
    lists = of_type(full, "AWS::Route53Resolver::FirewallDomainList")
    assert ["corp.example"] in [each["Domains"] for each in lists]


def test_each_project_has_a_profile_of_its_own(full):
    profiles = of_type(full, "AWS::Bedrock::ApplicationInferenceProfile")
    tags = [tag["Value"] for each in profiles for tag in each["Tags"] if tag["Key"] == "project"]
    assert sorted(tags) == ["chat", "search"]


def test_invokers_and_nobody_else_reach_models(reached):
    names = [row.principal for row in reached.rows if not row.reaches_nothing]
    assert len(names) == 3
    assert all("Invoker" in name for name in names)


def test_a_projects_role_reaches_the_model_through_its_profile_only(reached):
    (row,) = [each for each in reached.rows if "Projectssearch" in each.principal]
    outcomes = {each.target: each.outcome for each in row.answers if each.action == "invoke"}
    assert outcomes["us.amazon.nova-lite-v1:0"] is Outcome.DENIED
    through = [each for each in row.answers if each.outcome is Outcome.CONDITIONAL]
    assert any("InferenceProfileArn" in text for each in through for text in each.conditions)


def test_the_budget_stops_every_invoker(full):
    (action,) = of_type(full, "AWS::Budgets::BudgetsAction")
    roles = action["Definition"]["IamActionDefinition"]["Roles"]
    assert sorted("Projects" in role["Ref"] for role in roles) == [False, True, True]


def test_limits_and_who_is_denied(full):
    (quota,) = [each for each in resources(full) if each["Type"] == "Custom::BedrockTokenQuota"]
    assert quota
    statements = json.dumps(of_type(full, "AWS::IAM::ManagedPolicy"))
    assert "iam:PutRolePolicy" in statements
