"""The way into the gateway: the interface endpoint of API Gateway in the clients' VPC."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.cost.gateway.api import INVOKE, STAGE
from secure_bedrock.cost.gateway.values import GatewayClient, GatewayNetwork
from secure_bedrock.encryption.place import place_of

_HTTPS = 443


def endpoint_of(
    scope: Construct, network: GatewayNetwork, clients: Sequence[GatewayClient]
) -> ec2.IInterfaceVpcEndpoint:
    """The endpoint that was given, or a new one.

    A new one has no private DNS name: with it, every other API of API Gateway would be out of reach
    from the VPC. The API's own name with the endpoint's id needs none.
    """
    if network.endpoint is not None:
        return network.endpoint
    group = ec2.SecurityGroup(
        scope,
        "EndpointSecurity",
        vpc=network.vpc,
        description="HTTPS from the VPC to the gateway",
        allow_all_outbound=False,
        disable_inline_rules=True,
    )
    group.add_ingress_rule(
        ec2.Peer.ipv4(network.vpc.vpc_cidr_block), ec2.Port.tcp(_HTTPS), "HTTPS from the VPC"
    )
    endpoint = ec2.InterfaceVpcEndpoint(
        scope,
        "Endpoint",
        vpc=network.vpc,
        service=ec2.InterfaceVpcEndpointAwsService.APIGATEWAY,
        private_dns_enabled=False,
        open=False,
        security_groups=[group],
        subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    place = place_of(scope)
    apis = f"arn:{place.partition}:execute-api:{place.region}:{place.account}:*"
    endpoint.add_to_policy(
        iam.PolicyStatement(
            principals=[iam.StarPrincipal()],
            actions=[INVOKE],
            resources=[f"{apis}/{STAGE}/POST/model/*"],
            conditions={
                "ArnEquals": {"aws:PrincipalArn": [client.role.role_arn for client in clients]}
            },
        )
    )
    return endpoint
