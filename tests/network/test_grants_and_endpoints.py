"""What a grant allows the endpoints admit, and nothing else."""

import itertools

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from secure_bedrock import (
    ApplicationInferenceProfile,
    BedrockEndpoints,
    EndpointAccess,
    EndpointService,
    EndpointUse,
    ModelAccess,
    PromptRouter,
    ProvisionedModel,
    WithoutGuardrail,
    parse_model,
)
from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.policy import Policy, Request, evaluate

HERE = "arn:aws:bedrock:eu-west-1:111122223333"
CALLER = "arn:aws:iam::111122223333:role/Caller"
LITE, PRO = parse_model("eu.amazon.nova-lite-v1:0"), parse_model("global.amazon.nova-2-lite-v1:0")
OWN_PROFILE = f"{HERE}:application-inference-profile/abc123"
ROUTER = f"{HERE}:prompt-router/router1"
MODELS = [
    LITE,
    PRO,
    parse_model("amazon.nova-micro-v1:0"),
    parse_model("amazon.titan-embed-text-v2:0"),
    ApplicationInferenceProfile(arn=OWN_PROFILE, source=LITE),
    PromptRouter(arn=ROUTER, models=(LITE,)),
    ProvisionedModel(arn=f"{HERE}:provisioned-model/pt1"),
]
ENTRIES = [
    f"{HERE}:inference-profile/eu.amazon.nova-lite-v1:0",
    f"{HERE}:inference-profile/global.amazon.nova-2-lite-v1:0",
    OWN_PROFILE,
    ROUTER,
]
FOUNDATION = [
    f"arn:aws:bedrock:{region}::foundation-model/amazon.{model}"
    for region in ("eu-west-1", "eu-north-1", "us-east-1", "")
    for model in ("nova-lite-v1:0", "nova-2-lite-v1:0", "nova-micro-v1:0", "nova-pro-v1:0")
]
RESOURCES = [
    *ENTRIES,
    *FOUNDATION,
    "arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-embed-text-v2:0",
    f"{HERE}:inference-profile/eu.amazon.nova-pro-v1:0",
    f"{HERE}:provisioned-model/pt1",
    f"{HERE}:provisioned-model/other",
    f"{HERE}:async-invoke/a",
    f"{HERE}:model-invocation-job/j",
    f"{HERE}:custom-model-deployment/d",
    f"{HERE}:imported-model/i",
    "*",
]
INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
WAKES = [
    {},
    *({"bedrock:InferenceProfileArn": arn} for arn in ENTRIES[:3]),
    {"bedrock:PromptRouterArn": ROUTER},
    {"bedrock:InferenceProfileArn": f"{HERE}:inference-profile/eu.amazon.nova-pro-v1:0"},
]
REGIONS = [{"aws:RequestedRegion": "eu-west-1"}, {"aws:RequestedRegion": "unspecified"}]
GUARDRAILS = {"bedrock:ApplyGuardrail", "bedrock:GetGuardrail"}
ANYTHING = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, name="identity"
)


@pytest.fixture(scope="module")
def stack(feature_flags):
    environment = cdk.Environment(account="111122223333", region="eu-west-1")
    return cdk.Stack(cdk.App(context=feature_flags), "Test", env=environment)


@pytest.fixture(scope="module")
def documents(stack):
    """The policies of a role with every grant, and of the two endpoints, of the same models."""
    reason = WithoutGuardrail(reason="images of products only")
    access = ModelAccess(stack, "Access", models=MODELS, guardrail=reason)
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    access.grant_invoke(role)
    access.grant_embed(role)
    access.grant_async_invoke(role, output=s3.Bucket.from_bucket_name(stack, "Out", "out"))
    service_role = iam.Role.from_role_arn(stack, "Batch", "arn:aws:iam::111122223333:role/Batch")
    access.grant_batch(role, service_role=service_role)
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "V", vpc_id="vpc-1", availability_zones=["a"], isolated_subnet_ids=["s-1"]
    )
    BedrockEndpoints(
        stack,
        "E",
        vpc=vpc,
        models=access.models,
        services=[EndpointService.BEDROCK_RUNTIME, EndpointService.BEDROCK],
        access=EndpointAccess(uses=[EndpointUse.ASYNC_INVOKE, EndpointUse.BATCH]),
    )
    template = cdk.assertions.Template.from_stack(stack)
    found = {
        str(e["Properties"]["ServiceName"]).rsplit(".", 1)[-1]: e["Properties"]["PolicyDocument"]
        for e in template.find_resources("AWS::EC2::VPCEndpoint").values()
    }
    (policy,) = template.find_resources("AWS::IAM::Policy").values()
    found["role"] = policy["Properties"]["PolicyDocument"]
    return {name: Policy.from_document(each, name=name) for name, each in found.items()}


LEADS_TO = {
    ENTRIES[0]: "amazon.nova-lite-v1:0",
    ENTRIES[1]: "amazon.nova-2-lite-v1:0",
    OWN_PROFILE: "amazon.nova-lite-v1:0",
    ROUTER: "amazon.nova-lite-v1:0",
}


def possible(request):
    """Whether AWS asks for this: a call through a profile is for the profile's own model."""
    _, resource, context = request
    through = [LEADS_TO.get(value) for key, value in context if key.endswith("Arn")]
    return not through or resource.rsplit("/", 1)[-1] == through[0]


def requests(actions):
    for action, resource, region in itertools.product(sorted(actions), RESOURCES, REGIONS):
        for wake in WAKES if action in INVOKE else [{}]:
            yield Request(
                principal=CALLER, action=action, resource=resource, context={**region, **wake}
            )


def allowed(actions, **policies):
    return {
        (request.action, request.resource, tuple(sorted(request.context.items())))
        for request in requests(actions)
        if evaluate(request, **policies).allowed
    }


ACTIONS = {
    a for a in actions_matching("bedrock:*") if "Invo" in a or "Count" in a or "Profile" in a
}


def test_endpoints_admit_all_that_the_grants_allow(documents):
    granted = allowed(ACTIONS, identity=[documents["role"]])
    admitted = {
        each
        for name in ("bedrock-runtime", "bedrock")
        for each in allowed(ACTIONS, identity=[ANYTHING], endpoint_policy=documents[name])
    }
    granted = set(filter(possible, granted))
    assert len(granted) > 50
    assert granted - admitted == set()


def test_runtime_endpoint_admits_nothing_that_no_grant_allows(documents):
    actions = actions_matching("bedrock:*") - GUARDRAILS
    granted = allowed(actions, identity=[documents["role"]])
    runtime = documents["bedrock-runtime"]
    admitted = allowed(actions, identity=[ANYTHING], endpoint_policy=runtime)
    assert admitted - granted == set()


def test_control_plane_admits_no_change_that_no_grant_allows(documents):
    actions = {
        a
        for a in actions_matching("bedrock:*")
        if not a.startswith(("bedrock:Get", "bedrock:List"))
    }
    granted = allowed(actions, identity=[documents["role"]])
    admitted = allowed(actions, identity=[ANYTHING], endpoint_policy=documents["bedrock"])
    assert admitted <= granted
    assert {action for action, _, _ in admitted} == {
        "bedrock:CreateModelInvocationJob",
        "bedrock:StopModelInvocationJob",
    }
