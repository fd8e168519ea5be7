"""Who may call runtimes, gateways, harnesses and payment managers."""

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Controls,
    Fail,
    Node,
    Parameters,
    Profile,
    Resource,
    Severity,
    Verdicts,
    absent,
    any_of,
    equals,
    forbid,
    matches,
    present,
    require,
    rule,
)
from secure_bedrock.rules.agentcore._shapes import (
    GATEWAY,
    GUIDE,
    HARNESS,
    PAYMENT_MANAGER,
    RUNTIME,
    authorizer,
)

_INBOUND = f"{GUIDE}/gateway-inbound-auth.html"
_BOUNDS = ("AllowedAudience", "AllowedClients", "AllowedScopes", "CustomClaims")


@rule(
    "AGC03",
    resource=RUNTIME,
    severity=Severity.INFO,
    profiles=(Profile.AGENTIC,),
    fix="Add Authorization to RequestHeaderConfiguration.RequestHeaderAllowlist.",
    source=f"{GUIDE}/runtime-header-allowlist.html",
)
def agent_sees_who_calls(runtime: Resource) -> Verdicts:
    """An agent that is called with a JSON web token gets to see it and can act for the user.

    A runtime without such an authorizer is called with IAM credentials, which suits services.
    """
    if authorizer(runtime).missing:
        return
    headers = runtime["RequestHeaderConfiguration"]["RequestHeaderAllowlist"]
    passed = any_of(matches(each, "Authorization", ignore_case=True) for each in headers)
    yield from require(passed, headers, "the Authorization header does not reach the agent")


@rule(
    "AGC04",
    resource=(RUNTIME, HARNESS, GATEWAY, PAYMENT_MANAGER),
    severity=Severity.HIGH,
    fix="Name an https discovery URL, and the audience, clients or scopes that tokens must have.",
    source=f"{GUIDE}/inbound-jwt-authorizer.html",
    parameters=("trusted_issuers",),
)
def tokens_are_bound(resource: Resource, parameters: Parameters) -> Verdicts:
    """Only tokens for this application and from a trusted issuer are accepted."""
    accepted = authorizer(resource)
    if accepted.missing:
        return
    bound = any_of(present(accepted[name]) for name in _BOUNDS)
    message = "every token of the issuer is accepted, for whichever application it was made"
    yield from require(bound, accepted, message)
    url = accepted["DiscoveryUrl"]
    patterns = parameters.trusted_issuers or ("https://*",)
    yield from require(matches(url, *patterns), url)


@rule(
    "AGC14",
    resource=GATEWAY,
    severity=Severity.HIGH,
    fix="Set AuthorizerType to AWS_IAM or CUSTOM_JWT.",
    source=_INBOUND,
    controls={
        "HIPAA": Controls(("164.312(d)",), "stave"),
        "NIST 800-53 r5": Controls(("AC-3", "IA-2"), "stave"),
    },
)
def gateway_authorizes_callers(gateway: Resource) -> Verdicts:
    """A gateway decides who may call it.

    AUTHENTICATE_ONLY leaves the decision to a policy engine, which then has to enforce its
    policies, or to an interceptor, whose code is not in the template.
    """
    kind = gateway["AuthorizerType"]
    yield from forbid(equals(kind, "NONE"), kind)
    offloaded = equals(kind, "AUTHENTICATE_ONLY")
    if offloaded is not NO:
        yield from forbid(offloaded & ~_decides(gateway), kind, "nothing decides who may call")


def _decides(gateway: Resource) -> Answer:
    enforced = equals(gateway["PolicyEngineConfiguration"]["Mode"], "ENFORCE")
    intercepted = any_of(_on_request(each) for each in gateway["InterceptorConfigurations"])
    return enforced if intercepted is NO else enforced | UNKNOWN


def _on_request(interceptor: Node) -> Answer:
    return any_of(equals(each, "REQUEST") for each in interceptor["InterceptionPoints"])


@rule(
    "AGC35",
    resource=PAYMENT_MANAGER,
    severity=Severity.HIGH,
    fix="Set AuthorizerType to AWS_IAM, or to CUSTOM_JWT with its configuration.",
    source=f"{GUIDE}/payments-iam-roles.html",
)
def payment_manager_authorizes_callers(manager: Resource) -> Verdicts:
    """A payment manager decides who may spend money."""
    kind = manager["AuthorizerType"]
    yield from require(equals(kind, "AWS_IAM", "CUSTOM_JWT"), kind)
    missing = equals(kind, "CUSTOM_JWT") & absent(authorizer(manager))
    if missing is YES:
        yield Fail(authorizer(manager), "CUSTOM_JWT has no configuration")
