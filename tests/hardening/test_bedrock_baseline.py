"""What is missing is completed, what is there stays, and both are said."""

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Annotations, Match, Template

from secure_bedrock import (
    ContentCategory,
    ContentFilter,
    ContentPolicy,
    GuardrailSet,
    GuardrailSpec,
)
from secure_bedrock.hardening.mixin import BedrockBaseline
from secure_bedrock.rules import check

ARN = "arn:aws:bedrock:eu-west-1:111122223333"
HATE = {"type": "HATE", "inputStrength": "LOW", "outputStrength": "HIGH"}


@jsii.implements(cdk.IStableAnyProducer)
class Filters:
    """Filters that are added to until the app is synthesized, as L2 constructs have them."""

    def __init__(self, later):
        self.later = later

    def produce(self):
        return {"filtersConfig": [HATE, *self.later]}


class FixedGuardrail:
    """A guardrail known by ARN and version only."""

    guardrail_arn = f"{ARN}:guardrail/gr1"
    guardrail_version = "3"

    def grant_apply(self, grantee):
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["bedrock:ApplyGuardrail"],
            resource_arns=[self.guardrail_arn],
        )


@pytest.fixture
def key(env_stack):
    return kms.Key(env_stack, "Key", enable_key_rotation=True)


@pytest.fixture
def harden(env_stack, key):
    def apply(guardrail=None):
        mixin = BedrockBaseline(encryption_key=key, guardrail=guardrail)
        cdk.Mixins.of(env_stack).apply(mixin)
        Template.from_stack(env_stack)
        return mixin

    return apply


@pytest.fixture
def known_stack():
    def new():
        place = cdk.Environment(account="111122223333", region="eu-west-1")
        return cdk.Stack(cdk.App(), "Test", env=place)

    return new


@pytest.fixture
def shown(env_stack):
    def of_type(name):
        found = Template.from_stack(env_stack).find_resources(f"AWS::Bedrock::{name}")
        (resource,) = found.values()
        return resource["Properties"]

    return of_type


def guardrail(stack, **more):
    return bedrock.CfnGuardrail(
        stack,
        "Guardrail",
        name="theirs",
        blocked_input_messaging="no",
        blocked_outputs_messaging="no",
        **more,
    )


def role(stack, name="Role"):
    return iam.Role(stack, name, assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))


def agent(stack, **more):
    more.setdefault("agent_resource_role_arn", role(stack).role_arn)
    return bedrock.CfnAgent(stack, "Agent", agent_name="theirs", **more)


def allowed(stack):
    policies = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy").values()
    return [s for p in policies for s in p["Properties"]["PolicyDocument"]["Statement"]]


def findings(stack, resource_type):
    template = Template.from_stack(stack).to_json()
    names = {n for n, r in template["Resources"].items() if r["Type"] == resource_type}
    return {f.rule_id for f in check(template) if f.logical_id in names}


@pytest.fixture
def judged(known_stack):
    """Rules that a resource breaks, without and with the mixin."""

    def of(declare, resource_type, **properties):
        broken = []
        for hardened in (False, True):
            stack = known_stack()
            declare(stack, **properties)
            key = kms.Key(stack, "Key", enable_key_rotation=True)
            mixin = BedrockBaseline(encryption_key=key, guardrail=FixedGuardrail())
            cdk.Mixins.of(stack).apply(*[mixin] * hardened)
            broken.append(findings(stack, resource_type))
        return broken

    return of


def test_a_guardrail_is_completed(judged):
    before, after = judged(guardrail, "AWS::Bedrock::Guardrail")
    assert (before, after) == ({"GRD02", "GRD03", "GRD06", "GRD11"}, set())


def test_an_agent_is_completed(judged):
    before, after = judged(agent, "AWS::Bedrock::Agent")
    assert (before, after) == ({"AGT01", "AGT02"}, set())


def test_a_role_is_bound_to_the_account(judged):
    before, after = judged(role, "AWS::IAM::Role")
    assert (before, after) == ({"IAM24"}, set())


def test_trust_that_is_shared_with_another_service_is_reported(env_stack, harden):
    both = iam.CompositePrincipal(
        iam.ServicePrincipal("bedrock.amazonaws.com"), iam.ServicePrincipal("lambda.amazonaws.com")
    )
    own = iam.Role(env_stack, "Role", assumed_by=both)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    services = ["bedrock.amazonaws.com", "lambda.amazonaws.com"]
    own.node.default_child.assume_role_policy_document = {
        "Statement": [{**trust, "Principal": {"Service": services}}]
    }
    (gap,) = harden().gaps
    assert "assume it for any account: split the statement" in gap.text


