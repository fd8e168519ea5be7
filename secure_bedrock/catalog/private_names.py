"""The private zone and record that lead each of a service's names to an endpoint.

A zone answers for everything below its name. With a zone for ``bedrock-agentcore.REGION...`` and
none for the gateways below it, gateways have no address at all in the VPCs of that zone: closed,
not public.

Sources: Amazon Route 53 Developer Guide, "Considerations when working with a private hosted zone".
"""

from dataclasses import dataclass

from secure_bedrock.catalog.endpoint_services import EndpointService

_USUAL = "amazonaws.com"
_SUFFIXES = {"cn-": "amazonaws.com.cn", "eusc-": "amazonaws.eu"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateName:
    """A private zone, and which name in it leads to the endpoint.

    Attributes:
        zone: Name of the private hosted zone.
        wildcard: Whether callers use names below the zone's, rather than the zone's own.
    """

    zone: str
    wildcard: bool = False

    @property
    def record(self) -> str:
        """Name of the record."""
        return f"*.{self.zone}" if self.wildcard else self.zone


def private_zones(service: EndpointService, region: str, suffix: str) -> tuple[PrivateName, ...]:
    """The zones of a service in a Region.

    Args:
        service: The service.
        region: The Region, or a token.
        suffix: The partition's DNS suffix, such as ``amazonaws.com``, or a token.
    """
    names = service.private_names(region, _USUAL)
    ours = [n.removesuffix(_USUAL) + suffix if n.endswith(f".{_USUAL}") else n for n in names]
    return tuple(PrivateName(zone=n.removeprefix("*."), wildcard=n[0] == "*") for n in ours)


def dns_suffix(region: str) -> str:
    """The DNS suffix of a Region that is known."""
    return next((s for prefix, s in _SUFFIXES.items() if region.startswith(prefix)), _USUAL)
