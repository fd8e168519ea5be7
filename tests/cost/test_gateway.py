import json
from types import SimpleNamespace

import aws_cdk as cdk
import jsonschema
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    ApplicationInferenceProfile,
    FoundationModel,
    GatewayClient,
    GatewayNetwork,
    GatewayRules,
    InferenceProfile,
    InvocationGateway,
    QuotaLimit,
    QuotaPeriod,
    QuotaSubject,
)
from secure_bedrock.testing import assert_secure

LITE = InferenceProfile("eu.amazon.nova-lite-v1:0")
MINUTE, ROLE = QuotaPeriod.MINUTE, QuotaSubject.ROLE
TOKENS = QuotaLimit(per=ROLE, period=MINUTE, tokens=100_000)
GUARDRAIL = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdef123456"
ISOLATED = ec2.SubnetConfiguration(name="I", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)


class Guardrail:
    guardrail_arn = GUARDRAIL
    guardrail_version = "3"

    def grant_apply(self, grantee):
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["bedrock:ApplyGuardrail"], resource_arns=[GUARDRAIL]
        )


def environment(stack):
    key = kms.Key(stack, "K", enable_key_rotation=True)
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "V",
        vpc_id="vpc-0123456789abcdef0",
        vpc_cidr_block="10.0.0.0/16",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        isolated_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    )
    role = iam.Role(stack, "App", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    return {
        "models": [LITE],
        "guardrail": Guardrail(),
        "clients": [GatewayClient(name="search", role=role)],
        "limits": [TOKENS],
        "network": GatewayNetwork(vpc=vpc),
        "topic": sns.Topic(stack, "T", master_key=key, enforce_ssl=True),
    }


@pytest.fixture
def gateway(env_stack):
    def build(**changes):
        return InvocationGateway(env_stack, "Gateway", **environment(env_stack) | changes)

    return build


@pytest.fixture(scope="module")
def template(feature_flags):
    """Resources of a gateway at its defaults, by type and name."""
    stack = cdk.Stack(
        cdk.App(context=feature_flags),
        "Test",
        env=cdk.Environment(account="111122223333", region="eu-west-1"),
        synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    InvocationGateway(stack, "Gateway", **environment(stack))
    return cdk.assertions.Template.from_stack(stack).to_json()


@pytest.fixture(scope="module")
def of_type(template):
    def find(name):
        found = template["Resources"].values()
        return [r["Properties"] for r in found if r["Type"] == f"AWS::{name}"]

    return find


def test_defaults(template, snapshot):
    assert template == snapshot


@pytest.mark.parametrize("profile", ["baseline", "strict", "residency", "agentic"])
def test_no_rule_finds_anything(env_stack, gateway, profile):
    gateway()
    assert_secure(env_stack, profile=profile)


def test_the_api_is_private_and_open_to_one_endpoint_and_the_clients_roles(of_type):
    (api,) = of_type("ApiGateway::RestApi")
    assert api["EndpointConfiguration"]["Types"] == ["PRIVATE"]
    allow, deny = api["Policy"]["Statement"]
    (endpoint,) = api["EndpointConfiguration"]["VpcEndpointIds"]
    assert deny["Condition"] == {"StringNotEquals": {"aws:SourceVpce": endpoint}}
    assert (deny["Effect"], deny["Principal"], deny["Resource"]) == ("Deny", "*", "execute-api:/*")
    assert list(allow["Principal"]["AWS"][0]) == ["Fn::GetAtt"]
    assert allow["Resource"] == "execute-api:/v1/POST/model/*"


def test_the_api_speaks_tls_with_forward_secrecy_to_its_own_name_only(of_type):
    (api,) = of_type("ApiGateway::RestApi")
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
    assert api["EndpointAccessMode"] == "STRICT"


def test_the_new_endpoint_admits_the_clients_roles_and_nobody_else(of_type):
    (endpoint,) = of_type("EC2::VPCEndpoint")
    (statement,) = endpoint["PolicyDocument"]["Statement"]
    assert list(statement["Condition"]["ArnEquals"]) == ["aws:PrincipalArn"]
    assert statement["Resource"].endswith(":111122223333:*/v1/POST/model/*")
    (rule,) = of_type("EC2::SecurityGroupIngress")
    assert (rule["CidrIp"], rule["FromPort"], rule["ToPort"]) == ("10.0.0.0/16", 443, 443)


def test_an_endpoint_that_is_there_is_used(env_stack, gateway, resources):
    endpoint = ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
        env_stack, "E", vpc_endpoint_id="vpce-0123456789abcdef0", port=443
    )
    vpc = ec2.Vpc.from_vpc_attributes(
        env_stack, "V2", vpc_id="vpc-1", availability_zones=["eu-west-1a"]
    )
    gateway(network=GatewayNetwork(vpc=vpc, endpoint=endpoint))
    assert resources(env_stack, "AWS::EC2::VPCEndpoint") == {}
    (api,) = resources(env_stack, "AWS::ApiGateway::RestApi").values()
    assert api["Properties"]["EndpointConfiguration"]["VpcEndpointIds"] == [
        "vpce-0123456789abcdef0"
    ]


def test_both_methods_need_a_signature_a_key_and_a_valid_body(of_type):
    found = of_type("ApiGateway::Method")
    assert len(found) == 2
    for method in found:
        assert (method["AuthorizationType"], method["ApiKeyRequired"]) == ("AWS_IAM", True)
        assert method["RequestValidatorId"]
        assert list(method["RequestModels"]) == ["application/json"]
    parts = {r["PathPart"] for r in of_type("ApiGateway::Resource")}
    assert parts == {"model", "{modelId}", "converse", "converse-stream"}


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        ({}, True),
        ({"messages": []}, False),
        ({"messages": [{"role": "system", "content": [{"text": "x"}]}]}, False),
        ({"inferenceConfig": {"maxTokens": 4097}}, False),
        ({"inferenceConfig": {"maxTokens": 4096, "temperature": 0.5}}, True),
        ({"serviceTier": {"type": "priority"}}, False),
        ({"requestMetadata": {"a": "b"}}, True),
    ],
)
def test_the_schema_of_requests_says_the_same_as_the_function(of_type, change, valid):
    (model,) = of_type("ApiGateway::Model")
    request = {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]} | change
    assert jsonschema.Draft4Validator(model["Schema"]).is_valid(request) is valid


