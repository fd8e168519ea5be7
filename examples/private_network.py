"""A VPC without a way out, from which one model can be invoked; and a function inside it."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_

from secure_bedrock import InferenceProfile, SecureBedrockVpc

app = cdk.App()
stack = cdk.Stack(app, "PrivateNetwork")

network = SecureBedrockVpc(stack, "Network", models=[InferenceProfile("eu.amazon.nova-lite-v1:0")])
lambda_.Function(
    stack,
    "Chat",
    runtime=lambda_.Runtime.PYTHON_3_14,
    handler="index.handler",
    code=lambda_.Code.from_inline("def handler(event, context):\n    return 'hello'\n"),
    vpc=network.vpc,
    vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    security_groups=[network.workload_security_group],
)

app.synth()
