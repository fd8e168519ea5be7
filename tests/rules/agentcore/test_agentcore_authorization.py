import pytest

JWT = "Properties.AuthorizerConfiguration.CustomJWTAuthorizer"
URL = "https://idp.example.com/.well-known/openid-configuration"
HEADERS = "Properties.RequestHeaderConfiguration.RequestHeaderAllowlist"


def agentcore(kind, **properties):
    return {"Type": f"AWS::BedrockAgentCore::{kind}", "Properties": properties}


def with_tokens(kind="Runtime", url=URL, *, headers=(), **bounds):
    return agentcore(
        kind,
        AuthorizerConfiguration={"CustomJWTAuthorizer": {"DiscoveryUrl": url, **bounds}},
        RequestHeaderConfiguration={"RequestHeaderAllowlist": list(headers)},
    )


@pytest.mark.parametrize("headers", [["Authorization"], ["X-A", "authorization"]])
def test_a_token_that_reaches_the_agent_passes(judge, headers):
    assert judge("AGC03", with_tokens(headers=headers)) == []


def test_a_token_that_does_not_reach_the_agent_fails(judge):
    assert judge("AGC03", with_tokens(headers=["X-A"])) == [f"fail {HEADERS}"]


def test_a_header_known_at_deployment_is_unknown(judge):
    assert judge("AGC03", with_tokens(headers=[{"Ref": "Header"}])) == [f"unknown {HEADERS}"]


def test_a_lost_token_can_be_acknowledged(judge, accepting):
    assert judge("AGC03", accepting(with_tokens(), "AGC03")) == []


def test_callers_with_iam_credentials_have_no_token_to_lose(judge):
    assert judge("AGC03", agentcore("Runtime")) == []


@pytest.mark.parametrize("kind", ["Runtime", "Harness", "Gateway", "PaymentManager"])
@pytest.mark.parametrize("bound", ["AllowedAudience", "AllowedClients", "AllowedScopes"])
def test_tokens_for_this_application_pass(judge, kind, bound):
    assert judge("AGC04", with_tokens(kind, **{bound: ["app"]})) == []


@pytest.mark.parametrize("kind", ["Runtime", "Harness", "Gateway", "PaymentManager"])
def test_tokens_for_any_application_fail(judge, kind):
    assert judge("AGC04", with_tokens(kind, AllowedAudience=[])) == [f"fail {JWT}"]


@pytest.mark.parametrize("url", ["http://idp.example.com", "ftp://x"])
def test_an_issuer_without_tls_fails(judge, url):
    assert judge("AGC04", with_tokens(url=url, AllowedScopes=["s"])) == [f"fail {JWT}.DiscoveryUrl"]


@pytest.mark.parametrize(("issuer", "found"), [(URL, []), ("https://other/*", ["fail"])])
def test_only_trusted_issuers_pass(judge, issuer, found):
    from secure_bedrock.rules import Parameters

    trusting = Parameters(trusted_issuers=(issuer,))
    lines = judge("AGC04", with_tokens(AllowedScopes=["s"]), parameters=trusting)
    assert lines == [f"{each} {JWT}.DiscoveryUrl" for each in found]


def test_an_issuer_known_at_deployment_is_unknown(judge):
    subject = with_tokens(url={"Ref": "Issuer"}, AllowedScopes=["s"])
    assert judge("AGC04", subject) == [f"unknown {JWT}.DiscoveryUrl"]


def test_tokens_for_any_application_can_be_acknowledged(judge, accepting):
    assert judge("AGC04", accepting(with_tokens(), "AGC04")) == []


def gateway(kind, **properties):
    return agentcore("Gateway", AuthorizerType=kind, **properties)


TYPE = "Properties.AuthorizerType"
ENFORCED = {"PolicyEngineConfiguration": {"Mode": "ENFORCE"}}
LOGGED = {"PolicyEngineConfiguration": {"Mode": "LOG_ONLY"}}
INTERCEPTED = {"InterceptorConfigurations": [{"InterceptionPoints": ["REQUEST"]}]}
TOO_LATE = {"InterceptorConfigurations": [{"InterceptionPoints": ["RESPONSE"]}]}


@pytest.mark.parametrize(
    "subject",
    [gateway("AWS_IAM"), gateway("CUSTOM_JWT"), gateway("AUTHENTICATE_ONLY", **ENFORCED)],
)
def test_a_gateway_that_decides_passes(judge, subject):
    assert judge("AGC14", subject) == []


@pytest.mark.parametrize(
    "subject",
    [
        gateway("NONE"),
        gateway("NONE", **ENFORCED),
        gateway("AUTHENTICATE_ONLY"),
        gateway("AUTHENTICATE_ONLY", **LOGGED),
        gateway("AUTHENTICATE_ONLY", **TOO_LATE),
    ],
)
def test_an_open_gateway_fails(judge, subject):
    assert judge("AGC14", subject) == [f"fail {TYPE}"]


@pytest.mark.parametrize(
    "subject", [gateway({"Ref": "Kind"}, **ENFORCED), gateway("AUTHENTICATE_ONLY", **INTERCEPTED)]
)
def test_a_decision_elsewhere_is_unknown(judge, subject):
    assert judge("AGC14", subject) == [f"unknown {TYPE}"]


def test_an_open_gateway_can_be_acknowledged(judge, accepting):
    assert judge("AGC14", accepting(gateway("NONE"), "AGC14")) == []


def manager(kind, **properties):
    return agentcore("PaymentManager", AuthorizerType=kind, **properties)


def test_a_payment_manager_with_authorizer_passes(judge):
    assert judge("AGC35", manager("AWS_IAM")) == []
    tokens = with_tokens("PaymentManager")["Properties"]
    assert judge("AGC35", manager("CUSTOM_JWT", **tokens)) == []


@pytest.mark.parametrize("subject", [manager("NONE"), agentcore("PaymentManager")])
def test_a_payment_manager_without_authorizer_fails(judge, subject):
    assert judge("AGC35", subject) == [f"fail {TYPE}"]


def test_tokens_that_nobody_checks_fail(judge):
    assert judge("AGC35", manager("CUSTOM_JWT")) == [f"fail {JWT}"]


def test_an_authorizer_known_at_deployment_is_unknown(judge):
    assert judge("AGC35", manager({"Ref": "Kind"})) == [f"unknown {TYPE}"]


def test_an_open_payment_manager_can_be_acknowledged(judge, accepting):
    assert judge("AGC35", accepting(manager("NONE"), "AGC35")) == []
