"""Policies of synthesized templates, resolved and put to the evaluator."""

import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "111122223333"
REGION = "eu-west-1"
_ARNS = {
    "AWS::Bedrock::Guardrail": f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/",
    "AWS::S3::Bucket": "arn:aws:s3:::",
}
_PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}


def resolve(value, resources):
    """Replace the intrinsics that policies hold with what a deployment would give."""
    match value:
        case list():
            return [resolve(item, resources) for item in value]
        case {"Ref": name}:
            return _PSEUDO.get(name, name)
        case {"Fn::Join": [separator, parts]}:
            return separator.join(resolve(parts, resources))
        case {"Fn::GetAtt": [name, attribute]}:
            return _attribute(resources[name]["Type"], name, attribute)
        case dict():
            return _resolve_each(value, resources)
    return value


def _attribute(resource_type, name, attribute):
    if (resource_type, attribute) == ("AWS::Bedrock::GuardrailVersion", "Version"):
        return "3"
    assert attribute.endswith("Arn"), (resource_type, attribute)
    return _ARNS[resource_type] + re.sub("[^a-z0-9]", "", name.lower())


def _resolve_each(value, resources):
    assert not any(key == "Ref" or key.startswith("Fn::") for key in value), value
    return {key: resolve(item, resources) for key, item in value.items()}


class Judge:
    """A role of a stack, and what its policies say to requests."""

    def __init__(self, role):
        stack = cdk.Stack.of(role)
        template = cdk.assertions.Template.from_stack(stack).to_json()
        name = stack.get_logical_id(role.node.default_child)
        self.resources = template["Resources"]
        self.role = resolve({"Fn::GetAtt": [name, "Arn"]}, self.resources)
        self.documents = [
            resolve(resource["Properties"]["PolicyDocument"], self.resources)
            for resource in self.resources.values()
            if resource["Type"] == "AWS::IAM::Policy"
            and {"Ref": name} in resource["Properties"]["Roles"]
        ]
        self.policies = [Policy.from_document(document) for document in self.documents]

    def __call__(self, action, resource, *, more=(), **context):
        request = Request(
            principal=self.role, action=action, resource=resource, context=_keys(context)
        )
        return evaluate(request, identity=[*self.policies, *more])

    def statements(self):
        return [entry for document in self.documents for entry in document["Statement"]]


def _keys(context):
    """``guardrail=...`` for ``bedrock:GuardrailIdentifier`` and so on."""
    names = {
        "guardrail": "bedrock:GuardrailIdentifier",
        "profile": "bedrock:InferenceProfileArn",
        "router": "bedrock:PromptRouterArn",
        "tier": "bedrock:ServiceTier",
        "vpce": "aws:SourceVpce",
        "region": "aws:RequestedRegion",
        "mfa": "aws:MultiFactorAuthPresent",
        "mfa_age": "aws:MultiFactorAuthAge",
        "team": "aws:PrincipalTag/team",
    }
    return {names[key]: value for key, value in context.items() if value is not None}


class FixedGuardrail:
    """A guardrail known by ARN and version only."""

    guardrail_arn = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/gr1"
    guardrail_version = "3"

    def grant_apply(self, grantee):
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["bedrock:ApplyGuardrail"],
            resource_arns=[self.guardrail_arn],
        )


@pytest.fixture
def guardrail():
    return FixedGuardrail()


@pytest.fixture
def role(env_stack):
    return iam.Role(env_stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


@pytest.fixture
def judge():
    return Judge


@pytest.fixture(scope="session")
def judge_of():
    return Judge


@pytest.fixture(scope="session")
def fixed_guardrail():
    return FixedGuardrail()
