"""What EC2 refuses about a VPC endpoint and moto accepts."""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from secure_bedrock.emulator.services.dispatch import MOTO, Call, error, operation

# Offered, but newer than moto's list of services.
_NEWER = (
    "bedrock-mantle",
    "bedrock-agentcore",
    "bedrock-agentcore-control",
    "bedrock-agentcore.gateway",
    "bedrock-data-automation",
    "bedrock-data-automation-runtime",
    "s3vectors",
)
_FIPS = ("bedrock-fips", "bedrock-runtime-fips")
_FIPS_REGIONS = (
    "ca-central-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-2",
)
_MAX_POLICY = 20_480
_ALL = 10_000


@operation("ec2", "CreateVpcEndpoint")
def create(call: Call) -> Mapping[str, Any]:
    """Check the service's name, private DNS and the policy's size; moto does the rest.

    Which Region offers a service is known only for the FIPS endpoints.
    """
    service = call.params["ServiceName"]
    backend: Any = ec2_backends[call.account][call.region]
    known = backend.describe_vpc_endpoint_services([], [], _ALL, None, call.region)
    names = [each["ServiceName"] for each in known["servicesDetails"]]
    more = (*_NEWER, *_FIPS) if call.region in _FIPS_REGIONS else _NEWER
    names += [f"com.amazonaws.{call.region}.{name}" for name in more]
    if service not in names:
        raise error("InvalidServiceName", f"The Vpc Endpoint Service '{service}' does not exist")
    if len(call.params.get("PolicyDocument", "")) > _MAX_POLICY:
        raise error("InvalidPolicyDocument", f"The policy is longer than {_MAX_POLICY} characters")
    interface = call.params.get("VpcEndpointType") == "Interface"
    if interface and call.params.get("PrivateDnsEnabled", True):
        _check_private_dns(backend, call.params["VpcId"], service)
    return MOTO


def _check_private_dns(backend: Any, vpc: str, service: str) -> None:  # noqa: ANN401 - moto's
    network = backend.vpcs.get(vpc)
    needed = ("enable_dns_support", "enable_dns_hostnames")
    if not all(str(getattr(network, name, "")).lower() == "true" for name in needed):
        text = "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames"
        raise error("InvalidParameter", f"{text} VPC attributes set to true for {vpc}")
    for other in backend.vpc_end_points.values():
        same = (other.vpc_id, other.service_name) == (vpc, service)
        there = other.vpc_endpoint_type == "Interface" and other.state != "deleted"
        if same and there and other.private_dns_enabled:
            text = "private-dns-enabled cannot be set because there is already a conflicting DNS"
            raise error("InvalidParameter", f"{text} domain for {service} in {vpc}")
