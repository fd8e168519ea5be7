"""AWS Config: what is declared, what Guard says of recorded resources, and packs."""

import re

import aws_cdk as cdk
import botocore.session
import pytest
import yaml
from aws_cdk import aws_config as config
from aws_cdk import aws_kms as kms

from secure_bedrock import (
    BedrockConfigRules,
    BedrockConformancePack,
    ExpectedSettings,
    GuardrailSet,
    WatchedByConfig,
)
from secure_bedrock.guardrails import presets
from secure_bedrock.monitoring.config_rules.managed import MANAGED
from secure_bedrock.monitoring.config_rules.policies import POLICIES
from secure_bedrock.rules import RULES, Profile, check
from secure_bedrock.testing import assert_secure

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a1b"
NAMED = {each.name: each for each in POLICIES}
HARMFUL = ("HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT")


def filters(*kinds, **more):
    entries = [{"Type": kind, "InputStrength": "HIGH", **more} for kind in kinds]
    return {"ContentPolicyConfig": {"FiltersConfig": entries}}


def managed(**more):
    settings = {"ManagedKnowledgeBaseConfiguration": more}
    return {"KnowledgeBaseConfiguration": {"Type": "MANAGED", **settings}}


def words(**more):
    return {"WordPolicyConfig": {"WordsConfig": [{"Text": "x"}, {"Text": "y", **more}]}}


def network(mode):
    return {"NetworkConfiguration": {"NetworkMode": mode}}


TOPIC_OFF = {"TopicPolicyConfig": {"TopicsConfig": [{"Name": "t", "OutputEnabled": False}]}}
RECORDED = {"RecordingConfig": {"Enabled": True, "S3Location": {"Bucket": "b", "Prefix": "p"}}}


def personal(kind="PiiEntitiesConfig", **more):
    entry = {"Type": "EMAIL", "Action": "BLOCK"} | more
    return {"SensitiveInformationPolicyConfig": {kind: [entry]}}


KEYED = managed(ServerSideEncryptionConfiguration={"KmsKeyArn": KEY})
VECTOR = {"KnowledgeBaseConfiguration": {"Type": "VECTOR"}}
CASES = [
    ("guardrail-key", {"KmsKeyArn": KEY}, True),
    ("guardrail-key", {}, False),
    ("guardrail-harmful-content", filters(*HARMFUL), True),
    ("guardrail-harmful-content", filters(*HARMFUL[1:]), False),
    ("guardrail-harmful-content", {}, False),
    ("guardrail-blocks", filters("HATE", InputAction="BLOCK"), True),
    ("guardrail-blocks", filters("HATE", InputAction="NONE"), False),
    ("guardrail-blocks", filters("HATE", OutputEnabled=False), False),
    ("guardrail-blocks", filters("PROMPT_ATTACK", OutputEnabled=False), True),
    ("guardrail-blocks", filters("PROMPT_ATTACK", InputEnabled=False), False),
    ("guardrail-blocks", words(InputAction="NONE"), False),
    ("guardrail-blocks", words(InputAction="BLOCK"), True),
    ("guardrail-blocks", TOPIC_OFF, False),
    ("guardrail-blocks", {}, True),
    ("guardrail-prompt-attacks", filters("HATE", "PROMPT_ATTACK"), True),
    ("guardrail-prompt-attacks", filters("PROMPT_ATTACK", InputStrength="LOW"), False),
    ("guardrail-prompt-attacks", filters("HATE"), False),
    ("guardrail-prompt-attacks", {}, False),
    ("guardrail-personal-data", personal(), True),
    ("guardrail-personal-data", personal("RegexesConfig"), True),
    ("guardrail-personal-data", {}, False),
    ("guardrail-personal-data-acted-on", personal(), True),
    ("guardrail-personal-data-acted-on", personal(Action="NONE"), False),
    ("guardrail-personal-data-acted-on", personal(Action="NONE", OutputAction="BLOCK"), True),
    ("guardrail-personal-data-acted-on", personal(OutputAction="NONE"), False),
    ("guardrail-personal-data-acted-on", personal("RegexesConfig", OutputEnabled=False), False),
    ("guardrail-personal-data-acted-on", {}, True),
    ("knowledge-base-key", KEYED, True),
    ("knowledge-base-key", managed(EmbeddingModelArn="x"), False),
    ("knowledge-base-key", VECTOR, True),
    ("knowledge-base-store", {"StorageConfiguration": {"Type": "S3_VECTORS"}}, True),
    ("knowledge-base-store", {"StorageConfiguration": {"Type": "PINECONE"}}, False),
    ("knowledge-base-store", VECTOR, True),
    ("prompt-key", {"CustomerEncryptionKeyArn": KEY}, True),
    ("prompt-key", {"Name": "p"}, False),
    ("runtime-in-vpc", network("VPC"), True),
    ("runtime-in-vpc", network("PUBLIC"), False),
    ("browser-in-vpc", network("VPC"), True),
    ("browser-in-vpc", network("PUBLIC"), False),
    ("browser-recorded", RECORDED, True),
    ("browser-recorded", {"RecordingConfig": {"Enabled": False}}, False),
    ("browser-recorded", {}, False),
]


