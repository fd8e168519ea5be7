"""Where one endpoint has its addresses, and which names lead there."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.encryption.tokens import unresolved

_Address = ec2.VpcEndpointIpAddressType
_Record = ec2.VpcEndpointDnsRecordIpType
_FITTING = {
    _Address.IPV4: {_Record.IPV4, _Record.SERVICE_DEFINED},
    _Address.IPV6: {_Record.IPV6, _Record.SERVICE_DEFINED},
    _Address.DUALSTACK: set(_Record),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """What is different for one endpoint; what is left out is as for all of them.

    Attributes:
        subnets: Where it gets an address. A service that a zone does not offer is left out there.
        private_dns: Whether the service's ordinary name leads to the endpoint.
        ip_address_type: IPv4, IPv6 or both. The subnets have to have such addresses.
        dns_record_ip_type: Which records the names have. Default: those of the address type.
    """

    subnets: ec2.SubnetSelection | None = None
    private_dns: bool | None = None
    ip_address_type: ec2.VpcEndpointIpAddressType | None = None
    dns_record_ip_type: ec2.VpcEndpointDnsRecordIpType | None = None

    def over(self, common: "EndpointSettings") -> "EndpointSettings":
        """These settings, completed by those that all endpoints have."""
        dns = self.private_dns
        return EndpointSettings(
            subnets=self.subnets or common.subnets,
            private_dns=common.private_dns if dns is None else dns,
            ip_address_type=self.ip_address_type or common.ip_address_type,
            dns_record_ip_type=self.dns_record_ip_type or common.dns_record_ip_type,
        )


def check_settings(
    path: str, vpc: ec2.IVpc, service: EndpointService, settings: EndpointSettings
) -> None:
    """Refuse what AWS would refuse at deployment, as far as it is known.

    Raises:
        ValueError: No subnet, two in a zone, addresses that the service, the subnets or the records
            do not have, or private DNS in a VPC whose DNS is off.
    """
    subnets = _subnets(path, vpc, service, settings)
    address, record = settings.ip_address_type, settings.dns_record_ip_type
    if address in (_Address.IPV6, _Address.DUALSTACK):
        if service.facts.ipv6 is False:
            raise ValueError(
                f"{path}: the endpoint for {service.value} has IPv4 addresses only: "
                "give it ip_address_type IPV4 in settings"
            )
        _check_ipv6(path, service, subnets)
    if record is not None and record not in _FITTING[address or _Address.IPV4]:
        fitting = ", ".join(sorted(each.name for each in _FITTING[address or _Address.IPV4]))
        raise ValueError(
            f"{path}: the endpoint for {service.value} has dns_record_ip_type {record.name}, which "
            f"its addresses do not have: use {fitting}, or another ip_address_type"
        )
    if settings.private_dns:
        _check_dns(path, vpc)


def _subnets(
    path: str, vpc: ec2.IVpc, service: EndpointService, settings: EndpointSettings
) -> list[ec2.ISubnet]:
    chosen = settings.subnets or ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    try:
        subnets = vpc.select_subnets(
            availability_zones=chosen.availability_zones,
            one_per_az=chosen.one_per_az,
            subnet_filters=chosen.subnet_filters,
            subnet_group_name=chosen.subnet_group_name,
            subnets=chosen.subnets,
            subnet_type=chosen.subnet_type,
        ).subnets
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(f"{path}: subnets for {service.value}: {reason}") from None
    if not subnets:
        raise ValueError(
            f"{path}: subnets for {service.value} selects none of the VPC's: "
            "name other zones or subnets"
        )
    zones = [subnet.availability_zone for subnet in chosen.subnets or ()]
    twice = sorted({z for z in zones if not unresolved(z) and zones.count(z) > 1})
    if twice:
        raise ValueError(
            f"{path}: subnets for {service.value} has several in {', '.join(twice)}: "
            "an endpoint takes one in each zone"
        )
    return list(subnets)


def _check_ipv6(path: str, service: EndpointService, subnets: Sequence[ec2.ISubnet]) -> None:
    for subnet in subnets:
        resource = subnet.node.default_child  # None if the subnet is not this app's
        if isinstance(resource, ec2.CfnSubnet) and not (
            resource.ipv6_cidr_block or resource.ipv6_ipam_pool_id
        ):
            raise ValueError(
                f"{path}: the endpoint for {service.value} is to have IPv6 addresses, and "
                f"{subnet.node.path} has none: give the subnet an IPv6 range, or use IPV4"
            )


def _check_dns(path: str, vpc: ec2.IVpc) -> None:
    resource = vpc.node.default_child
    if isinstance(resource, ec2.CfnVPC) and not (
        resource.enable_dns_hostnames and resource.enable_dns_support is not False
    ):
        raise ValueError(
            f"{path}: private DNS needs a VPC with DNS support and DNS host names, and "
            f"{vpc.node.path} is without: turn both on, or set private_dns=False"
        )
