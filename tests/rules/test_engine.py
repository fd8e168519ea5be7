import gc
import subprocess
import sys

import pytest

from secure_bedrock.rules import RULES, Parameters, check, evaluate
from secure_bedrock.rules._engine import INTERNAL, select
from secure_bedrock.rules._kit import Fail, Severity, rule
from secure_bedrock.rules._rule import REGISTRY, Profile

GUARDRAIL = {"Type": "AWS::Bedrock::Guardrail", "Properties": {}}


def template(**more):
    return {"Resources": {"G": {**GUARDRAIL, **more}}}


def acknowledging(*entries):
    return {"Metadata": {"secure-bedrock": {"acknowledge": list(entries)}}}


def test_findings_are_sorted_and_repeatable():
    two = {"Resources": {"B": GUARDRAIL, "A": GUARDRAIL}}
    found = [(f.logical_id, f.rule_id) for f in check(two)]
    assert found == sorted(found)
    assert check(two) == check(two)


def test_a_finding_says_where_and_what():
    (finding,) = [f for f in check(template()) if f.rule_id == "GRD02"]
    assert finding.pointer == "/Resources/G/Properties/KmsKeyArn"
    assert finding.location == "Properties.KmsKeyArn"
    assert finding.message == "Properties.KmsKeyArn is missing"
    assert finding.resource_type == "AWS::Bedrock::Guardrail"


def test_an_acknowledged_finding_is_kept_with_its_reason():
    report = evaluate(template(**acknowledging({"id": "GRD02", "reason": "AWS key agreed"})))
    assert "GRD02" not in {f.rule_id for f in report.findings}
    assert [(f.rule_id, f.acknowledged) for f in report.acknowledged] == [
        ("GRD02", "AWS key agreed")
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "GRD02"},
        {"id": "GRD02", "reason": " "},
        {"id": "GRD02", "reason": {"Ref": "R"}},
        {"id": "XXX99", "reason": "x"},
        {"id": "GRD*", "reason": "x"},
        "GRD02",
    ],
)
def test_an_acknowledgement_without_reason_or_rule_is_a_finding(entry):
    found = {f.rule_id for f in check(template(**acknowledging(entry)))}
    assert {"GRD02", "TPL03"} <= found


@pytest.mark.parametrize(
    ("id", "accepted"),
    [
        ("GRD06[Properties.ContentPolicyConfig.FiltersConfig]", True),
        ("GRD06[Properties.ContentPolicyConfig]", True),
        ("GRD06[Properties.Content]", False),
    ],
)
def test_an_acknowledgement_can_name_a_place(id, accepted):
    report = evaluate(template(**acknowledging({"id": id, "reason": "x"})))
    assert ("GRD06" in {f.rule_id for f in report.acknowledged}) is accepted


def test_an_acknowledgement_at_the_top_covers_the_template():
    raw = template() | acknowledging({"id": "GRD02", "reason": "x"})
    assert "GRD02" not in {f.rule_id for f in check(raw)}


def test_an_acknowledgement_covers_its_resource_only():
    resources = {"G": GUARDRAIL | acknowledging({"id": "GRD02", "reason": "x"}), "H": GUARDRAIL}
    found = [f.logical_id for f in check({"Resources": resources}) if f.rule_id == "GRD02"]
    assert found == ["H"]


def test_a_resource_that_a_condition_rules_out_is_not_judged():
    conditions = {"Never": {"Fn::Equals": ["a", "b"]}}
    assert check(template(Condition="Never") | {"Conditions": conditions}) == []


def test_certain_failure_stands_for_doubt_at_the_same_place():
    filters = {"ContentPolicyConfig": {"FiltersConfig": {"Ref": "Filters"}}}
    parameters = {"Filters": {"Type": "String"}}
    conditions = {"None": {"Fn::Equals": [{"Ref": "Filters"}, "none"]}}
    raw = template(Properties=filters, Condition="None") | {
        "Parameters": parameters,
        "Conditions": conditions,
    }
    assert [f.status for f in check(raw) if f.rule_id == "GRD06"] == ["fail"]


@pytest.mark.parametrize("raw", [[], {}, {"Resources": []}, None, "x"])
def test_what_is_no_template_is_refused(raw):
    with pytest.raises(ValueError, match="not a CloudFormation template"):
        check(raw)


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="unknown profile 'lax': use baseline, strict"):
        check(template(), profiles=["lax"])


@pytest.mark.parametrize("profile", Profile)
def test_the_baseline_always_runs(profile):
    baseline = {r.id for r in RULES.values() if Profile.BASELINE in r.profiles}
    assert baseline <= {r.id for r in select([profile])}
    assert select(profile) == select([profile])