def test_trust_that_is_bound_stays(env_stack, harden):
    arn = {"ArnLike": {"aws:SourceArn": f"{ARN}:agent/*"}}
    bound = iam.ServicePrincipal("bedrock.amazonaws.com", conditions=arn)
    iam.Role(env_stack, "Role", assumed_by=bound)
    assert harden().changes == []


def test_a_filter_somebody_weakened_stays_and_is_reported(env_stack, harden, shown):
    guardrail(env_stack, content_policy_config={"filtersConfig": [HATE]})
    mixin = harden()
    filters = shown("Guardrail")["ContentPolicyConfig"]["FiltersConfig"]
    assert filters[0] == {"Type": "HATE", "InputStrength": "LOW", "OutputStrength": "HIGH"}
    assert len(filters) == 6
    (gap,) = mixin.gaps
    text = "the filter HATE has the input strength LOW: raise it to MEDIUM or more"
    assert (gap.path, gap.property, gap.text) == ("Test/Guardrail", "contentPolicyConfig", text)
    warning = Match.string_like_regexp(f"Test/Guardrail: contentPolicyConfig: {text}")
    Annotations.from_stack(env_stack).has_warning("*", warning)


def test_every_change_is_listed(env_stack, harden):
    guardrail(env_stack, kms_key_arn="arn:aws:kms:eu-west-1:111122223333:key/theirs")
    changes = harden().changes
    assert [each.property for each in changes] == [
        "contentPolicyConfig",
        "sensitiveInformationPolicyConfig",
    ]
    assert all(each.path == "Test/Guardrail" and each.text for each in changes)


def test_answers_are_grounded_where_there_is_a_knowledge_base(
    harden, env_stack, shown, data_source
):
    guardrail(env_stack)
    data_source("arn:aws:iam::111122223333:role/theirs")
    harden()
    filters = shown("Guardrail")["ContextualGroundingPolicyConfig"]["FiltersConfig"]
    assert [(each["Type"], each["Threshold"]) for each in filters] == [
        ("GROUNDING", 0.7),
        ("RELEVANCE", 0.7),
    ]


def test_a_guardrail_whose_version_is_named_after_its_content_stays(env_stack, harden):
    hate = ContentFilter(category=ContentCategory.HATE)
    spec = GuardrailSpec(content=ContentPolicy(filters=[hate]))
    GuardrailSet(env_stack, "Ours", guardrails={"chat": spec})
    assert harden().changes == []


def test_a_key_somebody_chose_stays(env_stack, harden, shown):
    guardrail(env_stack, kms_key_arn="arn:aws:kms:eu-west-1:111122223333:key/theirs")
    harden()
    assert shown("Guardrail")["KmsKeyArn"].endswith("key/theirs")


def test_an_override_somebody_wrote_wins(env_stack, harden, shown):
    guardrail(env_stack).add_property_override("KmsKeyArn", "theirs")
    harden()
    assert shown("Guardrail")["KmsKeyArn"] == "theirs"


def test_applying_it_twice_changes_nothing_more(env_stack, harden):
    guardrail(env_stack)
    agent(env_stack)
    assert harden(FixedGuardrail()).changes
    assert harden(FixedGuardrail()).changes == []


def test_what_is_added_after_the_mixin_is_not_lost(env_stack, key, shown):
    later = []
    guardrail(env_stack, content_policy_config=cdk.Lazy.any(Filters(later)))
    cdk.Mixins.of(env_stack).apply(BedrockBaseline(encryption_key=key))
    later.append({"type": "INSULTS", "inputStrength": "LOW", "outputStrength": "LOW"})
    filters = shown("Guardrail")["ContentPolicyConfig"]["FiltersConfig"]
    strengths = {each["Type"]: each["InputStrength"] for each in filters}
    assert (strengths["INSULTS"], strengths["VIOLENCE"], len(filters)) == ("LOW", "HIGH", 6)


def test_an_agent_gets_guardrail_and_key_and_its_role_what_it_needs(env_stack, harden, shown):
    agent(env_stack)
    mixin = harden(FixedGuardrail())
    configuration = shown("Agent")["GuardrailConfiguration"]
    assert configuration["GuardrailVersion"] == "3"
    assert "Fn::GetAtt" in shown("Agent")["CustomerEncryptionKeyArn"]
    actions = [each["Action"] for each in allowed(env_stack)]
    assert actions == [["kms:Decrypt", "kms:GenerateDataKey"], "bedrock:ApplyGuardrail"]
    assert mixin.gaps == []


