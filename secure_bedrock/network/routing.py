"""Which subnet has which routes, read from the resources of a whole app.

Ids are compared by the construct they refer to, not by their text: a subnet of another stack is
an import there, and a lazy value until synthesis. What is no resource of the app stays the text it
is, or nothing where CloudFormation alone knows it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, cast

from aws_cdk import (
    CfnResource,
    DefaultTokenResolver,
    IPostProcessor,
    IResolvable,
    IResolveContext,
    Reference,
    StringConcat,
    Tokenization,
)
from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

_ALWAYS = {
    "carrier_gateway_id": "a carrier gateway",
    "egress_only_internet_gateway_id": "an egress-only internet gateway",
    "nat_gateway_id": "a NAT gateway",
    "instance_id": "an instance",
    "network_interface_id": "a network interface",
}
_IF_PUBLIC = {
    "core_network_arn": "a core network",
    "local_gateway_id": "a local gateway",
    "transit_gateway_id": "a transit gateway",
    "vpc_endpoint_id": "an endpoint",
    "vpc_peering_connection_id": "a peering connection",
}
_PROPERTIES = ("gateway_id", *_ALWAYS, *_IF_PUBLIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A route that leads out.

    Attributes:
        route: Path of the route.
        destination: Addresses it is for.
        through: What it leads through, with an article.
    """

    route: str
    destination: str
    through: str


class Routing:
    """The subnets, route tables and routes of an app."""

    def __init__(self, root: IConstruct) -> None:
        resources = [each for each in root.node.find_all() if CfnResource.is_cfn_resource(each)]
        self._kinds = {each.node.path: type(each) for each in resources}
        subnets = [each for each in resources if isinstance(each, ec2.CfnSubnet)]
        routes = [each for each in resources if isinstance(each, ec2.CfnRoute)]
        links = [e for e in resources if isinstance(e, ec2.CfnSubnetRouteTableAssociation)]
        known = identities(
            root,
            {
                "vpcs": {each.node.path: each.vpc_id for each in subnets},
                "links": [[each.subnet_id, each.route_table_id] for each in links],
                "routes": [_described(each) for each in routes],
            },
        )
        self._vpcs = _texts(known["vpcs"])
        self._tables = {_text(subnet): _text(table) for subnet, table in known["links"]}
        self._routes = defaultdict[str, list[Mapping[str, str]]](list)
        for route in map(_texts, known["routes"]):
            self._routes[route["table"]].append(route)

    def ways_out(self, subnet: str) -> list[WayOut]:
        """The routes of a subnet that lead out."""
        table = self._tables.get(subnet, "")
        ways = [(route, self._through(route)) for route in self._routes[table] if table]
        return [
            WayOut(route=route["path"], destination=route["destination"], through=through)
            for route, through in ways
            if through
        ]

    def known(self, subnet: str) -> bool:
        """Whether all routes of the subnet are this app's."""
        if subnet not in self._vpcs:
            return False
        table = self._tables.get(subnet)
        if table is None:  # the main table of the VPC, without a route of its own when it is new
            return self._kinds.get(self._vpcs[subnet]) is ec2.CfnVPC
        return self._kinds.get(table) is ec2.CfnRouteTable

    def _through(self, route: Mapping[str, str]) -> str:
        for name, words in _ALWAYS.items():
            if name in route:
                return words
        if "gateway_id" in route and (found := self._gateway(route["gateway_id"])):
            return found
        if _is_public(route["destination"]):
            for name, words in _IF_PUBLIC.items():
                if name in route:
                    return words
            if "gateway_id" in route and not route["gateway_id"].startswith("vpce-"):
                return "a virtual private gateway"
        return ""

    def _gateway(self, gateway: str) -> str:
        kind = self._kinds.get(gateway)
        if kind is ec2.CfnInternetGateway or gateway.startswith("igw-"):
            return "an internet gateway"
        if kind is ec2.CfnVPNGateway or gateway.startswith(("vgw-", "vpce-", "local")):
            return ""
        return "a gateway that is only known at deployment"


def identities(scope: IConstruct, value: object) -> Any:  # noqa: ANN401 - as JSON is
    """A value with the path of a construct wherever it refers to one, and no tokens."""
    return Tokenization.resolve(value, scope=scope, resolver=_Paths(), preparing=False)


class _Paths(DefaultTokenResolver):
    def __init__(self) -> None:
        super().__init__(StringConcat())

    def resolve_token(
        self, t: IResolvable, context: IResolveContext, post_processor: IPostProcessor
    ) -> Any:  # noqa: ANN401 - as JSON is
        """The path of what a reference refers to."""
        if Reference.is_reference(t):
            return cast("Reference", t).target.node.path
        return super().resolve_token(t, context, post_processor)


def _described(route: ec2.CfnRoute) -> dict[str, object]:
    given = {name: getattr(route, name) for name in _PROPERTIES}
    destination = (
        route.destination_cidr_block
        or route.destination_ipv6_cidr_block
        or route.destination_prefix_list_id
    )
    return {
        "path": route.node.path,
        "table": route.route_table_id,
        "destination": destination or "",
        **{name: value for name, value in given.items() if value is not None},
    }


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: _text(value) for name, value in values.items()}


def _text(value: object) -> str:
    """A value that only CloudFormation knows is an empty text."""
    return value if isinstance(value, str) else ""


def _is_public(destination: str) -> bool:
    """Whether a range is more than private networks; a list of addresses is not looked into."""
    try:
        return not ip_network(destination).is_private
    except ValueError:
        return False
