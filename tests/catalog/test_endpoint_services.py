from urllib.parse import urlsplit

import botocore.session
import pytest
from aws_cdk import aws_ec2 as ec2

from secure_bedrock.catalog.endpoint_facts import Availability
from secure_bedrock.catalog.endpoint_services import PRIVATE_WORKLOAD, EndpointService
from secure_bedrock.catalog.service_authorization import services

CONSTANTS = {
    name for name in vars(ec2.InterfaceVpcEndpointAwsService) if name.isupper() or name == "LAMBDA_"
}
SESSION = botocore.session.get_session()
WITH_CONSTANT = [service for service in EndpointService if service.facts.cdk_constant]


@pytest.mark.parametrize("service", WITH_CONSTANT)
def test_name_is_that_of_the_cdk_constant(service):
    constant = getattr(ec2.InterfaceVpcEndpointAwsService, service.facts.cdk_constant)
    assert constant.short_name == service.value


@pytest.mark.parametrize("service", set(EndpointService) - set(WITH_CONSTANT))
def test_trap_13_the_cdk_has_no_constant_for_the_others(service):
    assert service.name not in CONSTANTS


def test_trap_13_mantle_and_agentcore_control_are_spelled_here():
    assert {s.value for s in EndpointService if s.facts.cdk_constant is None} == {
        "bedrock-mantle",
        "bedrock-agentcore-control",
    }


@pytest.mark.parametrize("service", EndpointService)
def test_policy_prefix_is_a_service_that_iam_knows(service):
    assert service.facts.iam_prefix in services()


def test_private_workload_names_nine_services_of_which_four_are_bedrock():
    assert len(set(PRIVATE_WORKLOAD)) == 9
    assert sum(service.is_bedrock for service in PRIVATE_WORKLOAD) == 4


def test_regions_of_bedrock_are_those_of_botocore():
    known = {
        region
        for partition in SESSION.get_available_partitions()
        for region in SESSION.get_available_regions("bedrock", partition)
    }
    assert EndpointService.BEDROCK.facts.regions == known
    assert EndpointService.BEDROCK_RUNTIME.facts.regions == known


@pytest.mark.parametrize("service", EndpointService)
def test_availability_is_known_or_said_to_be_unknown(service):
    for region in ("eu-west-1", "us-east-1", "cn-north-1", "eu-new-9"):
        known = region in service.facts.regions
        assert (service.availability(region) is Availability.OFFERED) is known
    closed = service.availability("eu-new-9") is Availability.NOT_OFFERED
    assert closed is (service.value in {"bedrock-fips", "bedrock-runtime-fips"})


@pytest.mark.parametrize(
    ("service", "client"),
    [
        (service, name)
        for service, name in (
            (each, {"monitoring": "cloudwatch", "ecr.api": "ecr"}.get(each.value, each.value))
            for each in EndpointService
        )
        if name in SESSION.get_available_services()
    ],
)
def test_private_name_is_where_clients_call(service, client):
    made = SESSION.create_client(client, region_name="eu-west-1")
    assert service.private_names("eu-west-1") == (urlsplit(made.meta.endpoint_url).hostname,)


def test_names_that_no_client_tells():
    told = {service.value: service.private_names("eu-west-1")[0] for service in EndpointService}
    assert told["bedrock-mantle"] == "bedrock-mantle.eu-west-1.api.aws"
    gateways = "*.gateway.bedrock-agentcore.eu-west-1.amazonaws.com"
    assert told["bedrock-agentcore.gateway"] == gateways
    assert told["bedrock-runtime-fips"] == "bedrock-runtime-fips.eu-west-1.amazonaws.com"
    assert told["ecr.dkr"] == "*.dkr.ecr.eu-west-1.amazonaws.com"
