import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from secure_bedrock import EndpointService, GatewayService, SecureBedrockVpc, parse_model

NOVA = parse_model("eu.amazon.nova-lite-v1:0")


def of(construct):
    return cdk.Stack.of(construct)


def test_defaults(stack, snapshot):
    SecureBedrockVpc(stack, "Net", models=[NOVA])
    assert assertions.Template.from_stack(stack).to_json() == snapshot


@pytest.mark.parametrize(
    "way_out",
    [
        "AWS::EC2::InternetGateway",
        "AWS::EC2::EgressOnlyInternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::Route",
        "AWS::EC2::VPCPeeringConnection",
        "AWS::EC2::TransitGatewayAttachment",
        "AWS::EC2::VPNGateway",
    ],
)
def test_there_is_no_way_out(network, resources, way_out):
    assert resources(of(network), way_out) == {}


def test_subnets_give_no_public_address(network, resources):
    subnets = resources(of(network), "AWS::EC2::Subnet").values()
    assert [s["Properties"]["MapPublicIpOnLaunch"] for s in subnets] == [False, False]


def test_synthesis_looks_nothing_up(network, app):
    of(network)
    manifest = json.loads((Path(app.synth().directory) / "manifest.json").read_text())
    assert "missing" not in manifest


def test_zones_are_the_first_of_the_region_at_deployment(network, resources):
    subnets = resources(of(network), "AWS::EC2::Subnet").values()
    assert [s["Properties"]["AvailabilityZone"] for s in subnets] == [
        {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
        {"Fn::Select": [1, {"Fn::GetAZs": ""}]},
    ]


def test_two_zones_without_an_environment(stack, resources):
    SecureBedrockVpc(stack, "Net", models=[NOVA])
    assert len(resources(stack, "AWS::EC2::Subnet")) == 2


def test_more_zones_on_request(env_stack, resources):
    SecureBedrockVpc(env_stack, "Net", models=[NOVA], max_azs=3)
    subnets = resources(env_stack, "AWS::EC2::Subnet").values()
    blocks = [s["Properties"]["CidrBlock"] for s in subnets]
    assert blocks == ["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20"]


def test_a_range_of_yours_is_divided_evenly(env_stack, resources):
    SecureBedrockVpc(
        env_stack, "Net", models=[NOVA], ip_addresses=ec2.IpAddresses.cidr("192.168.0.0/24")
    )
    subnets = resources(env_stack, "AWS::EC2::Subnet").values()
    assert [s["Properties"]["CidrBlock"] for s in subnets] == ["192.168.0.0/25", "192.168.0.128/25"]


def test_addresses_can_come_from_ipam(env_stack, resources):
    pool = ec2.IpAddresses.aws_ipam_allocation(
        ipv4_ipam_pool_id="ipam-pool-1",
        ipv4_netmask_length=20,
        default_subnet_ipv4_netmask_length=24,
    )
    SecureBedrockVpc(env_stack, "Net", models=[NOVA], ip_addresses=pool)
    (vpc,) = resources(env_stack, "AWS::EC2::VPC").values()
    assert vpc["Properties"]["Ipv4IpamPoolId"] == "ipam-pool-1"
    assert "CidrBlock" not in vpc["Properties"]


def test_private_dns_has_what_it_needs(network, resources):
    (vpc,) = resources(of(network), "AWS::EC2::VPC").values()
    assert vpc["Properties"]["EnableDnsSupport"] is True
    assert vpc["Properties"]["EnableDnsHostnames"] is True


def test_workloads_reach_the_endpoint_groups_on_443_and_nothing_else(network, resources):
    stack = of(network)
    group = stack.resolve(network.workload_security_group.security_group_id)
    rules = [
        rule["Properties"]
        for rule in resources(stack, "AWS::EC2::SecurityGroupEgress").values()
        if rule["Properties"]["GroupId"] == group
    ]
    assert [(r["IpProtocol"], r["FromPort"], r["ToPort"]) for r in rules] == [("tcp", 443, 443)] * 2
    assert {json.dumps(r["DestinationSecurityGroupId"]) for r in rules} == {
        json.dumps(stack.resolve(g.security_group_id)) for g in network.endpoints.security_groups
    }


def test_no_group_falls_back_on_awss_rule_that_lets_everything_out(network, resources):
    groups = resources(of(network), "AWS::EC2::SecurityGroup").values()
    egress = [group["Properties"]["SecurityGroupEgress"] for group in groups]
    assert {rule["CidrIp"] for rules in egress for rule in rules} == {
        "255.255.255.255/32",
        "127.0.0.1/32",
    }


def test_default_security_group_is_closed_by_our_own_python(network, resources):
    stack = of(network)
    (closed,) = resources(stack, "Custom::ClosedDefaultSecurityGroup").values()
    (vpc_id,) = resources(stack, "AWS::EC2::VPC")
    assert closed["Properties"]["GroupId"] == {"Fn::GetAtt": [vpc_id, "DefaultSecurityGroup"]}
    runtimes = [
        f["Properties"]["Runtime"] for f in resources(stack, "AWS::Lambda::Function").values()
    ]
    assert all(runtime.startswith("python") for runtime in runtimes)


def test_its_function_may_change_only_that_group(network, resources):
    policies = resources(of(network), "AWS::IAM::ManagedPolicy").values()
    statements = [s for p in policies for s in p["Properties"]["PolicyDocument"]["Statement"]]
    (ec2_use,) = [s for s in statements if "ec2:" in str(s["Action"])]
    assert "DefaultSecurityGroup" in str(ec2_use["Resource"])
    assert all(action.endswith(("Ingress", "Egress")) for action in ec2_use["Action"])


def test_flow_logs_record_all_traffic_to_an_encrypted_group(network, resources):
    stack = of(network)
    (flow_log,) = resources(stack, "AWS::EC2::FlowLog").values()
    assert flow_log["Properties"]["TrafficType"] == "ALL"
    group = resources(stack, "AWS::Logs::LogGroup")[flow_log["Properties"]["LogGroupName"]["Ref"]]
    assert group["Properties"]["RetentionInDays"] == 365
    assert "KmsKeyId" in group["Properties"]
    assert group["DeletionPolicy"] == "Retain"


def test_trap_1_the_key_lets_cloudwatch_logs_use_it(network, resources):
    (key,) = resources(of(network), "AWS::KMS::Key").values()
    assert "logs.eu-west-1.amazonaws.com" in str(key["Properties"]["KeyPolicy"])
    assert key["Properties"]["EnableKeyRotation"] is True


def test_flow_log_role_trusts_flow_logs_of_this_account_only(network, resources):
    roles = resources(of(network), "AWS::IAM::Role").values()
    trusts = [r["Properties"]["AssumeRolePolicyDocument"]["Statement"][0] for r in roles]
    (trust,) = [t for t in trusts if "vpc-flow-logs" in str(t["Principal"])]
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ec2:eu-west-1:111122223333:vpc-flow-log/*"},
    }


def test_key_and_retention_can_be_chosen(env_stack, resources):
    key = kms.Key(env_stack, "Own", enable_key_rotation=True)
    SecureBedrockVpc(
        env_stack,
        "Net",
        models=[NOVA],
        encryption_key=key,
        flow_log_retention=logs.RetentionDays.TEN_YEARS,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    assert len(resources(env_stack, "AWS::KMS::Key")) == 1
    groups = resources(env_stack, "AWS::Logs::LogGroup").values()
    assert 3653 in [group["Properties"]["RetentionInDays"] for group in groups]
    assert {group["DeletionPolicy"] for group in groups} == {"Delete"}


def test_a_function_can_live_in_the_vpc(network, resources):
    stack = of(network)
    lambda_.Function(
        stack,
        "App",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        vpc=network.vpc,
        security_groups=[network.workload_security_group],
    )
    functions = resources(stack, "AWS::Lambda::Function").values()
    (app,) = [f for f in functions if "VpcConfig" in f["Properties"]]
    assert len(app["Properties"]["VpcConfig"]["SubnetIds"]) == 2


def test_endpoint_and_gateway_are_given_by_service(network):
    assert network.endpoint(EndpointService.KMS).vpc_endpoint_id
    assert network.gateway(GatewayService.S3).vpc_endpoint_id


@pytest.mark.parametrize("zones", [0, 7])
def test_number_of_zones_outside_the_limits_is_refused(stack, zones):
    with pytest.raises(ValueError, match=rf"^Test/Net: max_azs is {zones}: use 1 to 6"):
        SecureBedrockVpc(stack, "Net", models=[NOVA], max_azs=zones)
