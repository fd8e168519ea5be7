import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock import (
    EndpointAccess,
    EndpointService,
    GatewayService,
    SecureBedrockVpc,
    parse_model,
)
from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.network.agentcore_policies import PROTECTED_RESOURCE_METADATA
from secure_bedrock.policy import Policy, Request, evaluate

NOVA = parse_model("eu.amazon.nova-lite-v1:0")
MICRO = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-micro-v1:0"
OWN = "arn:aws:iam::111122223333:role/App"
SPOKE = "arn:aws:iam::444455556666:role/App"
FOREIGN = "arn:aws:iam::999988887777:role/Stolen"
INVOKE = "bedrock:InvokeModel"
AGENTCORE = "arn:aws:bedrock-agentcore:eu-west-1:111122223333"
RUNTIME = f"{AGENTCORE}:runtime/agent-AbCdEfGhIj"
GATEWAY = f"{AGENTCORE}:gateway/tools-abcdefghij"
MANTLE = "arn:aws:bedrock-mantle:eu-west-1:111122223333:project/default"
ANYTHING = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, name="identity"
)
EVERYBODY = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
    name="resource",
)


@pytest.fixture
def passes(endpoints, resources):
    """Whether a request of a caller who may do everything passes the endpoint of a service."""

    def build(service, **access):
        models = [parse_model("eu.amazon.nova-lite-v1:0"), parse_model("amazon.nova-micro-v1:0")]
        built = endpoints(services=[service], models=models, access=EndpointAccess(**access))
        (endpoint,) = resources(cdk.Stack.of(built), "AWS::EC2::VPCEndpoint").values()
        policy = Policy.from_document(endpoint["Properties"]["PolicyDocument"], name="endpoint")

        def ask(principal, action, resource="*", **context):
            keys = {name.replace("__", ":"): value for name, value in context.items()}
            return evaluate(
                Request(principal=principal, action=action, resource=resource, context=keys),
                identity=[ANYTHING],
                resource_policies=[EVERYBODY],
                endpoint_policy=policy,
            ).allowed

        return ask

    return build


def test_named_accounts_pass_and_others_do_not(passes):
    ask = passes(EndpointService.BEDROCK_RUNTIME, accounts=["111122223333", "444455556666"])
    assert ask(OWN, INVOKE, MICRO)
    assert ask(SPOKE, INVOKE, MICRO)
    assert not ask(FOREIGN, INVOKE, MICRO)


def test_each_account_reaches_the_profiles_of_its_own(passes):
    ask = passes(EndpointService.BEDROCK_RUNTIME, accounts=["111122223333", "444455556666"])
    for account, caller, other in (("444455556666", SPOKE, OWN), ("111122223333", OWN, SPOKE)):
        here = f"arn:aws:bedrock:eu-west-1:{account}"
        profile = f"{here}:inference-profile/eu.amazon.nova-lite-v1:0"
        behind = "arn:aws:bedrock:eu-north-1::foundation-model/amazon.nova-lite-v1:0"
        assert ask(caller, INVOKE, profile)
        assert ask(caller, INVOKE, behind, bedrock__InferenceProfileArn=profile)
        assert ask(caller, "bedrock:ApplyGuardrail", f"{here}:guardrail/abc")
        assert not ask(other, INVOKE, profile)
        assert not ask(other, INVOKE, behind, bedrock__InferenceProfileArn=profile)


def test_the_organization_passes_and_others_do_not(passes):
    ask = passes(EndpointService.BEDROCK_RUNTIME, organization_id="o-abcdefghij")
    assert ask(SPOKE, INVOKE, MICRO, aws__PrincipalOrgID="o-abcdefghij")
    assert not ask(SPOKE, INVOKE, MICRO, aws__PrincipalOrgID="o-zzzzzzzzzz")
    assert not ask(OWN, INVOKE, MICRO)


def test_named_roles_pass_and_others_of_the_account_do_not(passes, env_stack):
    role = iam.Role.from_role_arn(env_stack, "App", OWN)
    ask = passes(EndpointService.BEDROCK_RUNTIME, roles=[role])
    assert ask(OWN, INVOKE, MICRO)
    assert not ask("arn:aws:iam::111122223333:role/Other", INVOKE, MICRO)


def test_only_named_guardrails_can_be_applied(passes):
    class Named:
        guardrail_arn = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc"

    ask = passes(EndpointService.BEDROCK_RUNTIME, guardrails=[Named()])
    assert ask(OWN, "bedrock:ApplyGuardrail", Named.guardrail_arn)
    other = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/weak"
    assert not ask(OWN, "bedrock:ApplyGuardrail", other)


@pytest.mark.parametrize(
    ("access", "reached"),
    [
        ({"accounts": ["444455556666"]}, {"444455556666"}),
        ({"organization_id": "o-abcdefghij"}, {"111122223333", "444455556666"}),
    ],
)
def test_federated_workloads_reach_roles_of_the_callers_only(passes, access, reached):
    ask = passes(EndpointService.STS, **access)
    for account in ("111122223333", "444455556666", "999988887777"):
        inside = "o-zzzzzzzzzz" if account == "999988887777" else "o-abcdefghij"
        role = f"arn:aws:iam::{account}:role/Pod"
        federated = ask("*", "sts:AssumeRoleWithWebIdentity", role, aws__ResourceOrgID=inside)
        assert federated is (account in reached)


def test_nothing_passes_the_mantle_endpoint_unless_models_are_named(passes):
    ask = passes(EndpointService.BEDROCK_MANTLE)
    for action in actions_matching("bedrock-mantle:*"):
        assert not ask(OWN, action, MANTLE, **{"bedrock-mantle__Model": "openai.gpt-oss-120b"})


