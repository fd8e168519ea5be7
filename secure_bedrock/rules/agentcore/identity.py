"""Where users are sent back to with their authorization."""

import re

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Node,
    Resource,
    Severity,
    Verdicts,
    matches,
    require,
    rule,
)
from secure_bedrock.rules.agentcore._shapes import REFERENCE

_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])([:/].*)?", re.DOTALL)


@rule(
    "AGC33",
    resource="AWS::BedrockAgentCore::WorkloadIdentity",
    severity=Severity.MEDIUM,
    fix="List complete https URLs without wildcards.",
    source=f"{REFERENCE}-workloadidentity.html",
)
def return_urls_are_exact(identity: Resource) -> Verdicts:
    """Authorization codes are sent to exact https URLs, or to the developer's own machine."""
    for url in identity["AllowedResourceOauth2ReturnUrls"]:
        yield from require(_is_exact(url), url)


def _is_exact(url: Node) -> Answer:
    if url.unknown:
        return UNKNOWN
    if "*" in url.shape:
        return NO
    return YES if _LOCAL.fullmatch(url.shape) else ~matches(url, "http://*")
