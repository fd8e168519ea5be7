"""From each subnet: which names of Amazon Bedrock lead to a private address that admits it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.private_names import dns_suffix, private_zones
from secure_bedrock.evidence.reachability.deployment import Deployment
from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.evidence.reachability.groups import GROUP
from secure_bedrock.evidence.reachability.layout import Subnet, endpoints, subnets
from secure_bedrock.evidence.reachability.on_premises import OnPremises
from secure_bedrock.evidence.reachability.rows import Row, from_outside, from_subnet
from secure_bedrock.evidence.reachability.ways import Way, ways
from secure_bedrock.rules._answer import Answer

BEDROCK = (
    EndpointService.BEDROCK,
    EndpointService.BEDROCK_RUNTIME,
    EndpointService.BEDROCK_AGENT,
    EndpointService.BEDROCK_AGENT_RUNTIME,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What else is reachable from a subnet.

    Attributes:
        subnet: The subnet.
        ways: Routes out of its VPC, and gateway endpoints.
        internet: Whether one of them leads to the internet.
    """

    subnet: str
    ways: tuple[Way, ...]
    internet: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """The whole table.

    Attributes:
        rows: Every subnet, group of callers and name.
        elsewhere: Every subnet.
        notes: What had to be assumed.
    """

    rows: tuple[Row, ...]
    elsewhere: tuple[Elsewhere, ...]
    notes: tuple[str, ...]


def reachability(
    *deployments: Deployment,
    services: Sequence[EndpointService] = BEDROCK,
    on_premises: Sequence[OnPremises] = (),
) -> Reachability:
    """Compute what is reachable from the subnets of templates that are deployed together.

    Args:
        deployments: The templates, with where each goes. What other templates refer to by id, and
            what no template makes, is known only if ``values`` or a small template say so;
            otherwise the answers are unknown.
        services: The services whose names are asked for, in every Region with an endpoint.
        on_premises: Networks outside of AWS to ask for as well.

    Raises:
        ValueError: Two deployments with one name.
    """
    estate = Estate(deployments)
    known = subnets(estate)
    asked = list(_names(estate, services))
    rows = [
        from_subnet(estate, subnet, group, name)
        for subnet in known.values()
        for group in _callers(estate, subnet)
        for name in asked
    ]
    rows += [from_outside(estate, network, name) for network in on_premises for name in asked]
    elsewhere = []
    for subnet in known.values():
        found, internet = ways(estate, subnet)
        elsewhere.append(Elsewhere(subnet=subnet.shown, ways=found, internet=internet))
    return Reachability(rows=tuple(rows), elsewhere=tuple(elsewhere), notes=tuple(_notes(estate)))


def _names(estate: Estate, services: Sequence[EndpointService]) -> Iterator[str]:
    for region in sorted({each.stack.deployment.region for each in endpoints(estate)}):
        for service in services:
            for zone in private_zones(service, region, dns_suffix(region)):
                yield zone.record.replace("*", "name")


def _callers(estate: Estate, subnet: Subnet) -> list[Item | None]:
    """Security groups of the VPC, besides those of endpoints and resolvers."""
    taken = {key for each in endpoints(estate) for key in each.keys("SecurityGroupIds")}
    for each in estate.of_type("AWS::Route53Resolver::ResolverEndpoint"):
        taken |= set(each.keys("SecurityGroupIds"))
    free: list[Item | None] = [
        each
        for each in estate.of_type(GROUP)
        if each.key("VpcId") == subnet.vpc and subnet.vpc and each.id not in taken
    ]
    return free or [None]


def _notes(estate: Estate) -> Iterator[str]:
    for stack in estate.stacks:
        if len(stack.possible) > 1:
            chosen = ", ".join(stack.possible[0].choices)
            yield f"{stack.name}: conditions are decided by the defaults of {chosen}"
