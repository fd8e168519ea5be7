"""Private hosted zones that lead the ordinary names of services to endpoints elsewhere.

The zone that AWS makes for an endpoint with private DNS serves the endpoint's own VPC and cannot be
shared. Zones of one's own can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_route53 as route53
from constructs import Construct

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.private_names import PrivateName, private_zones
from secure_bedrock.network.hub_exports import EndpointAddress

_MOST_VPCS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneVpc:
    """A VPC in which private zones answer. It has to belong to the zones' account.

    Attributes:
        vpc_id: The VPC.
        region: Its Region; any, not only that of the endpoints.
    """

    vpc_id: str
    region: str


class PrivateZones(Construct):
    """One private hosted zone for each name of the services, with an alias to their endpoint.

    It protects against requests that leave for a service's public address because a VPC does not
    know of the endpoint.

    Args:
        scope: Parent construct.
        id: Construct id.
        endpoints: Where each service's names lead to.
        region: Region of the endpoints.
        suffix: The partition's DNS suffix.
        vpcs: The VPCs, up to 300, in which the names lead there: of this account. Each needs DNS
            support and DNS host names on.

    Raises:
        ValueError: No endpoint, no VPC, a VPC twice, or more VPCs than Route 53 takes.

    Source: Amazon Route 53 Developer Guide, "Working with private hosted zones" and "Quotas".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        endpoints: Mapping[EndpointService, EndpointAddress],
        region: str,
        suffix: str,
        vpcs: Sequence[ZoneVpc],
    ) -> None:
        super().__init__(scope, id)
        self._check(endpoints, vpcs)
        self.zones: dict[str, route53.CfnHostedZone] = {}
        for service, address in endpoints.items():
            label = service.name.title().replace("_", "")
            for number, name in enumerate(private_zones(service, region, suffix)):
                self._zone(f"{label}{number or ''}", name, address, vpcs)

    def _zone(
        self, label: str, name: PrivateName, address: EndpointAddress, vpcs: Sequence[ZoneVpc]
    ) -> None:
        zone = route53.CfnHostedZone(
            self,
            label,
            name=name.zone,
            vpcs=[
                route53.CfnHostedZone.VPCProperty(vpc_id=vpc.vpc_id, vpc_region=vpc.region)
                for vpc in vpcs
            ],
        )
        route53.CfnRecordSet(
            self,
            f"{label}Record",
            hosted_zone_id=zone.attr_id,
            name=name.record,
            type="A",
            alias_target=route53.CfnRecordSet.AliasTargetProperty(
                dns_name=address.dns_name,
                hosted_zone_id=address.hosted_zone_id,
                evaluate_target_health=False,
            ),
        )
        self.zones[label] = zone

    def _check(
        self, endpoints: Mapping[EndpointService, EndpointAddress], vpcs: Sequence[ZoneVpc]
    ) -> None:
        where = self.node.path
        if not endpoints:
            raise ValueError(f"{where}: endpoints is empty: name where a service's names lead to")
        if not 1 <= len(vpcs) <= _MOST_VPCS:
            raise ValueError(
                f"{where}: {len(vpcs)} VPCs, Route 53 takes 1 to {_MOST_VPCS} for a zone: "
                "share the names by a Route 53 Profile instead"
            )
        twice = {vpc.vpc_id for vpc in vpcs if vpcs.count(vpc) > 1}
        if twice:
            raise ValueError(f"{where}: VPC {min(twice)} is named more than once: name it once")
