"""AWS's own AgentCore constructs, before and after."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_bedrockagentcore as agentcore
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from secure_bedrock.hardening.agentcore import AgentCoreBaseline, AgentCoreNetwork
from secure_bedrock.rules import Status, check

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/agent@sha256:" + "0" * 64


def build(*, hardened, allow_replacement=True, with_engine=True):
    place = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(cdk.App(), "Agents", env=place)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        max_azs=2,
        nat_gateways=0,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="i", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        ],
    )
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc, allow_all_outbound=False)
    image = agentcore.AgentRuntimeArtifact.from_image_uri(IMAGE)
    agentcore.Runtime(stack, "Runtime", agent_runtime_artifact=image)
    agentcore.Gateway(stack, "Gateway")
    agentcore.BrowserCustom(stack, "Browser")
    agentcore.CodeInterpreterCustom(stack, "Interpreter")
    agentcore.Memory(stack, "Memory")
    engine = agentcore.PolicyEngine(stack, "Engine") if with_engine else None
    mixin = AgentCoreBaseline(
        encryption_key=key,
        network=AgentCoreNetwork(subnets=vpc.isolated_subnets, security_groups=[group]),
        policy_engine=engine,
        recordings=s3.Bucket(stack, "Recordings") if with_engine else None,
        allow_replacement=allow_replacement,
    )
    if hardened:
        cdk.Mixins.of(stack).apply(mixin)
    return mixin, Template.from_stack(stack).to_json()


@pytest.fixture(scope="module")
def before():
    return build(hardened=False)[1]


@pytest.fixture(scope="module")
def after():
    return build(hardened=True)


def findings(template):
    types = {name: each["Type"] for name, each in template["Resources"].items()}
    found = check(template, profiles=["strict", "agentic"])
    failed = [each for each in found if each.status is Status.FAIL]
    watched = ("AWS::BedrockAgentCore", "AWS::IAM::Role")
    return {each.rule_id for each in failed if types.get(each.logical_id, "").startswith(watched)}


def properties(template, kind):
    (found,) = [
        each["Properties"]
        for each in template["Resources"].values()
        if each["Type"] == f"AWS::BedrockAgentCore::{kind}"
    ]
    return found


REPAIRED = {
    "IAM24",
    "AGC01",
    "AGC06",
    "AGC11",
    "AGC15",
    "AGC16",
    "AGC22",
    "AGC25",
    "AGC26",
    "AGC27",
}


def test_the_constructs_of_the_cdk_break_rules_and_are_repaired(before, after):
    assert findings(before) >= REPAIRED
    assert not findings(after[1]) & REPAIRED


def test_what_is_left_needs_resources_of_the_users_own(after):
    no_logs, no_web_acl, no_rate_limit, no_resource_policy = "AGC10", "AGC18", "AGC36", "RPO03"
    unsigned, no_endpoint = "AGC29", "NET02"
    left = {no_logs, no_web_acl, no_rate_limit, no_resource_policy, unsigned, no_endpoint}
    assert findings(after[1]) == left


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Runtime", "NetworkModeConfig"),
        ("BrowserCustom", "VpcConfig"),
        ("CodeInterpreterCustom", "VpcConfig"),
    ],
)
def test_runtimes_and_tools_are_in_the_vpc(after, kind, config):
    network = properties(after[1], kind)["NetworkConfiguration"]
    assert network["NetworkMode"] == "VPC"
    assert [len(network[config][each]) for each in ("Subnets", "SecurityGroups")] == [2, 1]


def test_the_gateway_asks_the_policy_engine_and_its_role_may(after):
    gateway = properties(after[1], "Gateway")
    assert gateway["PolicyEngineConfiguration"]["Mode"] == "ENFORCE"
    actions = str([r for r in after[1]["Resources"].values() if "ManagedPolicy" in r["Type"]])
    assert "bedrock-agentcore:AuthorizeAction" in actions
    assert "aws:bedrock-agentcore-gateway:arn" in actions


def test_sessions_of_browsers_are_recorded(after):
    recording = properties(after[1], "BrowserCustom")["RecordingConfig"]
    assert recording["Enabled"] is True
    assert recording["S3Location"]["Prefix"].startswith("browsers/")


def test_every_change_is_listed(after):
    listed = {(each.path.split("/")[1], each.property) for each in after[0].changes}
    assert listed == {
        ("Gateway", "assumeRolePolicyDocument"),
        ("Runtime", "networkConfiguration"),
        ("Runtime", "lifecycleConfiguration"),
        ("Gateway", "kmsKeyArn"),
        ("Gateway", "policyEngineConfiguration"),
        ("Browser", "networkConfiguration"),
        ("Browser", "recordingConfig"),
        ("Interpreter", "networkConfiguration"),
        ("Memory", "encryptionKeyArn"),
        ("Engine", "encryptionKeyArn"),
    }
    assert after[0].gaps == []


def test_nothing_that_is_deployed_is_replaced_unasked():
    mixin, template = build(hardened=True, allow_replacement=False, with_engine=False)
    assert properties(template, "BrowserCustom")["NetworkConfiguration"]["NetworkMode"] == "PUBLIC"
    assert "EncryptionKeyArn" not in properties(template, "Memory")
    left = {(each.path.split("/")[1], each.property) for each in mixin.gaps}
    assert {("Memory", "encryptionKeyArn"), ("Browser", "networkConfiguration")} < left
    assert ("Gateway", "policyEngineConfiguration") in left


@pytest.fixture
def gateway(env_stack):
    def gaps(**more):
        properties = {"authorizer_type": "CUSTOM_JWT", "name": "g", "role_arn": "r"} | more
        agentcore.CfnGateway(env_stack, "Gateway", **properties)
        vpc = ec2.Vpc.from_vpc_attributes(
            env_stack, "V", vpc_id="v", availability_zones=["a"], isolated_subnet_ids=["s"]
        )
        group = ec2.SecurityGroup.from_security_group_id(env_stack, "S", "sg-1")
        network = AgentCoreNetwork(subnets=vpc.isolated_subnets, security_groups=[group])
        mixin = AgentCoreBaseline(encryption_key=kms.Key(env_stack, "Key"), network=network)
        cdk.Mixins.of(env_stack).apply(mixin)
        Template.from_stack(env_stack)
        return [f"{each.property}: {each.text}" for each in mixin.gaps]

    return gaps


@pytest.mark.parametrize(
    ("properties", "gap"),
    [
        ({"authorizer_type": "NONE"}, "authorizerType: everybody on the internet may call it"),
        ({"exception_level": "DEBUG"}, "exceptionLevel: callers see internals in errors"),
        (
            {"policy_engine_configuration": {"arn": "a", "mode": "LOG_ONLY"}},
            "policyEngineConfiguration: the policy engine only logs",
        ),
        (
            {"authorizer_configuration": {"customJwtAuthorizer": {"discoveryUrl": "https://x"}}},
            "authorizerConfiguration: every token of the issuer is accepted",
        ),
        ({}, "roleArn: the role is not in this stack: let it use the key"),
    ],
)
def test_what_somebody_chose_is_reported_and_stays(gateway, properties, gap):
    assert any(each.startswith(gap) for each in gateway(**properties))


@pytest.mark.parametrize("missing", ["subnets", "security_groups"])
def test_a_network_without_a_part_is_refused(missing):
    parts = {"subnets": ["x"], "security_groups": ["x"], missing: []}
    with pytest.raises(ValueError, match=f"{missing} is empty: name at least one"):
        AgentCoreNetwork(**parts)
