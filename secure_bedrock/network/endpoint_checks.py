"""What is refused before any endpoint is made."""

from collections.abc import Collection, Sequence
from ipaddress import ip_network

from aws_cdk import aws_ec2 as ec2

from secure_bedrock.catalog.endpoint_facts import Availability
from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.models import InferenceProfile, Model
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.network.endpoint_policies import RUNTIME

_WIDEST = {4: 8, 6: 32}


def check_services(
    path: str,
    region: str,
    services: Sequence[EndpointService],
    models: Sequence[Model],
    settings: Collection[EndpointService],
) -> None:
    """Refuse services that cannot be, and models that their endpoints could not pass."""
    if not services:
        raise ValueError(f"{path}: services is empty: leave it out for the default")
    twice = sorted({service.value for service in services if services.count(service) > 1})
    if twice:
        raise ValueError(f"{path}: services names {', '.join(twice)} more than once: name it once")
    idle = sorted({service.value for service in settings} - {service.value for service in services})
    if idle:
        raise ValueError(
            f"{path}: settings names {', '.join(idle)}, which has no endpoint: add it to services"
        )
    runtime = [service.value for service in services if service in RUNTIME]
    if runtime and not models:
        raise ValueError(
            f"{path}: models is empty, so {runtime[0]} would pass no call: name at least one model"
        )
    if not unresolved(region):
        _check_region(path, region, services, models)


def check_peer(path: str, peer: ec2.IConnectable) -> None:
    """Refuse an address range that is more than a network."""
    address = getattr(peer, "unique_id", None)
    if not isinstance(address, str) or unresolved(address) or "/" not in address:
        return
    network = ip_network(address, strict=False)
    if network.prefixlen == 0:
        raise ValueError(
            f"{path}: {address} is everyone: name a security group, a prefix "
            "list or the address range of a network of yours"
        )
    widest = _WIDEST[network.version]
    if network.prefixlen < widest:
        raise ValueError(
            f"{path}: {address} is wider than /{widest}: name a security group, a prefix list or "
            "the address range of a network of yours"
        )


def _check_region(
    path: str, region: str, services: Sequence[EndpointService], models: Sequence[Model]
) -> None:
    for model in models:
        if isinstance(model, InferenceProfile) and not model.usable_from(region):
            raise ValueError(
                f"{path}: the inference profile {model.profile_id} cannot be used "
                f"from {region}: use one of that Region's geography"
            )
    for service in services:
        if service.availability(region) is Availability.NOT_OFFERED:
            known = ", ".join(sorted(service.facts.regions)) or "other Regions"
            raise ValueError(
                f"{path}: {service.value} is not offered in {region}, only in {known}: "
                "leave it out, or deploy there"
            )
