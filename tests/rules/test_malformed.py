import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secure_bedrock.rules import RULES, evaluate
from secure_bedrock.rules._engine import INTERNAL

TYPES = sorted({kind for rule in RULES.values() for kind in rule.resources})
POLICIES = ["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::S3::BucketPolicy", "AWS::EC2::VPCEndpoint"]
KEYS = ["Fn::If", "Fn::Sub", "Fn::Join", "Ref", "Fn::GetAtt", "Fn::Select", "Statement", "Action"]
KEYS += ["Effect", "Resource", "Principal", "Condition", "Policies", "PolicyDocument", "NotAction"]
KEYS += ["AssumeRolePolicyDocument", "KmsKeyArn", "ContentPolicyConfig", "FiltersConfig", "Type"]
TEXTS = ["PROMPT_ATTACK", "Allow", "bedrock:*", "*", "P", "C", "R", "true", "${R.Arn}-${P}", ""]

SCALARS = st.none() | st.booleans() | st.integers(-2, 4) | st.floats() | st.sampled_from(TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=25,
)
RESOURCES = st.fixed_dictionaries(
    {"Type": st.sampled_from(TYPES + POLICIES)},
    optional={
        "Properties": st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4) | VALUES,
        "Metadata": VALUES,
        "Condition": VALUES,
    },
)
TEMPLATES = st.fixed_dictionaries(
    {"Resources": st.dictionaries(st.sampled_from(["R", "S", "P"]), RESOURCES | VALUES)},
    optional={
        "Parameters": st.dictionaries(st.just("P"), VALUES) | VALUES,
        "Conditions": st.dictionaries(st.just("C"), VALUES) | VALUES,
        "Mappings": VALUES,
        "Transform": VALUES,
        "Metadata": VALUES,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEMPLATES)
def test_no_rule_breaks_on_a_malformed_template(template):
    report = evaluate(template, rules=RULES.values())
    broken = [f for f in report.findings if f.message.startswith(INTERNAL)]
    assert broken == []


def shared(depth):
    """A value in which every level holds the next one twice, as YAML aliases make it."""
    value = {"Ref": "P"}
    for _ in range(depth):
        value = {"Fn::Join": ["", [value, value]]}
    return value


def deep(depth):
    value = {}
    for _ in range(depth):
        value = {"Fn::If": ["C", value, {"A": [value]}]}
    return value


@pytest.mark.parametrize("value", [shared(35), deep(200), "x" * 1_000_000, ["*"] * 100_000])
@pytest.mark.parametrize("kind", ["AWS::Bedrock::Guardrail", "AWS::IAM::Policy"])
def test_hostile_values_do_not_hang(kind, value):
    statement = {"Statement": {"Effect": "Allow", "Action": value, "Resource": value}}
    filters = {"FiltersConfig": [{"Type": value, "InputStrength": value}]}
    properties = {"PolicyDocument": statement, "ContentPolicyConfig": filters, "KmsKeyArn": value}
    start = time.process_time()
    evaluate({"Resources": {"R": {"Type": kind, "Properties": properties}}}, rules=RULES.values())
    assert time.process_time() - start < 5
