import pytest

from secure_bedrock.evidence.controls.kept import common
from secure_bedrock.evidence.controls.mapping import read
from secure_bedrock.evidence.controls.silence import ASKS_WITH, ONLY_SILENT, PLACES
from secure_bedrock.rules import RULES, Parameters


@pytest.fixture
def said(evidence_of):
    """What one rule says about a template: status and where."""

    def lines(rule, template, **options):
        evidence = evidence_of(template, **options)
        proofs = dict.fromkeys(
            proof
            for framework in evidence.frameworks
            for control in framework.controls
            for proof in control.proofs
            if proof.rule_id == rule
        )
        return [_line(proof) for proof in proofs]

    return lines


def _line(proof):
    where = proof.place and f"{proof.place.logical_id} {proof.place.property_path}".strip()
    return f"{proof.status} {where}" if where else proof.status.value


def test_a_rule_that_is_kept_shows_the_property(said, template):
    assert said("GRD02", template) == ["shown Guardrail Properties.KmsKeyArn"]


def test_many_values_are_shown_as_what_contains_them(said, template):
    (line,) = said("GRD04", template)
    assert line == "shown Guardrail Properties.ContentPolicyConfig.FiltersConfig"


def test_a_resource_that_breaks_a_rule_is_only_open(said, template):
    guardrail = template["Resources"]["Guardrail"]["Properties"]
    guardrail["ContentPolicyConfig"]["FiltersConfig"][0]["InputStrength"] = "LOW"
    (line,) = said("GRD04", template)
    assert line.startswith("open Guardrail Properties.ContentPolicyConfig.FiltersConfig[0]")


def test_a_value_that_only_deployment_knows_stays_unknown(said, template):
    template["Resources"]["Guardrail"]["Properties"]["KmsKeyArn"] = {"Ref": "GivenKey"}
    assert said("GRD02", template) == ["unknown Guardrail Properties.KmsKeyArn"]


def test_what_is_not_in_the_template_is_absent(said, template):
    assert said("AGT01", template) == ["absent"]


def test_another_resource_shows_a_rule_that_one_breaks(said, template):
    template["Resources"]["Second"] = {"Type": "AWS::Bedrock::Guardrail", "Properties": {}}
    assert said("GRD02", template) == [
        "open Second Properties.KmsKeyArn",
        "shown Guardrail Properties.KmsKeyArn",
    ]


def test_silence_shows_something_where_a_rule_looked(said, template):
    assert said("IAM06", template) == [
        "shown Chat Properties.Policies[0].PolicyDocument.Statement[0]"
    ]


def test_a_denial_shows_nothing(said, template):
    policy = template["Resources"]["Chat"]["Properties"]["Policies"][0]["PolicyDocument"]
    policy["Statement"][0]["Effect"] = "Deny"
    for rule in ("IAM01", "IAM04", "IAM06", "IAM20"):
        assert said(rule, template) == ["absent"]


def test_statements_on_other_services_show_nothing(said, template):
    policy = template["Resources"]["Chat"]["Properties"]["Policies"][0]["PolicyDocument"]
    policy["Statement"][0]["Action"] = "s3:GetObject"
    for rule in ("IAM01", "IAM04", "IAM06", "IAM07", "IAM08", "IAM20", "MDL11"):
        assert said(rule, template) == ["absent"]


def test_a_template_without_bedrock_shows_no_control(evidence_of, statuses):
    role = {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
    function = {"Environment": {"Variables": {"A": "b"}}, "Role": {"Ref": "R"}}
    resources = {
        "R": {"Type": "AWS::IAM::Role", "Properties": role},
        "F": {"Type": "AWS::Lambda::Function", "Properties": function},
        "B": {"Type": "AWS::S3::Bucket"},
        "U": {"Type": "AWS::IAM::User", "Properties": {"UserName": "x"}},
        "T": {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True}},
    }
    found = evidence_of({"Resources": resources})
    assert set(statuses(found).values()) == {"absent", "customer"}


@pytest.mark.parametrize(
    ("rule", "kind", "properties"),
    [
        ("AGC05", "AWS::BedrockAgentCore::Runtime", {}),
        ("AGT06", "AWS::Bedrock::Agent", {}),
        ("AGT11", "AWS::Bedrock::Agent", {}),
        ("AGT20", "AWS::Bedrock::Agent", {}),
        ("AGT16", "AWS::Lambda::Permission", {"Principal": "sns.amazonaws.com"}),
        ("GOV01", "AWS::Budgets::Budget", {"Budget": {"CostFilters": {"Service": ["EC2"]}}}),
        ("KBS02", "AWS::Bedrock::KnowledgeBase", {"KnowledgeBaseConfiguration": {"Type": "SQL"}}),
        ("KBS07", "AWS::RDS::DBCluster", {}),
        ("KBS16", "AWS::Bedrock::DataSource", {"DataSourceConfiguration": {"Type": "S3"}}),
        ("PRM04", "AWS::Lambda::Function", {"Environment": {"Variables": {"A": "b"}}}),
    ],
)
def test_what_a_rule_is_not_about_shows_nothing(said, rule, kind, properties):
    assert said(rule, {"Resources": {"R": {"Type": kind, "Properties": properties}}}) == ["absent"]


def test_where_models_run_is_not_known_without_a_region(said, template):
    where = "Chat Properties.Policies[0].PolicyDocument.Statement[0].Resource"
    assert said("MDL10", template) == [f"unknown {where}"]
    assert said("MDL10", template, region="eu-west-1") == [f"shown {where}"]


def test_a_rule_that_asks_for_nothing_shows_nothing(said, template):
    assert said("GRD13", template) == ["absent"]
    asked = Parameters(required_pii_types=("EMAIL",))
    (line,) = said("GRD13", template, parameters=asked)
    assert line == "shown Guardrail Properties.SensitiveInformationPolicyConfig"


def test_a_rule_that_did_not_run_says_so(said, template):
    assert said("IAM20", template, profiles=()) == ["not checked"]
    assert said("IAM04", template, profiles=())[0].startswith("shown")


@pytest.mark.parametrize("rule", sorted(ASKS_WITH))
def test_rules_that_wait_for_a_parameter_read_it(rule):
    assert ASKS_WITH[rule] in RULES[rule].parameters
    assert not getattr(Parameters(), ASKS_WITH[rule])


def test_silent_rules_are_rules_that_say_something_about_controls():
    assert {*PLACES} <= {*read("rules.json")["rules"]}
    assert {*PLACES} >= ONLY_SILENT


def test_what_paths_have_in_common():
    assert common([("a", "b", 1), ("a", "b", 2, "c")]) == ("a", "b")
    assert common([("a", "b")]) == ("a", "b")
    assert common([("a", 10), ("a", 9)]) == ("a",)
