import pytest
from aws_cdk import aws_ec2 as ec2

from secure_bedrock import BedrockEndpoints, SecureBedrockVpc, parse_model

NOVA = parse_model("eu.amazon.nova-lite-v1:0")
MICRO = parse_model("amazon.nova-micro-v1:0")


@pytest.fixture
def network(env_stack):
    return SecureBedrockVpc(env_stack, "Net", models=[NOVA, MICRO])


@pytest.fixture
def existing_vpc(env_stack):
    """A VPC that somebody else made."""
    return ec2.Vpc.from_vpc_attributes(
        env_stack,
        "Theirs",
        vpc_id="vpc-0123456789abcdef0",
        vpc_cidr_block="10.9.0.0/16",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        isolated_subnet_ids=["subnet-a", "subnet-b"],
        isolated_subnet_route_table_ids=["rtb-a", "rtb-b"],
    )


@pytest.fixture
def endpoints(env_stack, existing_vpc):
    """Endpoints in that VPC."""

    def build(**properties):
        defaults = {"vpc": existing_vpc, "models": [NOVA]}
        return BedrockEndpoints(env_stack, "Endpoints", **{**defaults, **properties})

    return build
