import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from secure_bedrock import BedrockEndpoints, EndpointService, SecureBedrockVpc, parse_model
from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.policy import Policy, Request, Verdict, evaluate

OWN = "arn:aws:iam::111122223333:role/App"
FOREIGN = "arn:aws:iam::999988887777:role/Stolen"
HERE = "arn:aws:bedrock:eu-west-1:111122223333"
PROFILE = f"{HERE}:inference-profile/eu.amazon.nova-lite-v1:0"
LITE = "foundation-model/amazon.nova-lite-v1:0"
MICRO = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-micro-v1:0"
ANYTHING = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, name="identity"
)
TRUST = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
    name="trust policy",
)
GENERATES = (
    "RetrieveAndGenerate",
    "InvokeInlineAgent",
    "Rerank",
    "GenerateQuery",
    "OptimizePrompt",
)


@pytest.fixture(scope="module")
def documents(feature_flags):
    """The endpoint policies of a VPC for one model and one inference profile, by service."""
    environment = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(cdk.App(context=feature_flags), "Test", env=environment)
    models = [parse_model("eu.amazon.nova-lite-v1:0"), parse_model("amazon.nova-micro-v1:0")]
    SecureBedrockVpc(stack, "Net", models=models)
    found = cdk.assertions.Template.from_stack(stack).find_resources("AWS::EC2::VPCEndpoint")
    return {
        str(e["Properties"]["ServiceName"]).rsplit(".", 1)[-1]: e["Properties"]["PolicyDocument"]
        for e in found.values()
        if e["Properties"]["VpcEndpointType"] == "Interface"
    }


@pytest.fixture
def passes(documents):
    """Whether a request of a caller who may do everything passes an endpoint."""

    def ask(service, action, resource="*", principal=OWN, **context):
        keys = {name.replace("__", ":"): value for name, value in context.items()}
        decision = evaluate(
            Request(principal=principal, action=action, resource=resource, context=keys),
            identity=[ANYTHING],
            resource_policies=[TRUST] if principal == "*" else [],
            endpoint_policy=Policy.from_document(documents[service], name=service),
        )
        return decision.verdict is Verdict.ALLOWED

    return ask


def test_named_model_passes(passes):
    assert passes("bedrock-runtime", "bedrock:InvokeModel", MICRO)
    assert passes("bedrock-runtime", "bedrock:InvokeModelWithResponseStream", MICRO)


def test_model_that_was_not_named_does_not_pass(passes):
    other = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0"
    assert not passes("bedrock-runtime", "bedrock:InvokeModel", other)


def test_named_profile_passes(passes):
    assert passes("bedrock-runtime", "bedrock:InvokeModel", PROFILE)


@pytest.mark.parametrize("region", ["eu-west-1", "eu-central-1", "eu-north-1"])
def test_model_in_any_region_passes_through_the_profile(passes, region):
    arn = f"arn:aws:bedrock:{region}::{LITE}"
    through = {"bedrock__InferenceProfileArn": PROFILE}
    assert passes("bedrock-runtime", "bedrock:InvokeModel", arn, **through)


def test_model_of_a_profile_does_not_pass_directly(passes):
    assert not passes(
        "bedrock-runtime", "bedrock:InvokeModel", f"arn:aws:bedrock:eu-west-1::{LITE}"
    )


def test_model_does_not_pass_through_a_profile_that_was_not_named(passes):
    other = {"bedrock__InferenceProfileArn": f"{HERE}:inference-profile/eu.amazon.nova-pro-v1:0"}
    arn = f"arn:aws:bedrock:eu-west-1::{LITE}"
    assert not passes("bedrock-runtime", "bedrock:InvokeModel", arn, **other)


@pytest.mark.parametrize(
    ("service", "action", "resource"),
    [
        ("bedrock-runtime", "bedrock:InvokeModel", MICRO),
        ("bedrock-runtime", "bedrock:ApplyGuardrail", f"{HERE}:guardrail/abc"),
        ("bedrock", "bedrock:ListGuardrails", "*"),
        ("bedrock-agent", "bedrock:ListAgents", "*"),
        ("bedrock-agent-runtime", "bedrock:ListSessions", "*"),
        ("sts", "sts:GetCallerIdentity", "*"),
        ("kms", "kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1"),
        ("logs", "logs:PutLogEvents", "*"),
        ("monitoring", "cloudwatch:PutMetricData", "*"),
        ("secretsmanager", "secretsmanager:GetSecretValue", "*"),
    ],
)
def test_only_principals_of_this_account_pass(passes, service, action, resource):
    assert passes(service, action, resource)
    assert not passes(service, action, resource, principal=FOREIGN)


