import pytest
from aws_cdk import aws_ec2 as ec2

from secure_bedrock.catalog.endpoint_services import PRIVATE_WORKLOAD, EndpointService
from secure_bedrock.catalog.service_authorization import services

CONSTANTS = {
    name for name in vars(ec2.InterfaceVpcEndpointAwsService) if name.isupper() or name == "LAMBDA_"
}
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
