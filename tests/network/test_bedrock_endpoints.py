import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from secure_bedrock import (
    BedrockEndpoints,
    EndpointAccess,
    EndpointService,
    SecureBedrockVpc,
    parse_model,
)
from secure_bedrock.catalog.endpoint_services import PRIVATE_WORKLOAD

NOVA = parse_model("eu.amazon.nova-lite-v1:0")
ENDPOINT = "AWS::EC2::VPCEndpoint"
INGRESS = "AWS::EC2::SecurityGroupIngress"


def of(construct):
    return cdk.Stack.of(construct)


def test_every_service_of_a_private_workload_has_an_endpoint(endpoints, resources):
    built = endpoints()
    names = {e["Properties"]["ServiceName"] for e in resources(of(built), ENDPOINT).values()}
    assert names == {f"com.amazonaws.eu-west-1.{service.value}" for service in PRIVATE_WORKLOAD}


def test_services_can_be_chosen(endpoints, resources):
    built = endpoints(services=[EndpointService.BEDROCK_RUNTIME])
    assert built.services == (EndpointService.BEDROCK_RUNTIME,)
    assert len(resources(of(built), ENDPOINT)) == 1


@pytest.mark.parametrize("service", EndpointService)
def test_every_service_of_the_catalog_can_be_chosen(app, service):
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region="us-east-1"))
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "V", vpc_id="vpc-1", availability_zones=["us-east-1a"], isolated_subnet_ids=["s-1"]
    )
    models = [parse_model("us.amazon.nova-lite-v1:0")]
    assert BedrockEndpoints(stack, "E", vpc=vpc, models=models, services=[service])


def test_service_name_follows_the_region_at_deployment(stack, resources):
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "V", vpc_id="vpc-1", availability_zones=["a"], isolated_subnet_ids=["s-1"]
    )
    BedrockEndpoints(stack, "E", vpc=vpc, models=[NOVA], services=[EndpointService.BEDROCK])
    (endpoint,) = resources(stack, ENDPOINT).values()
    assert endpoint["Properties"]["ServiceName"] == {
        "Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, ".bedrock"]]
    }


def test_endpoints_are_in_every_zone_with_private_dns(endpoints, resources):
    built = endpoints()
    for endpoint in resources(of(built), ENDPOINT).values():
        assert endpoint["Properties"]["SubnetIds"] == ["subnet-a", "subnet-b"]
        assert endpoint["Properties"]["PrivateDnsEnabled"] is True


def test_private_dns_can_be_left_to_a_zone_of_yours(endpoints, resources):
    built = endpoints(private_dns=False, services=[EndpointService.BEDROCK])
    (endpoint,) = resources(of(built), ENDPOINT).values()
    assert endpoint["Properties"]["PrivateDnsEnabled"] is False


def test_bedrock_and_the_others_have_a_security_group_each(endpoints, resources):
    built = endpoints()
    groups = {
        e["Properties"]["ServiceName"].rsplit(".")[-1]: str(e["Properties"]["SecurityGroupIds"])
        for e in resources(of(built), ENDPOINT).values()
    }
    assert groups["bedrock"] == groups["bedrock-runtime"] != groups["kms"] == groups["sts"]


def test_nobody_is_admitted_until_named(endpoints, resources):
    built = endpoints()
    groups = resources(of(built), "AWS::EC2::SecurityGroup").values()
    assert resources(of(built), INGRESS) == {}
    assert [g for g in groups if "SecurityGroupIngress" in g["Properties"]] == []


def test_a_security_group_is_admitted_on_443(endpoints, existing_vpc, resources):
    built = endpoints()
    app = ec2.SecurityGroup(of(built), "App", vpc=existing_vpc, allow_all_outbound=False)
    built.allow_from(app)
    rules = [r["Properties"] for r in resources(of(built), INGRESS).values()]
    assert [(r["IpProtocol"], r["FromPort"], r["ToPort"]) for r in rules] == [("tcp", 443, 443)] * 2


