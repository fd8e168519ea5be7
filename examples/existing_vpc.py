"""Endpoints for Amazon Bedrock in a VPC that you have, for one workload in it."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from secure_bedrock import (
    BedrockEndpoints,
    EndpointService,
    GatewayService,
    InferenceProfile,
)

app = cdk.App()
here = cdk.Environment(account="111122223333", region="eu-west-1")
stack = cdk.Stack(app, "Endpoints", env=here)

vpc = ec2.Vpc.from_vpc_attributes(
    stack,
    "Vpc",
    vpc_id="vpc-0123456789abcdef0",
    availability_zones=["eu-west-1a", "eu-west-1b"],
    isolated_subnet_ids=["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"],
    isolated_subnet_route_table_ids=["rtb-0aaaaaaaaaaaaaaaa", "rtb-0bbbbbbbbbbbbbbbb"],
)
endpoints = BedrockEndpoints(
    stack,
    "Bedrock",
    vpc=vpc,
    models=[InferenceProfile("eu.amazon.nova-lite-v1:0")],
    services=[EndpointService.BEDROCK_RUNTIME, EndpointService.STS, EndpointService.LOGS],
)
endpoints.add_gateway(GatewayService.S3)
workload = ec2.SecurityGroup.from_security_group_id(stack, "Workload", "sg-0123456789abcdef0")
endpoints.allow_from(workload)

app.synth()
