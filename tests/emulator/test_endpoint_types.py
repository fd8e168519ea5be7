"""Endpoints with what single ones need, and the filters that watch their interfaces."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns

from secure_bedrock import BedrockEndpoints, EndpointService, EndpointSettings, RejectedTrafficAlarm


@pytest.fixture(scope="module")
def template(feature_flags):
    synthesizer = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    scope = cdk.Stack(cdk.App(context=feature_flags), "Watched", synthesizer=synthesizer)
    resource = ec2.CfnVPC(scope, "Vpc", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
    subnet = ec2.CfnSubnet(scope, "Subnet", vpc_id=resource.ref, cidr_block="10.0.0.0/20")
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Attributes",
        vpc_id=resource.ref,
        availability_zones=["a"],
        isolated_subnet_ids=[subnet.ref],
    )
    endpoints = BedrockEndpoints(
        scope,
        "E",
        vpc=vpc,
        models=[],
        services=[EndpointService.BEDROCK, EndpointService.BEDROCK_MANTLE],
        settings={EndpointService.BEDROCK: EndpointSettings(private_dns=False)},
    )
    RejectedTrafficAlarm(
        scope,
        "Rejected",
        endpoints=endpoints,
        log_group=logs.LogGroup(scope, "Logs"),
        topic=sns.Topic(scope, "Topic", master_key=kms.Key(scope, "Key")),
    )
    return cdk.assertions.Template.from_stack(scope).to_json()


def test_filter_names_the_interfaces_that_the_endpoints_got(stack, aws, template):
    assert stack.create(template["Resources"]) == "CREATE_COMPLETE", stack.reasons()
    kinds = [(r["Type"].rpartition("::")[2], k) for k, r in template["Resources"].items()]
    ids = [stack.physical_id(name) for kind, name in kinds if kind == "VPCEndpoint"]
    found = aws("ec2").describe_vpc_endpoints(VpcEndpointIds=ids)["VpcEndpoints"]
    (group,) = (stack.physical_id(name) for kind, name in kinds if kind == "LogGroup")
    (made,) = aws("logs").describe_metric_filters(logGroupName=group)["metricFilters"]
    interfaces = [each for endpoint in found for each in endpoint["NetworkInterfaceIds"]]
    assert len(interfaces) == 2
    assert all(f'eni = "{each}"' in made["filterPattern"] for each in interfaces)
