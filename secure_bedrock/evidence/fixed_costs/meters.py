"""What of a resource is billed by time: which meters it turns, and how many times."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from secure_bedrock.rules._node import Node
from secure_bedrock.rules._template import Resource

_MINUTE = 60
_SERIES_OF_A_BAND = 3  # the metric and the two edges of the band
_AT_DEPLOYMENT = "how many there are is known at deployment only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """One thing that a resource is billed for.

    Attributes:
        meter: Such as ``interface-endpoint``.
        quantity: How many; None if the template does not say.
        why: Why it does not.
    """

    meter: str
    quantity: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """How a thing that is billed by time is called.

    Attributes:
        title: In the plural.
        note: What a reader must know.
    """

    title: str
    note: str = ""


METERS: Mapping[str, Meter] = {
    "interface-endpoint": Meter(
        title="Interface endpoints, each in each zone", note="Data processed is billed by use."
    ),
    "gateway-load-balancer-endpoint": Meter(title="Gateway Load Balancer endpoints"),
    "nat-gateway": Meter(title="NAT gateways", note="Data processed is billed by use."),
    "public-ipv4-address": Meter(title="Public IPv4 addresses"),
    "transit-gateway-attachment": Meter(
        title="Transit Gateway attachments", note="Data processed is billed by use."
    ),
    "vpn-connection": Meter(title="Site-to-Site VPN connections"),
    "kms-key": Meter(
        title="KMS keys",
        note="Each of the first two rotations adds the price of a key; requests are billed by use.",
    ),
    "alarm-metric": Meter(
        title="Metrics that alarms watch",
        note="A free tier of the account, if it has one, is not deducted.",
    ),
    "alarm-metric-high-resolution": Meter(title="Metrics that high-resolution alarms watch"),
    "composite-alarm": Meter(title="Composite alarms"),
    "dashboard": Meter(
        title="CloudWatch dashboards", note="The first three of an account are free: not deducted."
    ),
    "contributor-insights-rule": Meter(title="Contributor Insights rules"),
    "web-acl": Meter(title="AWS WAF web ACLs", note="Requests are billed by use."),
    "web-acl-rule": Meter(
        title="Rules of AWS WAF web ACLs", note="Some managed rule groups cost more."
    ),
    "hosted-zone": Meter(title="Route 53 hosted zones", note="From the 26th on they cost less."),
    "resolver-address": Meter(title="Addresses of Route 53 Resolver endpoints"),
    "secret": Meter(title="Secrets", note="Calls are billed by use."),
    "opensearch-capacity-unit": Meter(
        title="OpenSearch Serverless capacity units",
        note="The least that each collection keeps running; collections that share a key may "
        "share them, and under load there are more.",
    ),
}


def _one(meter: str) -> Callable[[Resource], Iterator[Metered]]:
    def read(_: Resource) -> Iterator[Metered]:
        yield Metered(meter=meter, quantity=Decimal(1))

    return read


def _length(meter: str, node: Node, *, least: int = 0) -> Metered:
    members = list(node)
    if any(each.unknown for each in members):
        return Metered(meter=meter, quantity=None, why=_AT_DEPLOYMENT)
    return Metered(meter=meter, quantity=Decimal(max(len(members), least)))


def _endpoint(resource: Resource) -> Iterator[Metered]:
    kind = resource["VpcEndpointType"]
    if kind.missing or kind.literal == "Gateway":
        return
    if kind.literal == "Interface":
        yield _length("interface-endpoint", resource["SubnetIds"], least=1)
    elif kind.literal == "GatewayLoadBalancer":
        yield _length("gateway-load-balancer-endpoint", resource["SubnetIds"], least=1)
    else:
        why = "what kind of endpoint it is, or what that kind costs, is not known"
        yield Metered(meter="interface-endpoint", quantity=None, why=why)


def _alarm(resource: Resource) -> Iterator[Metered]:
    metrics = resource["Metrics"]
    if metrics.missing:
        yield Metered(meter=_resolution(resource["Period"]), quantity=Decimal(1))
        return
    read = list(metrics)
    watched = [each["MetricStat"] for each in read if not each["MetricStat"].missing]
    queries = [each["Expression"].literal or "" for each in read]
    if metrics.unknown or any(each.unknown for each in read):
        yield Metered(meter="alarm-metric", quantity=None, why=_AT_DEPLOYMENT)
    elif any(query.lstrip().upper().startswith("SELECT") for query in queries):
        why = "a Metrics Insights query is billed by the metrics it reads"
        yield Metered(meter="alarm-metric", quantity=None, why=why)
    else:
        band = any("ANOMALY_DETECTION_BAND" in query for query in queries)
        for each in watched:
            count = _SERIES_OF_A_BAND if band else 1
            yield Metered(meter=_resolution(each["Period"]), quantity=Decimal(count))


def _resolution(period: Node) -> str:
    seconds = period.literal
    if seconds is not None and seconds.isdigit() and int(seconds) < _MINUTE:
        return "alarm-metric-high-resolution"
    return "alarm-metric"


def _web_acl(resource: Resource) -> Iterator[Metered]:
    yield Metered(meter="web-acl", quantity=Decimal(1))
    rules = _length("web-acl-rule", resource["Rules"])
    if rules.quantity is None or rules.quantity:
        yield rules


def _collection(resource: Resource) -> Iterator[Metered]:
    replicas = resource["StandbyReplicas"]
    if replicas.unknown:
        yield Metered(meter="opensearch-capacity-unit", quantity=None, why=_AT_DEPLOYMENT)
        return
    least = 1 if replicas.literal == "DISABLED" else 2  # half a unit each to index and to search
    yield Metered(meter="opensearch-capacity-unit", quantity=Decimal(least))


BY_TIME: Mapping[str, Callable[[Resource], Iterator[Metered]]] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::CompositeAlarm": _one("composite-alarm"),
    "AWS::CloudWatch::Dashboard": _one("dashboard"),
    "AWS::CloudWatch::InsightRule": _one("contributor-insights-rule"),
    "AWS::EC2::EIP": _one("public-ipv4-address"),
    "AWS::EC2::NatGateway": _one("nat-gateway"),
    "AWS::EC2::TransitGatewayAttachment": _one("transit-gateway-attachment"),
    "AWS::EC2::TransitGatewayPeeringAttachment": _one("transit-gateway-attachment"),
    "AWS::EC2::TransitGatewayVpcAttachment": _one("transit-gateway-attachment"),
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::VPNConnection": _one("vpn-connection"),
    "AWS::KMS::Key": _one("kms-key"),
    "AWS::KMS::ReplicaKey": _one("kms-key"),
    "AWS::OpenSearchServerless::Collection": _collection,
    "AWS::Route53::HostedZone": _one("hosted-zone"),
    "AWS::Route53Resolver::ResolverEndpoint": lambda resource: iter(
        [_length("resolver-address", resource["IpAddresses"], least=2)]
    ),
    "AWS::SecretsManager::Secret": _one("secret"),
    "AWS::WAFv2::WebACL": _web_acl,
}
"""What is known to be billed by time, and how to count it."""
