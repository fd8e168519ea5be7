"""Gateway endpoints: Amazon S3 and Amazon DynamoDB without leaving the VPC, and without a price."""

from enum import StrEnum

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.encryption.place import place_of


class GatewayService(StrEnum):
    """A service that has gateway endpoints."""

    S3 = "s3"
    DYNAMODB = "dynamodb"


def gateway_endpoint(
    scope: Construct, vpc: ec2.IVpc, service: GatewayService
) -> ec2.GatewayVpcEndpoint:
    """A gateway endpoint for this account's principals and this account's buckets and tables.

    Without the second condition a workload could copy data into a bucket of another account that
    lets it.
    """
    account = place_of(scope).account
    endpoint = ec2.GatewayVpcEndpoint(
        scope,
        service.name.title(),
        vpc=vpc,
        service=ec2.GatewayVpcEndpointAwsService(service.value),
        subnets=[ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)],
    )
    endpoint.add_to_policy(
        iam.PolicyStatement(
            sid="ThisAccount",
            principals=[iam.StarPrincipal()],
            actions=[f"{service.value}:*"],
            resources=["*"],
            conditions={
                "StringEquals": {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}
            },
        )
    )
    return endpoint