def test_every_client_has_a_plan_and_a_key_of_its_own(of_type):
    (plan,) = of_type("ApiGateway::UsagePlan")
    assert plan["Throttle"] == {"RateLimit": 10, "BurstLimit": 20}
    assert plan["Quota"] == {"Limit": 10_000, "Period": "DAY"}
    assert len(of_type("ApiGateway::UsagePlanKey")) == len(of_type("ApiGateway::ApiKey")) == 1


def test_the_stage_logs_callers_and_no_bodies_with_the_key(of_type, template):
    (stage,) = of_type("ApiGateway::Stage")
    (settings,) = stage["MethodSettings"]
    assert (settings["DataTraceEnabled"], settings["LoggingLevel"]) == (False, "ERROR")
    assert settings["ThrottlingRateLimit"] == 10
    assert stage["TracingEnabled"] is True
    logged = json.loads(stage["AccessLogSetting"]["Format"])
    assert logged["caller"] == "$context.identity.userArn"
    assert not any("body" in value.lower() for value in logged.values())
    groups = [r for r in template["Resources"].values() if r["Type"] == "AWS::Logs::LogGroup"]
    assert len(groups) == 4
    assert all("KmsKeyId" in group["Properties"] for group in groups)


def test_the_log_of_errors_is_there_before_api_gateway_makes_one_without_a_key(template):
    found = template["Resources"]
    (stage,) = [r for r in found.values() if r["Type"] == "AWS::ApiGateway::Stage"]
    (errors,) = [n for n in stage["DependsOn"] if "Errors" in n]
    name = found[errors]["Properties"]["LogGroupName"]["Fn::Join"][1]
    assert (name[0], name[2]) == ("API-Gateway-Execution-Logs_", "/v1")


