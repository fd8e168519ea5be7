import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from secure_bedrock import (
    BedrockHub,
    EndpointAccess,
    EndpointAddress,
    EndpointService,
    HubExports,
    IsolatedVpc,
    NameSharing,
    NetworkShare,
    PrivateZones,
    ShareWith,
    ZoneVpc,
    parse_model,
)
from secure_bedrock.testing import assert_secure

NOVA = parse_model("eu.amazon.nova-lite-v1:0")
RUNTIME = EndpointService.BEDROCK_RUNTIME
GATEWAY = EndpointService.BEDROCK_AGENTCORE_GATEWAY
ZONE = "AWS::Route53::HostedZone"
RECORD = "AWS::Route53::RecordSet"
SHARE = "AWS::RAM::ResourceShare"
ORGANIZATION = "arn:aws:organizations::111122223333:organization/o-abcdefghij"


@pytest.fixture
def hub(env_stack, existing_vpc):
    """A hub in a VPC that somebody else made."""

    def build(**properties):
        defaults = {
            "vpc": existing_vpc,
            "address_range": "10.9.0.0/16",
            "models": [NOVA],
            "admitted_ranges": ["10.1.0.0/16"],
            "services": [RUNTIME],
        }
        return BedrockHub(env_stack, "Hub", **{**defaults, **properties})

    return build


def properties(resources, stack, kind):
    return [each["Properties"] for each in resources(stack, kind).values()]


def test_defaults(env_stack, existing_vpc, snapshot):
    BedrockHub(
        env_stack,
        "Hub",
        vpc=existing_vpc,
        address_range="10.9.0.0/16",
        models=[NOVA],
        admitted_ranges=["10.1.0.0/16"],
    )
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


def test_hub_in_a_vpc_of_ours_is_clean_in_every_profile(env_stack):
    network = IsolatedVpc(env_stack, "Net", address_range="10.9.0.0/16")
    BedrockHub(
        env_stack,
        "Hub",
        vpc=network.vpc,
        address_range=network.address_range,
        models=[NOVA],
        admitted_ranges=["10.1.0.0/16"],
        names=NameSharing(share_with=ShareWith(accounts=["444455556666"])),
    )
    assert_secure(env_stack, profile=["strict", "residency", "agentic"])


def test_private_dns_is_off_and_a_zone_leads_to_the_endpoint(env_stack, hub, resources):
    hub()
    (endpoint,) = properties(resources, env_stack, "AWS::EC2::VPCEndpoint")
    (zone,) = properties(resources, env_stack, ZONE)
    (record,) = properties(resources, env_stack, RECORD)
    assert endpoint["PrivateDnsEnabled"] is False
    assert zone["Name"] == record["Name"] == "bedrock-runtime.eu-west-1.amazonaws.com"
    assert "DnsEntries" in str(record["AliasTarget"]["DNSName"])


def test_zone_answers_in_the_hubs_vpc_and_in_the_named_ones(env_stack, hub, resources):
    hub(names=NameSharing(vpcs=[ZoneVpc(vpc_id="vpc-far", region="eu-central-1")]))
    (zone,) = properties(resources, env_stack, ZONE)
    assert zone["VPCs"] == [
        {"VPCId": "vpc-0123456789abcdef0", "VPCRegion": "eu-west-1"},
        {"VPCId": "vpc-far", "VPCRegion": "eu-central-1"},
    ]


def test_gateway_of_agentcore_gets_a_wildcard_record(env_stack, hub, resources):
    hub(services=[GATEWAY])
    (zone,) = properties(resources, env_stack, ZONE)
    (record,) = properties(resources, env_stack, RECORD)
    assert zone["Name"] == "gateway.bedrock-agentcore.eu-west-1.amazonaws.com"
    assert record["Name"] == f"*.{zone['Name']}"


