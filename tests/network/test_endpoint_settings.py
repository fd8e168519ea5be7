import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53

from secure_bedrock import BedrockEndpoints, EndpointService, EndpointSettings

BEDROCK, KMS = EndpointService.BEDROCK, EndpointService.KMS
ENDPOINT = "AWS::EC2::VPCEndpoint"
IPV4, IPV6, DUALSTACK = ec2.VpcEndpointIpAddressType
RECORD = ec2.VpcEndpointDnsRecordIpType


@pytest.fixture
def build(endpoints, resources):
    """The properties of the endpoints by service, given what differs for each."""

    def of(*services, **properties):
        built = endpoints(models=[], services=services or [BEDROCK, KMS], **properties)
        found = resources(cdk.Stack.of(built), ENDPOINT).values()
        return {
            str(e["Properties"]["ServiceName"]).split(".", 3)[-1]: e["Properties"] for e in found
        }

    return of


@pytest.fixture
def own_vpc(env_stack):
    """A VPC of the app, without addresses of IPv6."""
    vpc = ec2.CfnVPC(env_stack, "Own", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
    subnet = ec2.PrivateSubnet(
        env_stack, "One", availability_zone="eu-west-1a", cidr_block="10.0.0.0/20", vpc_id=vpc.ref
    )
    return ec2.Vpc.from_vpc_attributes(
        env_stack, "OwnVpc", vpc_id=vpc.ref, availability_zones=["eu-west-1a"]
    ), subnet


def test_one_endpoint_can_be_left_out_of_a_zone(build):
    zone = ec2.SubnetSelection(availability_zones=["eu-west-1b"])
    found = build(settings={KMS: EndpointSettings(subnets=zone)})
    assert found["kms"]["SubnetIds"] == ["subnet-b"]
    assert found["bedrock"]["SubnetIds"] == ["subnet-a", "subnet-b"]


def test_private_dns_can_be_off_for_one_endpoint(build):
    found = build(settings={KMS: EndpointSettings(private_dns=False)})
    assert found["kms"]["PrivateDnsEnabled"] is False
    assert found["bedrock"]["PrivateDnsEnabled"] is True


def test_private_dns_can_be_on_for_one_endpoint_only(build):
    found = build(private_dns=False, settings={KMS: EndpointSettings(private_dns=True)})
    assert found["kms"]["PrivateDnsEnabled"] is True
    assert found["bedrock"]["PrivateDnsEnabled"] is False


def test_all_endpoints_can_have_both_kinds_of_addresses(build):
    found = build(ip_address_type=DUALSTACK)
    assert {e["IpAddressType"] for e in found.values()} == {"dualstack"}


def test_one_endpoint_can_have_ipv6_with_records_of_its_own(build):
    own = EndpointSettings(ip_address_type=IPV6, dns_record_ip_type=RECORD.IPV6)
    found = build(settings={BEDROCK: own})
    assert found["bedrock"]["IpAddressType"] == "ipv6"
    assert found["bedrock"]["DnsOptions"] == {"DnsRecordIpType": "ipv6"}
    assert "IpAddressType" not in found["kms"]


@pytest.mark.parametrize("address", [IPV6, DUALSTACK])
def test_service_without_ipv6_is_refused(build, address):
    message = r"the endpoint for ecr\.api has IPv4 addresses only: give it ip_address_type IPV4"
    with pytest.raises(ValueError, match=message):
        build(EndpointService.ECR_API, ip_address_type=address)


def test_service_without_ipv6_can_stay_behind(build):
    settings = {EndpointService.ECR_API: EndpointSettings(ip_address_type=IPV4)}
    services = [BEDROCK, EndpointService.ECR_API]
    found = build(*services, ip_address_type=DUALSTACK, settings=settings)
    assert found["ecr.api"]["IpAddressType"] == "ipv4"


@pytest.mark.parametrize(
    ("address", "record"),
    [(IPV4, RECORD.IPV6), (IPV4, RECORD.DUALSTACK), (None, RECORD.IPV6), (IPV6, RECORD.IPV4)],
)
def test_records_of_addresses_that_are_not_there_are_refused(build, address, record):
    own = EndpointSettings(ip_address_type=address, dns_record_ip_type=record)
    with pytest.raises(ValueError, match=f"dns_record_ip_type {record.name}, which its addresses"):
        build(settings={BEDROCK: own})


def test_ipv6_in_a_subnet_without_it_is_refused(endpoints, own_vpc):
    vpc, subnet = own_vpc
    with pytest.raises(ValueError, match="to have IPv6 addresses, and Test/One has none: give the"):
        endpoints(
            vpc=vpc,
            services=[BEDROCK],
            subnets=ec2.SubnetSelection(subnets=[subnet]),
            ip_address_type=DUALSTACK,
        )


def test_ipv6_in_a_dual_stack_vpc_is_taken(env_stack, resources):
    vpc = ec2.Vpc(
        env_stack,
        "Dual",
        availability_zones=["eu-west-1a"],
        ip_protocol=ec2.IpProtocol.DUAL_STACK,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="i", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        ],
    )
    BedrockEndpoints(
        env_stack, "E", vpc=vpc, models=[], services=[BEDROCK], ip_address_type=DUALSTACK
    )
    (endpoint,) = resources(env_stack, ENDPOINT).values()
    assert endpoint["Properties"]["IpAddressType"] == "dualstack"


def test_two_subnets_of_one_zone_are_refused(endpoints, existing_vpc):
    twice = ec2.SubnetSelection(subnets=[existing_vpc.isolated_subnets[0]] * 2)
    with pytest.raises(ValueError, match="subnets for bedrock has several in eu-west-1a: an endp"):
        endpoints(services=[BEDROCK], subnets=twice)