def test_the_firewall_answers_429_and_logs_no_credentials(of_type):
    (acl,) = of_type("WAFv2::WebACL")
    (rule,) = acl["Rules"]
    assert rule["Statement"]["RateBasedStatement"] == {"AggregateKeyType": "IP", "Limit": 2000}
    assert rule["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
    assert len(of_type("WAFv2::WebACLAssociation")) == 1
    (log,) = of_type("WAFv2::LoggingConfiguration")
    headers = {field["SingleHeader"]["Name"] for field in log["RedactedFields"]}
    assert headers == {"authorization", "x-amz-security-token", "x-api-key"}


def test_429_of_api_gateway_itself_says_when_to_try_again(of_type):
    found = {r["ResponseType"]: r for r in of_type("ApiGateway::GatewayResponse")}
    for kind in ("THROTTLED", "QUOTA_EXCEEDED"):
        assert found[kind]["StatusCode"] == "429"
        headers = found[kind]["ResponseParameters"]
        assert headers["gatewayresponse.header.x-amzn-errortype"] == "'ThrottlingException'"
        assert int(headers["gatewayresponse.header.retry-after"].strip("'")) > 0


def test_only_the_two_methods_of_this_account_may_call_the_function(of_type):
    (permission,) = [
        p for p in of_type("Lambda::Permission") if p["Principal"].startswith("apigateway")
    ]
    assert permission["SourceAccount"] == "111122223333"
    assert permission["SourceArn"]["Fn::Join"][1][-1] == "/v1/POST/model/*"


def test_a_change_of_the_api_is_a_new_deployment_and_none_is_none(feature_flags):
    def deployment(**rules):
        stack = cdk.Stack(cdk.App(context=feature_flags), "S")
        InvocationGateway(stack, "G", **environment(stack), rules=GatewayRules(**rules))
        template = cdk.assertions.Template.from_stack(stack)
        return set(template.find_resources("AWS::ApiGateway::Deployment"))

    assert deployment() == deployment()
    assert deployment() != deployment(max_output_tokens=5)


def test_the_function_is_told_who_what_and_how_much(env_stack, gateway, resources):
    gateway(rules=GatewayRules(timeout_seconds=20, additional_fields=["thinking"]))
    (function,) = resources(env_stack, "AWS::Lambda::Function").values()
    text = function["Properties"]["Environment"]["Variables"]["SETTINGS"]["Fn::Join"][1]
    told = json.loads("".join(part if isinstance(part, str) else "TOKEN" for part in text))
    assert told["rules"]["guardrail"] == {"id": GUARDRAIL, "version": "3"}
    assert [name for name, _ in told["rules"]["models"]][1] == "eu.amazon.nova-lite-v1:0"
    assert {counted for _, counted in told["rules"]["models"]} == {"amazon.nova-lite-v1:0"}
    assert (told["call_seconds"], told["kept_seconds"]) == (15, 160)
    assert function["Properties"]["Timeout"] == 40
    assert told["clients"][0]["account"] == "111122223333"


def test_the_url_has_the_endpoint_and_the_stage(env_stack, gateway):
    url = env_stack.resolve(gateway().url)["Fn::Join"][1]
    assert url[0] == "https://"
    assert ".execute-api.eu-west-1." in url
    assert url[-1] == "/v1"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"models": []}, "models is empty"),
        ({"models": [LITE, LITE]}, "listed twice"),
        ({"models": [FoundationModel("amazon.titan-embed-text-v2:0")]}, "an embedding model"),
        ({"models": [InferenceProfile("us.amazon.nova-lite-v1:0")]}, "cannot be called from"),
        ({"clients": []}, "0 clients given, a gateway takes 1 to 50"),
        ({"limits": []}, "0 limits given"),
        ({"limits": [QuotaLimit(per=ROLE, period=MINUTE, us_dollars=1)]}, "in US dollars"),
        (
            {"limits": [QuotaLimit(per=QuotaSubject.PROJECT, period=MINUTE, tokens=1)]},
            "is per project",
        ),
        (
            {"limits": [QuotaLimit(per=ROLE, period=MINUTE, tokens=1, whole_role=True)]},
            "neither warns nor denies",
        ),
        ({"rules": GatewayRules(max_request_bytes=5_000_000)}, "use 100 to 4,000,000"),
        ({"rules": GatewayRules(timeout_seconds=5)}, "timeout_seconds is 5: use 10 to 300"),
        ({"rules": GatewayRules(media_tokens=0)}, "media_tokens is 0: use 1 to"),
    ],
)
def test_what_cannot_work_is_refused(gateway, change, message):
    with pytest.raises(ValueError, match=rf"^Test/Gateway: .*{message}"):
        gateway(**change)


@pytest.mark.parametrize(
    ("clients", "message"),
    [
        (lambda r: [("a b", r[0])], "client name 'a b' is none"),
        (lambda r: [("a", r[0]), ("a", r[1])], "client a is given twice"),
        (lambda r: [("a", r[0]), ("b", r[0])], "is a client twice"),
        (lambda r: [("a", r[2])], "is in account 999999999999"),
    ],
)
def test_clients_that_cannot_be_told_apart_are_refused(env_stack, gateway, clients, message):
    arn = "arn:aws:iam::{}:role/{}"
    owners = ("111122223333", "111122223333", "999999999999")
    roles = [
        iam.Role.from_role_arn(env_stack, f"R{n}", arn.format(owner, f"R{n}"))
        for n, owner in enumerate(owners)
    ]
    chosen = [GatewayClient(name=name, role=role) for name, role in clients(roles)]
    with pytest.raises(ValueError, match=message):
        gateway(clients=chosen)


def test_a_client_that_could_never_call_is_refused(gateway):
    never = SimpleNamespace(
        name="a", requests_per_second=0, burst=1, requests_per_day=1, role=SimpleNamespace()
    )
    never.role.node = SimpleNamespace(path="r")
    never.role.env = SimpleNamespace(account="111122223333")
    with pytest.raises(ValueError, match="client a could never call"):
        gateway(clients=[never])


def test_more_than_the_environment_takes_is_refused(gateway):
    models = [
        ApplicationInferenceProfile(
            arn=f"arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/{n:012}",
            source=LITE,
        )
        for n in range(40)
    ]
    with pytest.raises(ValueError, match="environment has room for 3,800: make two gateways"):
        gateway(models=models)