@pytest.fixture
def temporary_rule():
    """Register rules that are gone after the test."""
    yield lambda id, **more: rule(id, severity=Severity.LOW, fix="x", source="x", **more)
    for id in [id for id in REGISTRY if id.startswith("ZZZ")]:
        del REGISTRY[id]


def test_a_rule_that_breaks_is_reported_and_hides_nothing(temporary_rule):
    @temporary_rule("ZZZ01", resource="AWS::Bedrock::Guardrail")
    def broken(guardrail):
        """Title."""
        return [guardrail.nothing]

    (finding,) = evaluate(template(), rules=[REGISTRY["ZZZ01"]]).findings
    assert finding.status == "unknown"
    assert finding.message.startswith(f"{INTERNAL}: AttributeError")


def test_parameters_reach_the_rules_that_ask(temporary_rule):
    @temporary_rule("ZZZ01", resource="AWS::Bedrock::Guardrail", parameters=("allowed_models",))
    def picky(guardrail, parameters):
        """Title."""
        yield Fail(guardrail, ",".join(parameters.allowed_models))

    options = {"parameters": Parameters(allowed_models=("a", "b"))}
    (finding,) = evaluate(template(), rules=[REGISTRY["ZZZ01"]], **options).findings
    assert finding.message == "a,b"


def untitled(template):
    return [template]


@pytest.mark.parametrize("id", ["GRD02", "GRD2", "grd02", "ZZZZ01"])
def test_an_id_is_well_formed_and_free(temporary_rule, id):
    with pytest.raises(ValueError, match=id):
        temporary_rule(id)(untitled)


def test_a_rule_needs_a_title(temporary_rule):
    with pytest.raises(ValueError, match="docstring"):
        temporary_rule("ZZZ01")(untitled)


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"Transform": ["AWS::Serverless-2016-10-31", "Mine"]}, "Transform[1]"),
        ({"Transform": {"Name": "AWS::Include"}}, "Transform"),
    ],
)
def test_macros_are_reported_once(judge, more, at):
    assert judge("TPL01", {"Resources": {}, **more}) == [f"unknown {at}"]


def test_loops_are_reported_once(findings):
    loop = {"Fn::ForEach::Rails": ["Name", ["a"], {"${Name}": GUARDRAIL}]}
    (finding,) = findings("TPL01", {"Resources": {**loop, "G": GUARDRAIL}})
    assert finding.path == ("Resources", "Fn::ForEach::Rails")


def test_unreadable_policies_are_reported_once(judge):
    policy = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Ref": "Document"}}}
    assert judge("TPL02", policy) == ["unknown Properties.PolicyDocument"]


def test_the_rules_need_neither_cdk_nor_boto3_nor_yaml():
    code = (
        "import sys, secure_bedrock.rules as r; r.check({'Resources': {}});"
        "print([m for m in sys.modules if m.split('.')[0] in ('aws_cdk','jsii','boto3','yaml')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_afterwards_as_before(enabled):
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        evaluate({"Resources": {}})
        with pytest.raises(ValueError, match="unknown profile"):
            evaluate({"Resources": {}}, profiles=["nope"])
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize("names", [[], ["strict"], ["residency", "agentic"]])
def test_only_the_rules_of_the_profiles_and_of_the_baseline_run(names):
    wanted = {"baseline", *names}
    chosen = {rule.id for rule in select(names)}
    assert chosen == {id for id, rule in RULES.items() if rule.profiles & wanted}
    assert 0 < len(chosen) < len(RULES)


def witnessed(subject):
    seen = []

    def note(rule, _subject, kept):
        seen.extend((rule.id, at.path[2:]) for at in kept)

    return evaluate(subject, witness=note), seen


def test_a_witness_is_told_where_a_rule_is_kept():
    keyed = template(Properties={"KmsKeyArn": {"Fn::GetAtt": ["K", "Arn"]}})
    keyed["Resources"]["K"] = {"Type": "AWS::KMS::Key"}
    report, seen = witnessed(keyed)
    assert ("GRD02", ("Properties", "KmsKeyArn")) in seen
    assert "GRD02" not in {f.rule_id for f in report.findings}


def test_a_witness_is_not_told_of_what_is_broken_or_unknown():
    unknown = template(Properties={"KmsKeyArn": {"Ref": "P"}})
    unknown["Parameters"] = {"P": {"Type": "String"}}
    for subject in (template(), unknown):
        assert "GRD02" not in {id for id, _ in witnessed(subject)[1]}


def test_a_witness_changes_no_finding():
    assert witnessed(template())[0] == evaluate(template())
