"""Which endpoint a name leads to in a VPC.

Private DNS of an endpoint, private hosted zones of a VPC, and zones of its Route 53 Profile are all
private zones: the most specific one that a name lies in answers, also with "no such name".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.private_names import dns_suffix, private_zones
from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.evidence.reachability.layout import (
    endpoints,
    resolves_private_zones,
    service_of,
)
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer
from secure_bedrock.rules._values import is_true


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a name leads to.

    Attributes:
        private: Whether it leads to a private address.
        endpoint: The endpoint, if it is known.
        why: One line.
    """

    private: Answer
    endpoint: Item | None
    why: str


@dataclass(frozen=True, slots=True)
class _Zone:
    name: str
    sure: Answer
    item: Item  # of the zone, or of the endpoint that AWS keeps one for
    shown: str


def resolve(estate: Estate, vpc: str | None, name: str) -> Resolution:
    """Look a name up as from inside of a VPC."""
    zones = [
        zone
        for zone in _zones(estate, vpc)
        if (name == zone.name or name.endswith(f".{zone.name}")) and zone.sure is not NO
    ]
    if not zones:
        unknown = estate.item(vpc, "AWS::EC2::VPC") is None or _unread(estate, vpc)
        why = "zones of the VPC are not known" if unknown else "no private zone answers for it"
        return Resolution(private=UNKNOWN if unknown else NO, endpoint=None, why=why)
    longest = max(len(zone.name) for zone in zones)
    nearest = sorted(
        (zone for zone in zones if len(zone.name) == longest), key=lambda z: z.sure is not YES
    )
    zone = nearest[0]
    found, endpoint = _record(estate, zone, name)
    private = (zone.sure & found) if found is not NO else NO
    if private is YES:
        private = resolves_private_zones(estate, vpc)
    return Resolution(private=private, endpoint=endpoint, why=f"{zone.shown}: {found.value}")


def _zones(estate: Estate, vpc: str | None) -> Iterator[_Zone]:
    for item in endpoints(estate):
        service = service_of(item)
        on = is_true(item.resource["PrivateDnsEnabled"])
        if service in set(EndpointService) and item.key("VpcId") == vpc and vpc is not None:
            region = item.stack.deployment.region
            for each in private_zones(EndpointService(service), region, dns_suffix(region)):
                yield _Zone(each.zone, on, item, f"private DNS of {item.shown}")
    for item in estate.of_type("AWS::Route53::HostedZone"):
        name = item.text("Name")
        sure = _associated(estate, item, vpc)
        if name is not None:
            yield _Zone(name.rstrip("."), sure, item, f"zone {item.shown}")


def _associated(estate: Estate, zone: Item, vpc: str | None) -> Answer:
    """Whether a private zone answers in a VPC, by itself or through the VPC's profile."""
    vpcs = zone.raw("VPCs")
    keys = (
        [zone.stack.key(each.get("VPCId")) for each in vpcs if isinstance(each, dict)]
        if isinstance(vpcs, list)
        else [None] * (vpcs is not None)
    )
    if not keys:
        return NO  # a public zone
    if vpc is not None and vpc in keys:
        return YES
    profiles = {
        each.key("ProfileId")
        for each in estate.of_type("AWS::Route53Profiles::ProfileAssociation")
        if each.key("ResourceId") == vpc
    }
    holding = {
        each.key("ProfileId")
        for each in estate.of_type("AWS::Route53Profiles::ProfileResourceAssociation")
        if each.stack.within(each.raw("ResourceArn")) == zone.id
    }
    if vpc is not None and (profiles & holding) - {None}:
        return YES
    open_ended = None in keys or (None in profiles and holding) or (None in holding and profiles)
    return UNKNOWN if open_ended or vpc is None else NO


def _record(estate: Estate, zone: _Zone, name: str) -> tuple[Answer, Item | None]:
    if zone.item.resource.type != "AWS::Route53::HostedZone":
        wildcard = (service_of(zone.item) or "") in _BELOW
        return (YES, zone.item) if (name != zone.name) == wildcard else (NO, None)
    wanted = (name, f"*.{name.partition('.')[2]}")
    unsure = False
    for record in estate.of_type("AWS::Route53::RecordSet"):
        if record.key("HostedZoneId") != zone.item.id:
            unsure = unsure or record.key("HostedZoneId") is None
            continue
        called = record.text("Name")
        if called is None:
            unsure = True
        elif called.rstrip(".") in wanted and record.text("Type") == "A":
            return _target(estate, record)
    return (UNKNOWN if unsure else NO), None


def _target(estate: Estate, record: Item) -> tuple[Answer, Item | None]:
    alias = record.raw("AliasTarget")
    raw = alias.get("DNSName") if isinstance(alias, dict) else None
    key = None if raw is None else record.stack.within(raw)
    endpoint = next((each for each in endpoints(estate) if each.id == key), None)
    return (YES, endpoint) if endpoint else (UNKNOWN, None)


def _unread(estate: Estate, vpc: str | None) -> bool:
    """Whether a zone or the VPC's profile is not in the templates, or not to be read."""
    if any(item.text("Name") is None for item in estate.of_type("AWS::Route53::HostedZone")):
        return True
    return any(
        estate.item(each.key("ProfileId"), "AWS::Route53Profiles::Profile") is None
        for each in estate.of_type("AWS::Route53Profiles::ProfileAssociation")
        if each.key("ResourceId") in {vpc, None}
    )


_BELOW = frozenset(
    service.value
    for service in EndpointService
    if any(zone.wildcard for zone in private_zones(service, "eu-west-1", "amazonaws.com"))
)
