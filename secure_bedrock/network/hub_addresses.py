"""Address ranges of networks that are to be connected."""

from collections.abc import Iterable
from ipaddress import IPv4Network

from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from secure_bedrock.encryption.tokens import unresolved

_WIDEST = 8  # AWS's VPCs are /16 at most; an on-premises network may be 10.0.0.0/8


def address_range(scope: IConstruct, name: str, value: str) -> IPv4Network:
    """The range that a text stands for; it has to be known, since routes are made of it."""
    where = scope.node.path
    if unresolved(value):
        raise ValueError(
            f"{where}: {name} is only known at deployment: write the range, such as 10.1.0.0/16"
        )
    try:
        network = IPv4Network(value)
    except ValueError:
        raise ValueError(
            f"{where}: {name} is {value!r}: write an IPv4 range such as 10.1.0.0/16, "
            "with no bits set after the prefix"
        ) from None
    if network.prefixlen < _WIDEST:
        raise ValueError(
            f"{where}: {name} is {value}, wider than /{_WIDEST}: name the network's own range"
        )
    return network


def refuse_overlaps(scope: IConstruct, named: Iterable[tuple[str, str]]) -> None:
    """Raise if two ranges overlap: no route could tell them apart."""
    seen: list[tuple[str, IPv4Network]] = []
    for name, value in named:
        network = address_range(scope, name, value)
        for other, known in seen:
            if network.overlaps(known):
                raise ValueError(
                    f"{scope.node.path}: {name} {network} overlaps {other} {known}: connected "
                    "networks need ranges of their own"
                )
        seen.append((name, network))


def route_tables(
    scope: IConstruct, vpc: ec2.IVpc, subnets: ec2.SubnetSelection | None
) -> list[str]:
    """Ids of the route tables of a VPC's subnets, each once; the isolated subnets by default."""
    chosen = subnets or ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    found: dict[str, None] = {}
    for subnet in vpc.select_subnets(
        subnet_type=chosen.subnet_type,
        subnets=chosen.subnets,
        subnet_filters=chosen.subnet_filters,
        subnet_group_name=chosen.subnet_group_name,
        availability_zones=chosen.availability_zones,
    ).subnets:
        try:
            found[subnet.route_table.route_table_id] = None
        except RuntimeError:  # an imported subnet that was given none has nothing to read
            raise ValueError(
                f"{scope.node.path}: the route table of subnet {subnet.subnet_id} is not known: "
                "import the VPC with the ids of its subnets' route tables"
            ) from None
    return list(found)
