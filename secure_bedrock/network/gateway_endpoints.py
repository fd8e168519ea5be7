"""Gateway endpoints: Amazon S3 and Amazon DynamoDB without leaving the VPC, and without a price."""

from collections.abc import Sequence
from enum import StrEnum

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from secure_bedrock.network.policy_statements import Passage


class GatewayService(StrEnum):
    """A service that has gateway endpoints."""

    S3 = "s3"
    DYNAMODB = "dynamodb"


def gateway_endpoint(
    scope: Construct,
    vpc: ec2.IVpc,
    service: GatewayService,
    *,
    passage: Passage,
    subnets: Sequence[ec2.SubnetSelection] | None = None,
) -> ec2.GatewayVpcEndpoint:
    """A gateway endpoint for the callers, and for the buckets and tables of their accounts.

    Without the second condition a workload could copy data into a bucket of another account that
    lets it.
    """
    endpoint = ec2.GatewayVpcEndpoint(
        scope,
        service.name.title(),
        vpc=vpc,
        service=ec2.GatewayVpcEndpointAwsService(service.value),
        subnets=subnets or [ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)],
    )
    endpoint.add_to_policy(
        passage.allow("ThisAccount", [f"{service.value}:*"], conditions=passage.own_data())
    )
    return endpoint