def test_zone_names_follow_the_region_at_deployment(stack, resources):
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "V", vpc_id="vpc-1", availability_zones=["a"], isolated_subnet_ids=["s-1"]
    )
    BedrockHub(
        stack,
        "Hub",
        vpc=vpc,
        address_range="10.9.0.0/16",
        models=[NOVA],
        admitted_ranges=[],
        services=[RUNTIME],
    )
    (zone,) = properties(resources, stack, ZONE)
    parts = ["bedrock-runtime.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}]
    assert zone["Name"] == {"Fn::Join": ["", parts]}


def test_own_range_and_admitted_ranges_may_connect_on_443(env_stack, hub, resources):
    hub(admitted_ranges=["10.1.0.0/16", "192.168.0.0/16"])
    (group,) = properties(resources, env_stack, "AWS::EC2::SecurityGroup")
    admitted = {(r["CidrIp"], r["FromPort"], r["ToPort"]) for r in group["SecurityGroupIngress"]}
    ranges = ("10.9.0.0/16", "10.1.0.0/16", "192.168.0.0/16")
    assert admitted == {(each, 443, 443) for each in ranges}


def test_accounts_of_spokes_pass_the_endpoint_policy_once_named(env_stack, hub, resources):
    hub(access=EndpointAccess(accounts=["111122223333", "444455556666"]))
    (endpoint,) = properties(resources, env_stack, "AWS::EC2::VPCEndpoint")
    assert "444455556666" in str(endpoint["PolicyDocument"])


def test_profile_holds_every_zone_and_is_shared_with_the_named_only(env_stack, hub, resources):
    hub(
        services=[RUNTIME, EndpointService.STS],
        names=NameSharing(share_with=ShareWith(organizations=[ORGANIZATION])),
    )
    kind = "AWS::Route53Profiles::ProfileResourceAssociation"
    held = properties(resources, env_stack, kind)
    (share,) = properties(resources, env_stack, SHARE)
    zones = {re.search(r"GetAtt': \['(\w+)'", str(each["ResourceArn"]))[1] for each in held}
    assert zones == set(resources(env_stack, ZONE))
    assert share["Principals"] == [ORGANIZATION]
    assert share["AllowExternalPrincipals"] is False


def test_nothing_is_shared_by_default(env_stack, hub, resources):
    assert hub().exports.profile_id == ""
    assert resources(env_stack, SHARE) == {}


def test_exports_are_published_under_a_prefix(env_stack, hub):
    hub(services=[RUNTIME, EndpointService.ECR_API]).publish("net")
    outputs = cdk.assertions.Template.from_stack(env_stack).to_json()["Outputs"]
    assert {each["Export"]["Name"] for each in outputs.values()} == {
        "net-VpcId",
        "net-Endpoint-bedrock-runtime",
        "net-Endpoint-ecr-api",
    }


def test_published_names_are_those_that_are_imported(stack):
    known = HubExports.imported(
        "net",
        account="111122223333",
        region="eu-west-1",
        address_range="10.9.0.0/16",
        services=[EndpointService.ECR_API],
        profile=True,
    )
    address = known.endpoints[EndpointService.ECR_API]
    shown = stack.resolve([known.vpc_id, known.profile_id, address.dns_name])
    names = re.findall(r"'Fn::ImportValue': '([\w-]+)'", str(shown))
    assert names == ["net-VpcId", "net-ProfileId", "net-Endpoint-ecr-api"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"admitted_ranges": ["10.9.3.0/24"]}, r"admitted range 10\.9\.3\.0/24 overlaps"),
        ({"admitted_ranges": ["10.1.0.0/16", "10.1.2.0/24"]}, r"10\.1\.2\.0/24 overlaps"),
        ({"admitted_ranges": ["10.1.0.1/16"]}, "'10.1.0.1/16': write an IPv4 range"),
        ({"admitted_ranges": ["::/0"]}, "'::/0': write an IPv4 range"),
        ({"admitted_ranges": ["0.0.0.0/0"]}, r"0\.0\.0\.0/0, wider than /8"),
        ({"address_range": cdk.Fn.import_value("x")}, "address_range is only known at deployment"),
        (
            {"admitted_ranges": [f"10.{n}.0.0/16" for n in range(20, 80)]},
            "60 admitted_ranges and the hub's own are more than the 60 rules",
        ),
    ],
)
def test_ranges_that_cannot_be_are_refused(hub, options, message):
    with pytest.raises(ValueError, match=rf"^Test/Hub: .*{message}"):
        hub(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "nobody to share with"),
        ({"accounts": ["12345"]}, "'12345' is no account"),
        ({"organizations": ["o-abc"]}, "'o-abc' is no ARN of an organization"),
        ({"organizations": ["*"]}, r"'\*' is no ARN of an organization"),
    ],
)
def test_sharing_with_nobody_or_everybody_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ShareWith(**options)


def test_external_principals_have_to_be_asked_for(env_stack, resources):
    outside = ShareWith(accounts=["999988887777"], allow_external_principals=True)
    NetworkShare(env_stack, "S", name="s", resource_arns=["arn:x"], share_with=outside)
    (share,) = properties(resources, env_stack, SHARE)
    assert share["AllowExternalPrincipals"] is True


def test_share_of_nothing_is_refused(env_stack):
    with pytest.raises(ValueError, match=r"^Test/S: resource_arns is empty"):
        NetworkShare(
            env_stack,
            "S",
            name="s",
            resource_arns=[],
            share_with=ShareWith(accounts=["111122223333"]),
        )


@pytest.mark.parametrize("entry", ["", "Z1", ":name", "Z1:"])
def test_endpoint_address_of_another_form_is_refused(entry):
    with pytest.raises(ValueError, match="is no endpoint address: write ZONEID:DNSNAME"):
        EndpointAddress.parse(entry)


@pytest.mark.parametrize(
    ("vpcs", "message"),
    [
        ([], "0 VPCs, Route 53 takes 1 to 300"),
        ([ZoneVpc(vpc_id=f"vpc-{n}", region="eu-west-1") for n in range(301)], "301 VPCs"),
        ([ZoneVpc(vpc_id="vpc-1", region="eu-west-1")] * 2, "vpc-1 is named more than once"),
    ],
)
def test_vpcs_that_a_zone_does_not_take_are_refused(env_stack, vpcs, message):
    address = EndpointAddress.parse("Z1:vpce-1.example.com")
    with pytest.raises(ValueError, match=message):
        PrivateZones(
            env_stack,
            "Z",
            endpoints={RUNTIME: address},
            region="eu-west-1",
            suffix="amazonaws.com",
            vpcs=vpcs,
        )
