import json

import pytest

PRIVATE = {"SelfManagedLatticeResource": {"ResourceConfigurationIdentifier": "rcfg-1"}}
CONFIGURATION = "Properties.TargetConfiguration"
ENDPOINTS = [
    ("Mcp", "McpServer"),
    ("Http", "Passthrough"),
    ("Inference", "Provider"),
]
each_endpoint = pytest.mark.parametrize(("kind", "service"), ENDPOINTS)


def target(configuration, **properties):
    properties |= {"TargetConfiguration": configuration}
    return {"Type": "AWS::BedrockAgentCore::GatewayTarget", "Properties": properties}


def calling(kind, service, url, **properties):
    return target({kind: {service: {"Endpoint": url}}}, **properties)


def described(document, **properties):
    payload = document if isinstance(document, str) else json.dumps(document)
    return target({"Mcp": {"OpenApiSchema": {"InlinePayload": payload}}}, **properties)


FUNCTION = target({"Mcp": {"Lambda": {"LambdaArn": "arn"}}})


@each_endpoint
def test_https_through_a_private_endpoint_passes(judge, kind, service):
    subject = calling(kind, service, "https://x", PrivateEndpoint=PRIVATE)
    assert judge("AGC19", subject) == []


@each_endpoint
def test_plain_http_fails(judge, kind, service):
    found = judge("AGC19", calling(kind, service, "http://x", PrivateEndpoint=PRIVATE))
    assert found == [f"fail {CONFIGURATION}.{kind}.{service}.Endpoint"]


@each_endpoint
def test_a_service_on_the_internet_fails(judge, kind, service):
    found = judge("AGC19", calling(kind, service, "https://x"))
    assert found == ["fail Properties.PrivateEndpoint"]


def test_an_endpoint_known_at_deployment_is_unknown(judge):
    subject = calling("Mcp", "McpServer", {"Ref": "Url"}, PrivateEndpoint=PRIVATE)
    assert judge("AGC19", subject) == [f"unknown {CONFIGURATION}.Mcp.McpServer.Endpoint"]


def test_a_function_needs_no_endpoint(judge):
    assert judge("AGC19", FUNCTION) == []
    assert judge("AGC20", FUNCTION) == []


PAYLOAD = f"{CONFIGURATION}.Mcp.OpenApiSchema.InlinePayload"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"servers": [{"url": "https://x"}]}, []),
        ({"servers": [{"url": "http://x"}]}, [f"fail {PAYLOAD}.servers[0].url"]),
        ("servers:\n  - url: https://x", []),
        ("servers:\n  - url: http://x", [f"fail {PAYLOAD}"]),
    ],
)
def test_the_servers_of_an_api_are_judged(judge, document, expected):
    assert judge("AGC19", described(document, PrivateEndpoint=PRIVATE)) == expected


def test_an_api_on_the_internet_fails(judge):
    subject = target({"Mcp": {"OpenApiSchema": {"S3": {"Uri": "s3://b/k"}}}})
    assert judge("AGC19", subject) == ["fail Properties.PrivateEndpoint"]


OAUTH = [{"CredentialProviderType": "OAUTH"}]
CREDENTIALS = "Properties.CredentialProviderConfigurations"


@each_endpoint
def test_a_target_with_credentials_passes(judge, kind, service):
    subject = calling(kind, service, "https://x", CredentialProviderConfigurations=OAUTH)
    assert judge("AGC20", subject) == []


@each_endpoint
def test_a_target_without_credentials_fails(judge, kind, service):
    assert judge("AGC20", calling(kind, service, "https://x")) == [f"fail {CREDENTIALS}"]


def test_credentials_known_at_deployment_are_unknown(judge):
    subject = described({}, CredentialProviderConfigurations={"Ref": "Providers"})
    assert judge("AGC20", subject) == [f"unknown {CREDENTIALS}"]


HEADER = "Properties.MetadataConfiguration.AllowedRequestHeaders[0]"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("X-Request-Id", []),
        ("Authorization", [f"fail {HEADER}"]),
        ("x-api-key", [f"fail {HEADER}"]),
        ("COOKIE", [f"fail {HEADER}"]),
        ({"Ref": "Header"}, [f"unknown {HEADER}"]),
    ],
)
def test_headers_with_credentials_are_not_passed_on(judge, header, expected):
    passed = {"AllowedRequestHeaders": [header]}
    assert judge("AGC20", target({}, MetadataConfiguration=passed)) == expected


@pytest.mark.parametrize("rule", ["AGC19", "AGC20"])
def test_an_open_target_can_be_acknowledged(judge, accepting, rule):
    assert judge(rule, accepting(calling("Mcp", "McpServer", "https://x"), rule)) == []