def test_named_models_pass_the_mantle_endpoint_and_others_do_not(passes):
    ask = passes(EndpointService.BEDROCK_MANTLE, mantle_models=["openai.gpt-oss-120b"])
    create = "bedrock-mantle:CreateInference"
    assert ask(OWN, create, MANTLE, **{"bedrock-mantle__Model": "openai.gpt-oss-120b"})
    assert not ask(OWN, create, MANTLE, **{"bedrock-mantle__Model": "openai.gpt-oss-20b"})
    assert not ask(OWN, create, MANTLE)
    named = {"bedrock-mantle__Model": "openai.gpt-oss-120b"}
    assert {a for a in actions_matching("bedrock-mantle:*") if ask(OWN, a, MANTLE, **named)} == {
        create,
        "bedrock-mantle:CountTokens",
    }
    assert not ask(FOREIGN, create, MANTLE, **{"bedrock-mantle__Model": "openai.gpt-oss-120b"})


def test_oauth_callers_reach_no_runtime_unless_it_is_named(passes):
    ask = passes(EndpointService.BEDROCK_AGENTCORE)
    assert ask(OWN, "bedrock-agentcore:InvokeAgentRuntime", RUNTIME)
    assert not ask("*", "bedrock-agentcore:InvokeAgentRuntime", RUNTIME)


def test_oauth_callers_reach_the_named_runtime_and_learn_where_to_get_a_token(passes):
    ask = passes(EndpointService.BEDROCK_AGENTCORE, oauth_runtimes=[RUNTIME])
    endpoint = f"{RUNTIME}/runtime-endpoint/DEFAULT"
    for arn in (RUNTIME, endpoint):
        assert ask("*", "bedrock-agentcore:InvokeAgentRuntime", arn)
        assert ask("*", PROTECTED_RESOURCE_METADATA, arn)
    other = f"{AGENTCORE}:runtime/other-AbCdEfGhIj"
    assert not ask("*", "bedrock-agentcore:InvokeAgentRuntime", other)
    assert not ask("*", PROTECTED_RESOURCE_METADATA, other)
    assert not ask("*", "bedrock-agentcore:GetMemory", f"{AGENTCORE}:memory/m")


def test_gateways_of_the_account_pass_with_credentials_and_named_ones_with_a_token(passes):
    invoke, other = "bedrock-agentcore:InvokeGateway", f"{AGENTCORE}:gateway/other-abcdefghij"
    ask = passes(EndpointService.BEDROCK_AGENTCORE_GATEWAY, oauth_gateways=[GATEWAY])
    assert ask(OWN, invoke, other)
    assert ask("*", invoke, GATEWAY)
    assert not ask("*", invoke, other)
    assert not ask(FOREIGN, invoke, other)
    assert not ask(OWN, "bedrock-agentcore:CreateGateway", other)


@pytest.mark.parametrize(
    ("access", "inside"),
    [
        ({}, {"aws:ResourceAccount": "111122223333"}),
        ({"accounts": ["111122223333", "444455556666"]}, {"aws:ResourceAccount": "444455556666"}),
        ({"organization_id": "o-abcdefghij"}, {"aws:ResourceOrgID": "o-abcdefghij"}),
    ],
)
def test_gateway_passes_the_callers_own_data_only(endpoints, resources, access, inside):
    built = endpoints(services=[EndpointService.KMS], access=EndpointAccess(**access))
    built.add_gateway(GatewayService.S3)
    found = resources(cdk.Stack.of(built), "AWS::EC2::VPCEndpoint").values()
    (gateway,) = [e["Properties"] for e in found if e["Properties"]["VpcEndpointType"] == "Gateway"]
    assert gateway["RouteTableIds"] == ["rtb-a", "rtb-b"]
    policy = Policy.from_document(gateway["PolicyDocument"], name="gateway")
    organization = {"aws:PrincipalOrgID": "o-abcdefghij"}
    for context in (inside, {"aws:ResourceAccount": "999988887777", "aws:ResourceOrgID": "o-z"}):
        request = Request(
            principal=OWN,
            action="s3:PutObject",
            resource="arn:aws:s3:::b/k",
            context=organization | context,
        )
        decision = evaluate(request, identity=[ANYTHING], endpoint_policy=policy)
        assert decision.allowed is (context is inside)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"accounts": ["1"]}, "'1' is no account: write its 12 digits"),
        ({"organization_id": "r-ab12"}, "'r-ab12' is no organization id: write o-"),
        ({"accounts": ["111122223333"], "organization_id": "o-abcdefghij"}, "are alternatives"),
        ({"mantle_models": ["openai.*"]}, r"mantle model 'openai\.\*' is a pattern: name each"),
        ({"oauth_runtimes": [f"{AGENTCORE}:runtime/*"]}, "oauth_runtimes has .*without a wildcard"),
        ({"oauth_runtimes": [GATEWAY]}, "oauth_runtimes has .*:runtime/ID, without a wildcard"),
        ({"oauth_gateways": [RUNTIME]}, "oauth_gateways has .*:gateway/ID, without a wildcard"),
    ],
)
def test_wrong_values_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        EndpointAccess(**wrong)


def test_vpc_hands_on_who_passes(env_stack, resources):
    access = EndpointAccess(organization_id="o-abcdefghij")
    SecureBedrockVpc(env_stack, "Net", models=[NOVA], access=access)
    for endpoint in resources(env_stack, "AWS::EC2::VPCEndpoint").values():
        for statement in endpoint["Properties"]["PolicyDocument"]["Statement"]:
            assert "o-abcdefghij" in str(statement["Condition"]["StringEquals"])
