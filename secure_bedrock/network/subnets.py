"""A VPC of isolated subnets, without the look-up that the CDK's own VPC makes.

``ec2.Vpc`` asks an account for its Availability Zones as soon as a stack names account and Region,
even when it is told which zones to use. Here zones are the first ones of the Region, as
CloudFormation lists them at deployment.
"""

from collections.abc import Sequence

from aws_cdk import Fn, Tags
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

_NAME = "isolated"
_DEFAULT_BLOCK = "10.0.0.0/16"
_DEFAULT_MASK = 20
_MOST_ZONES = 6


def isolated_vpc(
    scope: Construct, addresses: ec2.IIpAddresses | None, zones: int
) -> tuple[ec2.CfnVPC, ec2.IVpc]:
    """The VPC's resource, and the same VPC as other constructs take it."""
    if not 1 <= zones <= _MOST_ZONES:
        raise ValueError(
            f"{scope.node.path}: max_azs is {zones}: use 1 to {_MOST_ZONES}, "
            "and no more than the Region has"
        )
    mask = _DEFAULT_MASK if addresses is None else None
    addresses = addresses or ec2.IpAddresses.cidr(_DEFAULT_BLOCK)
    block = addresses.allocate_vpc_cidr()
    resource = ec2.CfnVPC(
        scope,
        "Vpc",
        cidr_block=block.cidr_block,
        ipv4_ipam_pool_id=block.ipv4_ipam_pool_id,
        ipv4_netmask_length=block.ipv4_netmask_length,
        enable_dns_hostnames=True,
        enable_dns_support=True,
    )
    Tags.of(resource).add("Name", scope.node.path)
    names = [Fn.select(index, Fn.get_azs()) for index in range(zones)]
    subnets = _subnets(scope, resource, addresses, names, mask)
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Attributes",
        vpc_id=resource.attr_vpc_id,
        vpc_cidr_block=resource.attr_cidr_block,
        availability_zones=names,
        isolated_subnet_ids=[subnet.subnet_id for subnet in subnets],
        isolated_subnet_route_table_ids=[subnet.route_table.route_table_id for subnet in subnets],
        isolated_subnet_names=[_NAME],
    )
    return resource, vpc


def _subnets(
    scope: Construct,
    vpc: ec2.CfnVPC,
    addresses: ec2.IIpAddresses,
    zones: Sequence[str],
    mask: int | None,
) -> list[ec2.PrivateSubnet]:
    configuration = ec2.SubnetConfiguration(
        name=_NAME, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=mask
    )
    blocks = addresses.allocate_subnets_cidr(
        vpc_cidr=vpc.attr_cidr_block if vpc.cidr_block is None else vpc.cidr_block,
        requested_subnets=[
            ec2.RequestedSubnet(
                availability_zone=zone,
                configuration=configuration,
                subnet_construct_id=f"Isolated{index}",
            )
            for index, zone in enumerate(zones, start=1)
        ],
    ).allocated_subnets
    subnets = [
        ec2.PrivateSubnet(
            scope,
            f"Isolated{index}",
            availability_zone=zone,
            cidr_block=block.cidr,
            vpc_id=vpc.attr_vpc_id,
            map_public_ip_on_launch=False,
        )
        for index, (zone, block) in enumerate(zip(zones, blocks, strict=True), start=1)
    ]
    for subnet in subnets:
        tags = Tags.of(subnet)
        tags.add("aws-cdk:subnet-name", _NAME)
        tags.add("aws-cdk:subnet-type", "Isolated")
    return subnets