def test_guardrails_and_their_profiles_in_every_region_pass(passes):
    for arn in (
        f"{HERE}:guardrail/abc",
        "arn:aws:bedrock:eu-north-1:111122223333:guardrail-profile/eu.guardrail.v1:0",
    ):
        assert passes("bedrock-runtime", "bedrock:ApplyGuardrail", arn)


def test_guardrail_of_another_account_does_not_pass(passes):
    foreign = "arn:aws:bedrock:eu-west-1:999988887777:guardrail/abc"
    assert not passes("bedrock-runtime", "bedrock:ApplyGuardrail", foreign)


def test_tokens_of_a_named_model_can_be_counted(passes):
    assert passes("bedrock-runtime", "bedrock:CountTokens", MICRO)


def test_api_keys_do_not_pass(passes):
    assert not passes("bedrock-runtime", "bedrock:CallWithBearerToken")


@pytest.mark.parametrize("service", ["bedrock", "bedrock-agent"])
def test_control_planes_pass_reading_only(passes, service):
    for action in actions_matching("bedrock:*"):
        if passes(service, action, f"{HERE}:guardrail/abc"):
            assert action.startswith(("bedrock:Get", "bedrock:List"))


def test_batch_jobs_with_other_models_do_not_pass(passes):
    assert not passes(
        "bedrock", "bedrock:CreateModelInvocationJob", f"arn:aws:bedrock:eu-west-1::{LITE}"
    )


def test_logging_cannot_be_switched_off_through_the_endpoint(passes):
    assert not passes("bedrock", "bedrock:DeleteModelInvocationLoggingConfiguration")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("InvokeAgent", "agent-alias/A/B"),
        ("InvokeFlow", "flow/F/alias/A"),
        ("Retrieve", "knowledge-base/K"),
        ("GetSession", "session/S"),
    ],
)
def test_own_agents_flows_knowledge_bases_and_sessions_pass(passes, action, resource):
    assert passes("bedrock-agent-runtime", f"bedrock:{action}", f"{HERE}:{resource}")
    foreign = f"arn:aws:bedrock:eu-west-1:999988887777:{resource}"
    assert not passes("bedrock-agent-runtime", f"bedrock:{action}", foreign)


@pytest.mark.parametrize("action", GENERATES)
def test_calls_that_name_any_model_do_not_pass(passes, action):
    assert not passes("bedrock-agent-runtime", f"bedrock:{action}")


def test_federated_workloads_reach_roles_of_this_account_only(passes):
    action = "sts:AssumeRoleWithWebIdentity"
    assert passes("sts", action, "arn:aws:iam::111122223333:role/Pod", principal="*")
    assert not passes("sts", action, "arn:aws:iam::999988887777:role/Pod", principal="*")


def test_global_profile_reaches_the_model_without_a_region(app, resources):
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "V", vpc_id="vpc-1", availability_zones=["a"], isolated_subnet_ids=["s-1"]
    )
    model = parse_model("global.amazon.nova-2-lite-v1:0")
    runtime = [EndpointService.BEDROCK_RUNTIME]
    BedrockEndpoints(stack, "E", vpc=vpc, models=[model], services=runtime)
    (endpoint,) = resources(stack, "AWS::EC2::VPCEndpoint").values()
    statements = endpoint["Properties"]["PolicyDocument"]["Statement"]
    (nowhere,) = [s for s in statements if "bedrock:::foundation-model" in str(s["Resource"])]
    assert nowhere["Condition"]["StringEquals"]["aws:RequestedRegion"] == "unspecified"
    assert nowhere["Condition"]["StringEquals"]["aws:PrincipalAccount"] == "111122223333"


def test_every_action_named_is_one_that_aws_has(network, resources):
    for endpoint in resources(cdk.Stack.of(network), "AWS::EC2::VPCEndpoint").values():
        for statement in endpoint["Properties"]["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                assert actions_matching(action), action


@pytest.mark.parametrize("region", ["us-gov-west-1", "eu-west-1"])
def test_arns_follow_the_partition(app, resources, region):
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region=region))
    SecureBedrockVpc(stack, "Net", models=[parse_model("amazon.nova-micro-v1:0")])
    text = str(resources(stack, "AWS::EC2::VPCEndpoint"))
    assert ("arn:aws-us-gov:bedrock" in text) is (region == "us-gov-west-1")
