"""The way from a VPC to a private collection."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_opensearchserverless as aoss
from constructs import Construct

_HTTPS = 443


def collection_endpoint(scope: Construct, *, vpc: ec2.IVpc, name: str) -> aoss.CfnVpcEndpoint:
    """An endpoint of OpenSearch Serverless in the VPC's private subnets, for HTTPS from the VPC."""
    group = ec2.SecurityGroup(
        scope,
        "EndpointSecurityGroup",
        vpc=vpc,
        description="OpenSearch Serverless, from this VPC",
        allow_all_outbound=False,
    )
    group.add_ingress_rule(
        ec2.Peer.ipv4(vpc.vpc_cidr_block), ec2.Port.tcp(_HTTPS), "HTTPS from the VPC"
    )
    subnets = vpc.private_subnets or vpc.isolated_subnets
    if not subnets:
        raise ValueError(
            f"{scope.node.path}: {vpc.node.path} has no private subnets for the endpoint: "
            "use a VPC that has, or leave vpc out"
        )
    return aoss.CfnVpcEndpoint(
        scope,
        "Endpoint",
        name=name,
        vpc_id=vpc.vpc_id,
        subnet_ids=[subnet.subnet_id for subnet in subnets],
        security_group_ids=[group.security_group_id],
    )