def passes(policy, properties):
    """What CloudFormation Guard itself says of a configuration item."""
    guard = pytest.importorskip("cfn_guard_rs", reason="no wheel for this Python")
    item = {"resourceType": policy.resource_type, "configuration": properties}
    return guard.run_checks(item, policy.text).status != "FAIL"


@pytest.mark.parametrize(("name", "properties", "good"), CASES)
def test_guard_says_of_a_recorded_resource(name, properties, good):
    assert passes(NAMED[name], properties) is good


@pytest.mark.parametrize(("name", "properties", "good"), CASES)
def test_our_rule_says_the_same_of_the_template(name, properties, good):
    policy = NAMED[name]
    template = {"Resources": {"R": {"Type": policy.resource_type, "Properties": properties}}}
    found = {each.rule_id for each in check(template, profiles=list(Profile))}
    assert found.isdisjoint(policy.checks) is good


def test_every_policy_has_a_good_and_a_bad_case():
    assert {(name, good) for name, _, good in CASES} == {
        (n, g) for n in NAMED for g in (True, False)
    }


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.name)
def test_other_resources_are_not_judged(policy):
    guard = pytest.importorskip("cfn_guard_rs", reason="no wheel for this Python")
    item = {"resourceType": "AWS::S3::Bucket", "configuration": {}}
    assert guard.run_checks(item, policy.text).status == "SKIP"


def test_a_guardrail_of_ours_satisfies_every_policy(env_stack, resources):
    GuardrailSet(env_stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT})
    (ours,) = resources(env_stack, "AWS::Bedrock::Guardrail").values()
    recorded = {**ours["Properties"], "KmsKeyArn": KEY}
    about = [p for p in POLICIES if p.resource_type == "AWS::Bedrock::Guardrail"]
    assert [p.name for p in about if not passes(p, recorded)] == []


def test_aws_config_records_every_type_that_is_judged():
    model = botocore.session.get_session().get_service_model("config")
    recorded = set(model.shape_for("ResourceType").enum)
    assert {policy.resource_type for policy in POLICIES} <= recorded


def test_agents_and_flows_are_not_recorded_so_a_function_asks():
    model = botocore.session.get_session().get_service_model("config")
    recorded = set(model.shape_for("ResourceType").enum)
    assert recorded.isdisjoint({"AWS::Bedrock::Agent", "AWS::Bedrock::Flow"})


def test_managed_rules_are_those_of_awss_list():
    ids = config.ManagedRuleIdentifiers
    published = {getattr(ids, name) for name in dir(ids) if name.isupper()}
    assert {each.identifier for each in MANAGED} <= published


@pytest.mark.parametrize("declared", [*POLICIES, *MANAGED], ids=lambda d: d.name)
def test_a_declaration_names_rules_that_exist_and_fits_aws_config(declared):
    assert set(declared.checks) <= set(RULES)
    assert len(declared.description) <= 256
    assert len(getattr(declared, "text", "")) <= 10_000


def test_full_access_policies_are_those_that_exist(env_stack):
    rules = BedrockConfigRules(env_stack, "Rules", encryption_key=kms.Key(env_stack, "K"))
    (arns,) = rules.rules["no-full-access"].input_parameters.values()
    managed_by_aws = r"arn:aws:iam::aws:policy/\w+"
    assert all(re.fullmatch(managed_by_aws, env_stack.resolve(arn)) for arn in arns.split(","))


@pytest.fixture(scope="module")
def everything(feature_flags):
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    key = kms.Key(stack, "K", enable_key_rotation=True)
    settings = ExpectedSettings(enforced_guardrail=True, retention_mode="none")
    BedrockConfigRules(stack, "Rules", encryption_key=key, settings=settings)
    return stack