def test_the_agent_waits_for_what_its_role_needs(env_stack, harden):
    agent(env_stack)
    harden(FixedGuardrail())
    (resource,) = Template.from_stack(env_stack).find_resources("AWS::Bedrock::Agent").values()
    assert any("BaselinePermissions" in each for each in resource["DependsOn"])


@pytest.mark.parametrize(
    ("properties", "gap"),
    [
        ({"agent_resource_role_arn": "arn:aws:iam::111122223333:role/theirs"}, "is not in this st"),
        ({"guardrail_configuration": {"guardrailVersion": "DRAFT"}}, "is attached as a draft"),
    ],
)
def test_what_an_agent_cannot_be_given_is_reported(env_stack, harden, properties, gap):
    agent(env_stack, **properties)
    assert any(gap in each.text for each in harden(FixedGuardrail()).gaps)


def test_an_agent_without_any_guardrail_is_reported(env_stack, harden):
    agent(env_stack)
    (gap,) = harden().gaps
    assert gap.text == "no guardrail: attach one, or give one to the mixin"


NODES = {
    "nodes": [
        {"name": "In", "type": "Input"},
        {
            "name": "Bare",
            "type": "Prompt",
            "configuration": {"prompt": {"sourceConfiguration": {}}},
        },
        {
            "name": "Own",
            "type": "Prompt",
            "configuration": {
                "prompt": {
                    "sourceConfiguration": {},
                    "guardrailConfiguration": {"guardrailVersion": "9"},
                }
            },
        },
        {
            "name": "Search",
            "type": "KnowledgeBase",
            "configuration": {"knowledgeBase": {"knowledgeBaseId": "KB12345678"}},
        },
    ],
    "connections": [],
}


def test_nodes_of_a_flow_get_the_guardrail_they_lack(env_stack, harden, shown):
    bedrock.CfnFlow(
        env_stack, "Flow", name="f", execution_role_arn=role(env_stack).role_arn, definition=NODES
    )
    mixin = harden(FixedGuardrail())
    nodes = {each["Name"]: each for each in shown("Flow")["Definition"]["Nodes"]}
    given = {n: str(each).count("GuardrailVersion") for n, each in nodes.items()}
    assert given == {"In": 0, "Bare": 1, "Own": 1, "Search": 0}
    assert "'9'" in str(nodes["Own"])
    assert "guardrail attached to nodes Bare" in [each.text for each in mixin.changes]


def test_a_flow_that_cannot_be_seen_is_reported(env_stack, harden):
    arn = "arn:aws:iam::111122223333:role/theirs"
    bedrock.CfnFlow(env_stack, "Flow", name="f", execution_role_arn=arn, definition_string="{}")
    assert any("was not looked at" in each.text for each in harden(FixedGuardrail()).gaps)


def test_a_prompt_gets_the_key_and_bedrock_the_use_of_it(env_stack, harden, shown):
    bedrock.CfnPrompt(env_stack, "Prompt", name="theirs")
    harden()
    assert "CustomerEncryptionKeyArn" in shown("Prompt")
    policies = Template.from_stack(env_stack).find_resources("AWS::KMS::Key").values()
    assert "BedrockPrompts" in str(policies)


@pytest.fixture
def data_source(env_stack):
    def of(role_arn):
        base = bedrock.CfnKnowledgeBase(
            env_stack,
            "Base",
            name="b",
            role_arn=role_arn,
            knowledge_base_configuration={"type": "VECTOR"},
        )
        return bedrock.CfnDataSource(
            env_stack,
            "Source",
            name="s",
            knowledge_base_id=base.attr_knowledge_base_id,
            data_source_configuration={"type": "S3"},
        )

    return of


def test_the_role_behind_a_data_source_may_write_with_the_key(
    env_stack, harden, shown, data_source
):
    data_source(role(env_stack).role_arn)
    harden()
    encrypted = shown("DataSource")["ServerSideEncryptionConfiguration"]
    assert "Fn::GetAtt" in encrypted["KmsKeyArn"]
    (statement,) = allowed(env_stack)
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_a_role_that_is_elsewhere_is_reported(harden, data_source):
    data_source("arn:aws:iam::111122223333:role/theirs")
    assert any("is not in this stack: let it use" in each.text for each in harden().gaps)