def test_a_network_is_admitted_on_443(endpoints, resources):
    built = endpoints(services=[EndpointService.BEDROCK])
    built.allow_from(ec2.Peer.ipv4("10.20.0.0/16"))
    (group,) = resources(of(built), "AWS::EC2::SecurityGroup").values()
    (rule,) = group["Properties"]["SecurityGroupIngress"]
    assert (rule["CidrIp"], rule["FromPort"], rule["ToPort"]) == ("10.20.0.0/16", 443, 443)


@pytest.mark.parametrize("everyone", [ec2.Peer.any_ipv4(), ec2.Peer.any_ipv6()])
def test_everyone_is_refused(endpoints, everyone):
    with pytest.raises(ValueError, match=r"^Test/Endpoints: .* is everyone: name a security"):
        endpoints().allow_from(everyone)


def test_endpoint_groups_open_no_connection(endpoints, resources):
    built = endpoints()
    groups = resources(of(built), "AWS::EC2::SecurityGroup").values()
    egress = [rule for g in groups for rule in g["Properties"]["SecurityGroupEgress"]]
    assert {rule["CidrIp"] for rule in egress} == {"255.255.255.255/32"}
    assert resources(of(built), "AWS::EC2::SecurityGroupEgress") == {}


def test_endpoint_that_was_not_chosen_is_refused(endpoints):
    built = endpoints(services=[EndpointService.STS])
    with pytest.raises(ValueError, match="there is no endpoint for kms: add it to services"):
        built.endpoint(EndpointService.KMS)


def test_no_services_are_refused(endpoints):
    with pytest.raises(ValueError, match=r"^Test/Endpoints: services is empty: leave it out"):
        endpoints(services=[])


def test_a_service_named_twice_is_refused(endpoints):
    with pytest.raises(ValueError, match="services names kms more than once"):
        endpoints(services=[EndpointService.KMS, EndpointService.KMS])


def test_runtime_without_models_is_refused(endpoints):
    with pytest.raises(ValueError, match="models is empty, so bedrock-runtime would pass no call"):
        endpoints(models=[])


def test_models_are_not_needed_without_a_runtime_endpoint(endpoints):
    assert endpoints(models=[], services=[EndpointService.KMS])


def test_trap_13_fips_is_refused_where_it_is_not_offered(endpoints):
    with pytest.raises(ValueError, match="bedrock-runtime-fips is not offered in eu-west-1"):
        endpoints(services=[EndpointService.BEDROCK_RUNTIME_FIPS])


def test_inference_profile_of_another_geography_is_refused(endpoints):
    with pytest.raises(ValueError, match=r"us\.amazon\.nova-lite-v1:0 cannot be used from eu-west"):
        endpoints(models=[parse_model("us.amazon.nova-lite-v1:0")])


def test_mantle_models_draw_a_warning(endpoints):
    access = EndpointAccess(mantle_models=["openai.gpt-oss-120b"])
    built = endpoints(services=[EndpointService.BEDROCK_MANTLE], access=access)
    (warning,) = cdk.assertions.Annotations.from_stack(of(built)).find_warning(
        "*", cdk.assertions.Match.string_like_regexp("bedrock-mantle endpoint pass no guardrail")
    )
    assert warning.id == "/Test/Endpoints"


def test_trap_13_policy_over_the_limit_fails_synthesis_with_one_line(env_stack, app):
    models = [parse_model(f"amazon.model-{number:04d}-v1:0") for number in range(300)]
    SecureBedrockVpc(env_stack, "Net", models=models)
    with pytest.raises(
        RuntimeError, match=r"policy has \d+ characters, AWS allows 20480: name few"
    ):
        app.synth()


def test_policy_that_grew_later_is_measured_too(endpoints, app):
    endpoint = endpoints(services=[EndpointService.KMS]).endpoint(EndpointService.KMS)
    endpoint.add_to_policy(
        iam.PolicyStatement(
            principals=[iam.StarPrincipal()],
            actions=["kms:Decrypt"],
            resources=[f"arn:aws:kms:eu-west-1:111122223333:key/{n:036d}" for n in range(300)],
        )
    )
    with pytest.raises(RuntimeError, match=r"Test/Endpoints/Kms: the endpoint policy has 2\d{4}"):
        app.synth()