def test_zone_without_a_subnet_is_refused_with_one_line(endpoints):
    nowhere = ec2.SubnetSelection(availability_zones=["eu-west-1c"])
    with pytest.raises(ValueError, match=r"^Test/Endpoints: subnets for bedrock selects none of"):
        endpoints(services=[BEDROCK], subnets=nowhere)


def test_vpc_without_isolated_subnets_is_refused_with_one_line(env_stack, endpoints):
    vpc = ec2.Vpc.from_vpc_attributes(
        env_stack, "P", vpc_id="vpc-2", availability_zones=["a"], private_subnet_ids=["subnet-p"]
    )
    with pytest.raises(ValueError, match=r"^Test/Endpoints: subnets for bedrock: .*Isolated") as no:
        endpoints(vpc=vpc, services=[BEDROCK])
    assert "\n" not in str(no.value)


def test_settings_without_an_endpoint_are_refused(endpoints):
    with pytest.raises(ValueError, match="settings names kms, which has no endpoint: add it to"):
        endpoints(services=[BEDROCK], settings={KMS: EndpointSettings()})


@pytest.mark.parametrize("off", [{"enable_dns_support": False}, {"enable_dns_hostnames": False}])
def test_private_dns_in_a_vpc_without_dns_is_refused(env_stack, endpoints, off):
    vpc = ec2.Vpc(env_stack, "NoDns", availability_zones=["eu-west-1a"], **off)
    subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
    with pytest.raises(
        ValueError, match="private DNS needs a VPC with DNS support and DNS host na"
    ):
        endpoints(vpc=vpc, services=[BEDROCK], subnets=subnets)


def test_second_endpoint_with_private_dns_in_a_vpc_fails_synthesis(
    env_stack, app, endpoints, existing_vpc
):
    endpoints(services=[BEDROCK, KMS])
    service = ec2.InterfaceVpcEndpointAwsService.KMS
    ec2.InterfaceVpcEndpoint(env_stack, "Mine", vpc=existing_vpc, service=service)
    with pytest.raises(
        RuntimeError, match="Endpoints/Kms: Test/Mine answers for kms in the same V"
    ):
        app.synth()


@pytest.mark.parametrize("private_dns", [True, False])
def test_second_endpoint_may_have_private_dns_off(
    env_stack, app, endpoints, existing_vpc, private_dns
):
    endpoints(services=[KMS], private_dns=private_dns)
    ec2.InterfaceVpcEndpoint(
        env_stack,
        "Mine",
        vpc=existing_vpc,
        service=ec2.InterfaceVpcEndpointAwsService.KMS,
        private_dns_enabled=not private_dns,
    )
    assert app.synth()


@pytest.mark.parametrize("private_dns", [True, False])
def test_hosted_zone_of_the_same_name_needs_private_dns_off(
    env_stack, app, endpoints, existing_vpc, private_dns
):
    endpoints(services=[KMS], private_dns=private_dns)
    name = "kms.eu-west-1.amazonaws.com"
    route53.PrivateHostedZone(env_stack, "Zone", vpc=existing_vpc, zone_name=name)
    if private_dns:
        with pytest.raises(RuntimeError, match="Endpoints/Kms: Test/Zone answers for kms in the s"):
            app.synth()
    else:
        assert app.synth()


def test_endpoint_of_another_vpc_is_no_conflict(env_stack, app, endpoints):
    endpoints(services=[KMS])
    other = ec2.Vpc.from_vpc_attributes(
        env_stack,
        "Other",
        vpc_id="vpc-2",
        vpc_cidr_block="10.8.0.0/16",
        availability_zones=["a"],
        private_subnet_ids=["subnet-p"],
    )
    service = ec2.InterfaceVpcEndpointAwsService.KMS
    ec2.InterfaceVpcEndpoint(env_stack, "Mine", vpc=other, service=service)
    assert app.synth()


def test_zone_below_a_service_is_not_the_service(env_stack, app, endpoints, existing_vpc):
    endpoints(services=[EndpointService.BEDROCK_AGENTCORE], models=[])
    name = "gateway.bedrock-agentcore.eu-west-1.amazonaws.com"
    route53.PrivateHostedZone(env_stack, "Zone", vpc=existing_vpc, zone_name=name)
    assert app.synth()


@pytest.mark.parametrize("wide", ["0.0.0.0/1", "11.0.0.0/7", "2000::/3"])
def test_ranges_wider_than_a_network_are_refused(endpoints, wide):
    peer = ec2.Peer.ipv6(wide) if ":" in wide else ec2.Peer.ipv4(wide)
    with pytest.raises(ValueError, match=r"is wider than /(8|32): name a security group, a prefix"):
        endpoints(services=[KMS]).allow_from(peer)


def test_networks_of_both_kinds_are_admitted(endpoints, resources):
    built = endpoints(services=[KMS])
    built.allow_from(ec2.Peer.ipv4("10.0.0.0/8"))
    built.allow_from(ec2.Peer.ipv6("2001:db8::/56"))
    (group,) = resources(cdk.Stack.of(built), "AWS::EC2::SecurityGroup").values()
    rules = group["Properties"]["SecurityGroupIngress"]
    assert [r.get("CidrIp") or r["CidrIpv6"] for r in rules] == ["10.0.0.0/8", "2001:db8::/56"]


def test_bedrock_is_refused_in_china(app):
    stack = cdk.Stack(app, "Cn", env=cdk.Environment(account="111122223333", region="cn-north-1"))
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "V", vpc_id="vpc-1", availability_zones=["a"], isolated_subnet_ids=["s-1"]
    )
    with pytest.raises(ValueError, match="Cn/E: bedrock is not offered in cn-north-1, only in af"):
        BedrockEndpoints(stack, "E", vpc=vpc, models=[], services=[BEDROCK])
