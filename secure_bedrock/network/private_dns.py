"""Two answers for one name, found at synthesis instead of at deployment.

An interface endpoint with private DNS brings a private hosted zone for the service's name. A VPC
takes that zone once: a second endpoint of the service, or a hosted zone of the same name, makes the
deployment fail with "conflicting DNS domain".
"""

import re
from collections.abc import Iterable, Mapping

import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from constructs import Construct, IValidation

from secure_bedrock.catalog.endpoint_services import EndpointService

_SERVICE = re.compile(r"com\.amazonaws\.(?:\$\{Token\[[^]]*\]\}|[a-z0-9-]+)\.(?P<service>.+)")
_INSTEAD = "set private_dns=False for one of them, or leave one out"


def refuse_conflicts(
    scope: Construct, endpoints: Mapping[EndpointService, ec2.InterfaceVpcEndpoint]
) -> None:
    """Make synthesis fail with one line for each name that is claimed twice in a VPC."""
    scope.node.add_validation(_Conflicts(scope, endpoints))


@jsii.implements(IValidation)
class _Conflicts:
    def __init__(
        self, scope: Construct, endpoints: Mapping[EndpointService, ec2.InterfaceVpcEndpoint]
    ) -> None:
        self._scope = scope
        self._endpoints = endpoints

    def validate(self) -> list[str]:
        """What is wrong, if anything."""
        everything = self._scope.node.root.node.find_all()
        others = [each for each in everything if isinstance(each, ec2.CfnVPCEndpoint)]
        zones = [each for each in everything if isinstance(each, route53.CfnHostedZone)]
        found = []
        for service, endpoint in self._endpoints.items():
            own = endpoint.node.default_child
            if isinstance(own, ec2.CfnVPCEndpoint) and own.private_dns_enabled:
                found += self._claims(service, own, others, zones)
        return found

    def _claims(
        self,
        service: EndpointService,
        own: ec2.CfnVPCEndpoint,
        others: Iterable[ec2.CfnVPCEndpoint],
        zones: Iterable[route53.CfnHostedZone],
    ) -> list[str]:
        path = own.node.path.removesuffix("/Resource")
        same = [
            other.node.path.removesuffix("/Resource")
            for other in others
            if other.node.path != own.node.path
            and other.private_dns_enabled
            and other.vpc_id == own.vpc_id
            and _service_of(other) == service.value
        ]
        label = f"{service.value}."
        same += [
            zone.node.path.removesuffix("/Resource")
            for zone in zones
            if (zone.name or "").startswith(label) and own.vpc_id in _vpcs(zone)
        ]
        return [
            f"{path}: {each} answers for {service.value} in the same VPC, too: {_INSTEAD}"
            for each in same
        ]


def _service_of(endpoint: ec2.CfnVPCEndpoint) -> str:
    match = _SERVICE.fullmatch(endpoint.service_name or "")
    return match["service"] if match else ""


def _vpcs(zone: route53.CfnHostedZone) -> list[str]:
    vpcs = zone.vpcs
    if not isinstance(vpcs, list):
        return []
    return [vpc.vpc_id for vpc in vpcs if isinstance(vpc, route53.CfnHostedZone.VPCProperty)]
