"""VPCs, subnets, endpoints: what the questions are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.rules._answer import NO, UNKNOWN, Answer
from secure_bedrock.rules._values import is_true

ENDPOINT = "AWS::EC2::VPCEndpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A subnet; of one that no template has, only its name is known.

    Attributes:
        key: What names it.
        shown: What to call it in answers.
        vpc: Its VPC.
        network: Its IPv4 range.
        account: Account of its stack.
        region: Region of its stack.
    """

    key: str
    shown: str
    vpc: str | None
    network: IPv4Network | None
    account: str
    region: str


def subnets(estate: Estate) -> dict[str, Subnet]:
    """Every subnet of the templates, and those that only endpoints name."""
    if "subnets" not in estate.cache:
        found = {
            item.id: Subnet(
                key=item.id,
                shown=item.shown,
                vpc=item.key("VpcId"),
                network=item.network("CidrBlock"),
                account=item.stack.deployment.account,
                region=item.stack.deployment.region,
            )
            for item in estate.of_type("AWS::EC2::Subnet")
        }
        for item in estate.of_type(ENDPOINT):
            for key in item.keys("SubnetIds"):
                if key is not None and key not in found:
                    account, region = item.stack.place
                    found[key] = Subnet(
                        key=key,
                        shown=key,
                        vpc=item.key("VpcId"),
                        network=None,
                        account=account,
                        region=region,
                    )
        estate.cache["subnets"] = found
    result: dict[str, Subnet] = estate.cache["subnets"]
    return result


def endpoints(estate: Estate) -> Iterator[Item]:
    """Interface endpoints."""
    for item in estate.of_type(ENDPOINT):
        if item.text("VpcEndpointType") == "Interface":
            yield item


def service_of(endpoint: Item) -> str | None:
    """The service of an endpoint, such as ``bedrock-runtime``; None if it is not known."""
    text = endpoint.text("ServiceName")
    _, found, service = (text or "").partition(f".{endpoint.stack.deployment.region}.")
    return service if found else None


def resolves_private_zones(estate: Estate, vpc: str | None) -> Answer:
    """Whether private zones answer in a VPC: DNS support and DNS host names are on."""
    item = estate.item(vpc, "AWS::EC2::VPC")
    if item is None:
        return UNKNOWN
    support = is_true(item.resource["EnableDnsSupport"], missing=~NO)
    return support & is_true(item.resource["EnableDnsHostnames"])
