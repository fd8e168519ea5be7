import json

import pytest

GUARDRAIL = {"Type": "AWS::Bedrock::Guardrail", "Properties": {}}
EVENTS = ["UpdateGuardrail", "DeleteGuardrail"]
ALARM = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {"Namespace": "AWS/Bedrock/Guardrails", "MetricName": "InvocationsIntervened"},
}


def watching(names, **more):
    pattern = {"source": ["aws.bedrock"], "detail": {"eventName": names}}
    return {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": pattern} | more}


def messages(findings, **resources):
    found = findings("GRD25", {"G": GUARDRAIL, **resources})
    return [(each.status, each.message.split()[0]) for each in found]


def test_watched_changes_and_interventions_pass(judge):
    assert judge("GRD25", {"G": GUARDRAIL, "E": watching(EVENTS), "A": ALARM}) == []


def test_a_template_without_guardrails_passes(judge):
    assert judge("GRD25", {"A": ALARM}) == []


def test_neither_is_watched(findings):
    assert messages(findings) == [("fail", "no"), ("fail", "nothing")]


def test_no_alarm_fails(findings):
    assert messages(findings, E=watching(EVENTS)) == [("fail", "no")]


def test_it_is_said_once_for_all_guardrails(findings):
    found = findings("GRD25", {"G": GUARDRAIL, "H": GUARDRAIL})
    assert {each.logical_id for each in found} == {"G"}


@pytest.mark.parametrize("key", ["Namespace", "MetricName"])
def test_an_alarm_on_something_else_does_not_count(findings, key):
    other = ALARM | {"Properties": ALARM["Properties"] | {key: "Other"}}
    assert messages(findings, E=watching(EVENTS), A=other) == [("fail", "no")]


def test_an_alarm_on_an_expression_counts(findings):
    metric = {"MetricStat": {"Metric": ALARM["Properties"]}}
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [metric]}}
    assert messages(findings, E=watching(EVENTS), A=alarm) == []


@pytest.mark.parametrize(
    "names", [["DeleteGuardrail"], ["PutKeyPolicy"], [{"prefix": "Delete"}], [{}]]
)
def test_a_rule_for_some_changes_fails(findings, names):
    assert messages(findings, E=watching(names), A=ALARM) == [("fail", "nothing")]


@pytest.mark.parametrize("names", [[{"prefix": ""}], [{"wildcard": "*Guardrail"}], None])
def test_a_rule_for_every_change_passes(findings, names):
    assert messages(findings, E=watching(names), A=ALARM) == []


def test_a_disabled_rule_does_not_count(findings):
    off = watching(EVENTS, State="DISABLED")
    assert messages(findings, E=off, A=ALARM) == [("fail", "nothing")]


def test_a_rule_for_another_service_does_not_count(findings):
    other = watching(None)
    other["Properties"]["EventPattern"]["source"] = ["aws.kms"]
    assert messages(findings, E=other, A=ALARM) == [("fail", "nothing")]


def test_metric_filters_pass(judge):
    pattern = "{ ($.eventName = UpdateGuardrail) || ($.eventName = DeleteGuardrail) }"
    resource = {"Type": "AWS::Logs::MetricFilter", "Properties": {"FilterPattern": pattern}}
    assert judge("GRD25", {"G": GUARDRAIL, "F": resource, "A": ALARM}) == []


def test_a_pattern_in_a_json_string_is_read(findings):
    rule = watching(EVENTS)
    rule["Properties"]["EventPattern"] = json.dumps(rule["Properties"]["EventPattern"])
    assert messages(findings, E=rule, A=ALARM) == []


@pytest.mark.parametrize("names", [{"Ref": "Names"}, [{"anything-but": "CreateGuardrail"}]])
def test_names_that_cannot_be_judged_are_unknown(findings, names):
    assert messages(findings, E=watching(names), A=ALARM) == [("unknown", "nothing")]


def test_unwatched_guardrails_can_be_acknowledged(judge, accepting):
    assert judge("GRD25", accepting(GUARDRAIL, "GRD25")) == []
