"""Two answers for one name, found at synthesis instead of at deployment.

An interface endpoint with private DNS brings a private hosted zone for the service's name. A VPC
takes that zone once: a second endpoint of the service, or a hosted zone of the same name, makes the
deployment fail with "conflicting DNS domain".
"""

import re
from collections.abc import Mapping, Sequence

import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from constructs import Construct, IValidation

from secure_bedrock.catalog.endpoint_facts import FACTS
from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.network.routing import identities

_TOKEN = re.compile(r"\$\{Token\[[^]]*\]\}")
_BEFORE = re.compile(r"^com\.amazonaws\.([a-z0-9-]+)?\.")
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
        endpoints = [e for e in everything if isinstance(e, ec2.CfnVPCEndpoint)]
        zones = [e for e in everything if isinstance(e, route53.CfnHostedZone)]
        vpcs = identities(
            self._scope,
            {
                **{each.node.path: [each.vpc_id] for each in endpoints},
                **{zone.node.path: _vpcs_of(zone) for zone in zones},
            },
        )
        claims = [
            (each.node.path, _front(_service_of(each)), vpcs[each.node.path][0])
            for each in endpoints
            if each.private_dns_enabled
        ]
        claims += [
            (zone.node.path, zone.name or "", vpc["vpcId"])
            for zone in zones
            for vpc in vpcs[zone.node.path]
        ]
        return [line for own in self._endpoints.items() for line in _others(*own, claims)]


def _others(
    service: EndpointService,
    endpoint: ec2.InterfaceVpcEndpoint,
    claims: Sequence[tuple[str, str, str]],
) -> list[str]:
    path = endpoint.node.path
    own = f"{path}/Resource"
    ours = [vpc for claimant, _, vpc in claims if claimant == own]
    return [
        f"{path}: {claimant.removesuffix('/Resource')} answers for {service.value} in the same "
        f"VPC, too: {_INSTEAD}"
        for claimant, name, vpc in claims
        if claimant != own and name.startswith(_front(service.value)) and vpc in ours
    ]


def _service_of(endpoint: ec2.CfnVPCEndpoint) -> str:
    name = _TOKEN.sub("", endpoint.service_name or "").strip(".")
    return _BEFORE.sub("", name)


def _front(service: str) -> str:
    """What stands before the Region in the service's private name."""
    if service not in FACTS:
        return f"{service}."
    return FACTS[service].private_name.removeprefix("*.").partition("{region}")[0]


def _vpcs_of(zone: route53.CfnHostedZone) -> object:
    return zone._cfn_properties.get("vpcs") or []  # noqa: SLF001 - jsii shows a lazy list as an empty one
