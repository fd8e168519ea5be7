import pytest

PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:guardrail-profile/eu.guardrail.v1:0"
CONTENT = "Properties.ContentPolicyConfig.ContentFiltersTierConfig.TierName"
TOPICS = "Properties.TopicPolicyConfig.TopicsTierConfig.TierName"
ARN = "Properties.CrossRegionConfig.GuardrailProfileArn"
POLICIES = {
    "GRD08": ("ContentPolicyConfig", "FiltersConfig", "ContentFiltersTierConfig", CONTENT),
    "GRD09": ("TopicPolicyConfig", "TopicsConfig", "TopicsTierConfig", TOPICS),
}
BOTH = pytest.mark.parametrize("rule_id", POLICIES)


def guardrail(rule_id, tier=None, profile=PROFILE):
    policy, entries, config, _ = POLICIES[rule_id]
    properties = {policy: {entries: [{"Type": "HATE"}]}}
    if tier:
        properties[policy][config] = {"TierName": tier}
    if profile:
        properties["CrossRegionConfig"] = {"GuardrailProfileArn": profile}
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}


@BOTH
@pytest.mark.parametrize("tier", [None, "CLASSIC"])
def test_classic_fails_where_other_regions_may_be_used(judge, rule_id, tier):
    assert judge(rule_id, guardrail(rule_id, tier)) == [f"fail {POLICIES[rule_id][3]}"]


@BOTH
def test_standard_passes(judge, rule_id):
    assert judge(rule_id, guardrail(rule_id, "STANDARD")) == []


@BOTH
def test_classic_passes_where_content_stays_in_the_region(judge, rule_id):
    assert judge(rule_id, guardrail(rule_id, "CLASSIC", profile=None)) == []


@BOTH
def test_a_guardrail_without_such_filters_passes(judge, rule_id):
    properties = {"CrossRegionConfig": {"GuardrailProfileArn": PROFILE}}
    assert judge(rule_id, {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}) == []


@BOTH
@pytest.mark.parametrize(
    ("tier", "profile"), [({"Ref": "Tier"}, PROFILE), ("CLASSIC", {"Ref": "Profile"})]
)
def test_what_is_known_only_at_deployment_is_unknown(judge, rule_id, tier, profile):
    subject = guardrail(rule_id, tier, profile)
    assert judge(rule_id, subject) == [f"unknown {POLICIES[rule_id][3]}"]


@BOTH
def test_classic_can_be_acknowledged(judge, accepting, rule_id):
    assert judge(rule_id, accepting(guardrail(rule_id), rule_id)) == []


@BOTH
def test_standard_without_a_guardrail_profile_fails(judge, rule_id):
    assert judge("GRD10", guardrail(rule_id, "STANDARD", profile=None)) == [f"fail {ARN}"]


@BOTH
@pytest.mark.parametrize(
    ("tier", "profile"), [("STANDARD", PROFILE), ("CLASSIC", None), (None, None)]
)
def test_a_profile_or_classic_passes(judge, rule_id, tier, profile):
    assert judge("GRD10", guardrail(rule_id, tier, profile)) == []


@pytest.mark.parametrize(
    ("tier", "profile"), [({"Ref": "Tier"}, None), ("STANDARD", {"Ref": "Profile"})]
)
def test_a_missing_profile_is_unknown_where_it_depends_on_deployment(judge, tier, profile):
    assert judge("GRD10", guardrail("GRD08", tier, profile)) == [f"unknown {ARN}"]


def test_a_missing_profile_can_be_acknowledged(judge, accepting):
    subject = accepting(guardrail("GRD08", "STANDARD", profile=None), "GRD10")
    assert judge("GRD10", subject) == []
