import pytest

SECRET = "p4Ss/W0rd+x"
DYNAMIC = "{{resolve:secretsmanager:name:SecretString:key}}"


def agentcore(kind, **properties):
    return {"Type": f"AWS::BedrockAgentCore::{kind}", "Properties": properties}


def runtime(name, value):
    return agentcore("Runtime", EnvironmentVariables={name: value})


NAMES = [
    "DB_PASSWORD",
    "apiKey",
    "API_KEY",
    "GITHUB_TOKEN",
    "clientSecret",
    "AWS_SECRET_ACCESS_KEY",
]
CREDENTIALS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + "a1" * 18,
    "-----BEGIN RSA PRIVATE KEY-----\nM",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_named_like_a_secret_fails(judge, name):
    assert judge("AGC05", runtime(name, SECRET)) == [f"fail Properties.EnvironmentVariables.{name}"]


@pytest.mark.parametrize("value", CREDENTIALS)
def test_a_value_that_looks_like_a_credential_fails(judge, value):
    assert judge("AGC05", runtime("NOTE", value)) == ["fail Properties.EnvironmentVariables.NOTE"]


@pytest.mark.parametrize(
    "name", ["MAX_TOKENS", "TOKEN_LIMIT", "SECRET_ARN", "secretName", "REGION"]
)
def test_a_variable_about_something_else_passes(judge, name):
    assert judge("AGC05", runtime(name, SECRET)) == []


@pytest.mark.parametrize(
    "value",
    ["", "arn:aws:secretsmanager:eu-west-1:1:secret:x", "/app/token", "prod/db/password", "4096"],
)
def test_a_value_that_names_a_secret_passes(judge, value):
    assert judge("AGC05", runtime("API_KEY", value)) == []


@pytest.mark.parametrize("value", [DYNAMIC, {"Ref": "Hidden"}, {"Fn::GetAtt": ["Secret", "Arn"]}])
def test_a_reference_to_a_secret_passes(judge, value):
    resources = {"R": runtime("API_KEY", value), "Secret": {"Type": "AWS::SecretsManager::Secret"}}
    template = {"Parameters": {"Hidden": {"NoEcho": True}}, "Resources": resources}
    assert judge("AGC05", template) == []


def test_a_parameter_that_is_shown_is_unknown(judge):
    resources = {"R": runtime("API_KEY", {"Ref": "Shown"})}
    template = {"Parameters": {"Shown": {"Type": "String"}}, "Resources": resources}
    assert judge("AGC05", template) == ["unknown Properties.EnvironmentVariables.API_KEY"]


def test_the_default_of_a_hidden_parameter_is_in_the_template(judge):
    declared = {"Hidden": {"Type": "String", "NoEcho": True, "Default": SECRET}}
    resources = {"R": runtime("API_KEY", {"Ref": "Hidden"})}
    found = judge("AGC05", {"Parameters": declared, "Resources": resources})
    assert found == ["fail Properties.EnvironmentVariables.API_KEY"]


@pytest.mark.parametrize("header", ["Authorization", "x-api-key"])
def test_a_credential_in_a_tool_header_fails(judge, header):
    config = {"RemoteMcp": {"Url": "https://x", "Headers": {header: "Bearer abc", "X-A": "b"}}}
    found = judge("AGC05", agentcore("Harness", Tools=[{"Type": "remote_mcp", "Config": config}]))
    assert found == [f"fail Properties.Tools[0].Config.RemoteMcp.Headers.{header}"]


def test_a_secret_can_be_acknowledged(judge, accepting):
    assert judge("AGC05", accepting(runtime("API_KEY", SECRET), "AGC05")) == []


def test_findings_do_not_repeat_the_secret_in_the_message(findings):
    (found,) = findings("AGC05", runtime("API_KEY", SECRET))
    assert SECRET not in found.message


PROVIDERS = [
    (
        "OAuth2CredentialProvider",
        "Oauth2ProviderConfigInput",
        "GithubOauth2ProviderConfig",
        "ClientSecret",
    ),
    (
        "OAuth2CredentialProvider",
        "Oauth2ProviderConfigInput",
        "CustomOauth2ProviderConfig",
        "ClientSecret",
    ),
    (
        "PaymentCredentialProvider",
        "ProviderConfigurationInput",
        "CoinbaseCdpConfiguration",
        "ApiKeySecret",
    ),
    (
        "PaymentCredentialProvider",
        "ProviderConfigurationInput",
        "CoinbaseCdpConfiguration",
        "WalletSecret",
    ),
    (
        "PaymentCredentialProvider",
        "ProviderConfigurationInput",
        "StripePrivyConfiguration",
        "AppSecret",
    ),
    (
        "PaymentCredentialProvider",
        "ProviderConfigurationInput",
        "StripePrivyConfiguration",
        "AuthorizationPrivateKey",
    ),
]
each_provider = pytest.mark.parametrize(("kind", "section", "vendor", "name"), PROVIDERS)


@each_provider
def test_a_secret_of_a_provider_in_the_template_fails(judge, kind, section, vendor, name):
    subject = agentcore(kind, **{section: {vendor: {name: SECRET}}})
    assert judge("AGC31", subject) == [f"fail Properties.{section}.{vendor}.{name}"]


@each_provider
def test_a_secret_of_a_provider_in_secrets_manager_passes(judge, kind, section, vendor, name):
    where = {f"{name}Source": "EXTERNAL", f"{name}Config": {"SecretId": "s", "JsonKey": "k"}}
    assert judge("AGC31", agentcore(kind, **{section: {vendor: where}})) == []
    assert judge("AGC31", agentcore(kind, **{section: {vendor: {name: DYNAMIC}}})) == []


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"Type": "String", "NoEcho": True}, []),
        ({"Type": "String"}, ["fail Properties.ApiKey"]),
        ({"Type": "String", "NoEcho": True, "Default": SECRET}, ["fail Properties.ApiKey"]),
    ],
)
def test_a_parameter_has_to_be_hidden(judge, declared, expected):
    resources = {"R": agentcore("ApiKeyCredentialProvider", ApiKey={"Ref": "Key"})}
    template = {"Parameters": {"Key": declared}, "Resources": resources}
    assert judge("AGC31", template) == expected


@pytest.mark.parametrize("value", [{"Fn::ImportValue": "Key"}, {"Fn::GetAtt": ["Custom", "Key"]}])
def test_a_secret_from_elsewhere_is_unknown(judge, value):
    subject = agentcore("ApiKeyCredentialProvider", ApiKey=value)
    assert judge("AGC31", subject) == ["unknown Properties.ApiKey"]


def test_a_provider_with_a_secret_can_be_acknowledged(judge, accepting):
    subject = agentcore("ApiKeyCredentialProvider", ApiKey=SECRET)
    assert judge("AGC31", accepting(subject, "AGC31")) == []