def test_config_rule_defaults(env_stack, snapshot):
    key = kms.Key(env_stack, "K", enable_key_rotation=True)
    BedrockConfigRules(env_stack, "Rules", encryption_key=key)
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


@pytest.mark.parametrize("profile", ["baseline", "strict", "residency", "agentic"])
def test_our_rules_find_nothing(everything, profile):
    assert_secure(everything, profile=profile)


def test_there_is_never_a_recorder(everything, resources):
    assert not resources(everything, "AWS::Config::ConfigurationRecorder")
    assert not resources(everything, "AWS::Config::DeliveryChannel")


def test_aws_config_of_this_account_only_runs_the_function(everything, resources):
    (permission,) = resources(everything, "AWS::Lambda::Permission").values()
    assert permission["Properties"]["Principal"] == "config.amazonaws.com"
    assert permission["Properties"]["SourceAccount"] == "111122223333"


def test_the_function_reads_what_is_expected_and_no_more(env_stack, resources):
    settings = ExpectedSettings(guarded_agents=False)
    BedrockConfigRules(env_stack, "R", encryption_key=kms.Key(env_stack, "K"), settings=settings)
    (policy,) = resources(env_stack, "AWS::IAM::ManagedPolicy").values()
    reading, telling, *_ = policy["Properties"]["PolicyDocument"]["Statement"]
    assert reading["Action"] == "bedrock:GetModelInvocationLoggingConfiguration"
    assert telling["Action"] == "config:PutEvaluations"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"watched": WatchedByConfig(without=["nothing"])}, "without names 'nothing': choose from"),
        ({"watched": WatchedByConfig(bedrock=False, around_bedrock=False)}, "no rule is left"),
        ({"settings": ExpectedSettings(retention_mode="all")}, "retention_mode is 'all'"),
        (
            {"settings": ExpectedSettings(invocation_logging=False, guarded_agents=False)},
            "settings expects nothing",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(env_stack, given, message):
    with pytest.raises(ValueError, match=f"^Test/R: {message}"):
        BedrockConfigRules(env_stack, "R", encryption_key=kms.Key(env_stack, "K"), **given)


def test_a_pack_has_the_same_rules(everything, resources, env_stack):
    pack = yaml.safe_load(BedrockConformancePack(env_stack, "Pack").template_body)
    ours = resources(everything, "AWS::Config::ConfigRule").values()
    single = {r["Properties"]["Description"]: r["Properties"]["Source"] for r in ours}
    for resource in pack["Resources"].values():
        properties = resource["Properties"]
        assert properties["Source"] == single[properties["Description"]]
    assert len(pack["Resources"]) == len(POLICIES) + len(MANAGED)


def test_a_pack_fits_what_aws_config_takes(env_stack):
    assert len(BedrockConformancePack(env_stack, "Pack").template_body) <= 51_200


def test_a_pack_is_for_this_account_by_default(env_stack, resources):
    BedrockConformancePack(env_stack, "Pack")
    (pack,) = resources(env_stack, "AWS::Config::ConformancePack").values()
    assert pack["Properties"]["ConformancePackName"] == "secure-bedrock"


def test_a_pack_for_the_organization_leaves_accounts_out(env_stack, resources):
    BedrockConformancePack(env_stack, "Pack", organization=True, excluded_accounts=["444455556666"])
    (pack,) = resources(env_stack, "AWS::Config::OrganizationConformancePack").values()
    assert pack["Properties"]["ExcludedAccounts"] == ["444455556666"]


def test_a_pack_of_another_partition_names_its_policies(env_stack):
    pack = BedrockConformancePack(env_stack, "Pack", partition="aws-us-gov")
    assert "arn:aws-us-gov:iam::aws:policy/AmazonBedrockFullAccess" in pack.template_body
    assert "arn:aws:" not in pack.template_body


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "1st"}, "name is '1st'"),
        ({"partition": "aws-iso"}, "partition is 'aws-iso'"),
        ({"excluded_accounts": ["444455556666"]}, "excluded_accounts are for an organization"),
        ({"excluded_accounts": ["4"], "organization": True}, "excluded_accounts has '4'"),
    ],
)
def test_a_pack_that_cannot_be_is_refused(env_stack, given, message):
    with pytest.raises(ValueError, match=f"^Test/Pack: {message}"):
        BedrockConformancePack(env_stack, "Pack", **given)
