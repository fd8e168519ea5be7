"""What the constructs of this folder take: a key, a guardrail, a function."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

ARN = "arn:aws:bedrock:eu-west-1:111122223333"


class FixedGuardrail:
    """A guardrail known by ARN and version only."""

    guardrail_arn = f"{ARN}:guardrail/gr1"

    def __init__(self, version="3"):
        self.guardrail_version = version

    def grant_apply(self, grantee):
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["bedrock:ApplyGuardrail"],
            resource_arns=[self.guardrail_arn],
        )


@pytest.fixture
def guardrail():
    return FixedGuardrail()


@pytest.fixture(scope="session")
def guardrail_of():
    return FixedGuardrail


@pytest.fixture
def key(env_stack):
    return kms.Key(env_stack, "Key", enable_key_rotation=True)


@pytest.fixture
def one(env_stack):
    """The properties of the only resource of a type."""

    def of_type(resource_type, stack=env_stack):
        (found,) = Template.from_stack(stack).find_resources(resource_type).values()
        return found["Properties"]

    return of_type


@pytest.fixture
def known_stack():
    """Another stack of the same name, for comparing what two programs synthesize."""

    def new():
        place = cdk.Environment(account="111122223333", region="eu-west-1")
        return cdk.Stack(cdk.App(), "Test", env=place)

    return new


@pytest.fixture(scope="session")
def statements_of():
    """Statements of the managed policies of a stack."""

    def of(stack):
        policies = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy").values()
        return [s for p in policies for s in p["Properties"]["PolicyDocument"]["Statement"]]

    return of
