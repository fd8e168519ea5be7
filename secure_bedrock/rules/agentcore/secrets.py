"""Credentials that stand in the template."""

import re
from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    Controls,
    Fail,
    Node,
    Resource,
    Severity,
    Unknown,
    Verdict,
    Verdicts,
    rule,
)
from secure_bedrock.rules.agentcore._shapes import GUIDE, HARNESS, REFERENCE, RUNTIME

_NAMES = re.compile(
    r"(SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|TOKEN(?!S)"
    r"|(API|ACCESS|PRIVATE|SIGNING|ENCRYPTION)_?KEY)"
)
_ABOUT = re.compile(
    r"(ARN|NAME|ID|PATH|FILE|URI|URL|ENDPOINT|PARAMETER|PARAM|TTL|EXPIRY|TIMEOUT|LIMIT|COUNT|TYPE"
    r"|HEADER|PREFIX|PROVIDER|SOURCE|REGION|ALIAS|BUCKET|VERSION|AUDIENCE|ISSUER|SCOPE)S?$"
)
_CREDENTIAL = re.compile(
    r"(AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_\w{30,}|github_pat_\w{30,}|sk-[\w-]{20,}|xox[abprs]-[\w-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_HARMLESS = re.compile(
    r"|true|false|none|null|\d+|arn:.*|https?://[^@]*|/.*|[a-z0-9_.-]+(/[a-z0-9_.-]+)+", re.DOTALL
)
_HEADERS = ("authorization", "proxy-authorization", "x-api-key", "api-key", "cookie")


@rule(
    "AGC05",
    resource=(RUNTIME, HARNESS),
    severity=Severity.CRITICAL,
    fix="Keep the value in AWS Secrets Manager and let the agent read it when it runs.",
    source=f"{GUIDE}/identity.html",
    controls={
        "NIST 800-53 r5": Controls(("IA-5(7)",), "stave"),
        "PCI DSS 4.0": Controls(("3.4.1",), "stave"),
    },
)
def no_secrets_in_environment(resource: Resource) -> Verdicts:
    """No environment variable or tool header contains a credential."""
    for name, value in resource["EnvironmentVariables"].items():
        if _CREDENTIAL.search(value.shape) or _is_secret_name(name):
            yield from _judge(value, f"variable {name}")
    for tool in resource["Tools"] if resource.type == HARNESS else ():
        for name, value in tool["Config"]["RemoteMcp"]["Headers"].items():
            if name.lower() in _HEADERS or _CREDENTIAL.search(value.shape):
                yield from _judge(value, f"header {name}")


def _is_secret_name(name: str) -> bool:
    spelled = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
    return bool(_NAMES.search(spelled)) and not _ABOUT.search(spelled)


def _judge(value: Node, what: str) -> Iterator[Verdict]:
    literal = value.literal
    if literal is not None:
        if _CREDENTIAL.search(literal) or not _HARMLESS.fullmatch(literal):
            yield Fail(value.hidden, f"{what} contains a credential")
    elif any(each.origin == "parameter" and not each.secret for each in value.references):
        yield Unknown(value, f"{what} may contain a credential")


_PLACES = {
    "AWS::BedrockAgentCore::ApiKeyCredentialProvider": ("", ("ApiKey",)),
    "AWS::BedrockAgentCore::OAuth2CredentialProvider": (
        "Oauth2ProviderConfigInput",
        ("ClientSecret",),
    ),
    "AWS::BedrockAgentCore::PaymentCredentialProvider": (
        "ProviderConfigurationInput",
        ("ApiKeySecret", "AppSecret", "AuthorizationPrivateKey", "WalletSecret"),
    ),
}


@rule(
    "AGC31",
    resource=tuple(_PLACES),
    severity=Severity.CRITICAL,
    fix="Use source EXTERNAL with a SecretId, a dynamic reference or a NoEcho parameter.",
    source=f"{REFERENCE}-oauth2credentialprovider.html",
    controls={"NIST 800-53 r5": Controls(("IA-5(7)",), "stave")},
)
def credential_providers_refer_to_secrets(provider: Resource) -> Verdicts:
    """No credential provider has its secret in the template."""
    inside, names = _PLACES[provider.type]
    parts = [part for _, part in provider[inside].items()] if inside else [provider.properties]
    for part in parts:
        for name in names:
            yield from _credential(part[name], name)


def _credential(node: Node, name: str) -> Iterator[Verdict]:
    if node.missing or node.literal == "":
        return
    if node.literal is not None:
        yield Fail(node.hidden, f"{name} is written in the template")
        return
    for reference in node.references:
        if reference.origin == "parameter" and not reference.secret:
            yield Fail(node, f"parameter {reference.name} is shown to everybody who sees the stack")
        elif not reference.secret:
            yield Unknown(node)
    if not node.references:
        yield Unknown(node)
