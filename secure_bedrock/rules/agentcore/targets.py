"""What gateway targets call, and what they hand over."""

import re
from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    Controls,
    Node,
    Profile,
    Resource,
    Severity,
    Verdicts,
    absent,
    any_of,
    forbid,
    matches,
    rule,
)
from secure_bedrock.rules.agentcore._shapes import GUIDE, REFERENCE, TARGET, endpoints

_PLAIN_URL = re.compile(r"\burl:\s*[\"']?http://", re.IGNORECASE)
_HEADERS = ("Authorization", "Cookie", "Proxy-Authorization", "X-Amz-Security-Token", "X-Api-Key")


@rule(
    "AGC19",
    resource=TARGET,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Call the service over https, and through a PrivateEndpoint when it is your own.",
    source=f"{REFERENCE}-gatewaytarget.html",
    controls={
        "HIPAA": Controls(("164.312(e)(1)",), "stave"),
        "NIST 800-53 r5": Controls(("SC-7", "SC-8"), "stave"),
    },
)
def targets_are_private(target: Resource) -> Verdicts:
    """A target that is a web service is called over https and through a private endpoint.

    A service on the internet cannot be private: acknowledge it with its name.
    """
    services = [*endpoints(target), *_described(target)]
    for node in services:
        yield from forbid(matches(node, "http://*"), node)
    payload = _open_api(target)["InlinePayload"]
    if _PLAIN_URL.search(payload.shape):
        yield from forbid(matches(payload, "*"), payload, "the API is called over http")
    if services or not _open_api(target).missing:
        private = target["PrivateEndpoint"]
        yield from forbid(absent(private), private)


def _open_api(target: Resource) -> Node:
    return target["TargetConfiguration"]["Mcp"]["OpenApiSchema"]


def _described(target: Resource) -> Iterator[Node]:
    """Addresses in an OpenAPI document that is written as JSON."""
    document = _open_api(target)["InlinePayload"].parsed()
    for server in document["servers"] if isinstance(document.value, dict) else ():
        yield server["url"]


@rule(
    "AGC20",
    resource=TARGET,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Add CredentialProviderConfigurations, and pass on no header that holds a credential.",
    source=f"{GUIDE}/gateway-headers.html",
)
def targets_have_their_own_credentials(target: Resource) -> Verdicts:
    """A target has credentials of its own and does not get those of the caller."""
    if [*endpoints(target)] or not _open_api(target).missing:
        credentials = target["CredentialProviderConfigurations"]
        yield from forbid(absent(credentials), credentials)
    for header in target["MetadataConfiguration"]["AllowedRequestHeaders"]:
        found = any_of(matches(header, each, ignore_case=True) for each in _HEADERS)
        yield from forbid(found, header)
