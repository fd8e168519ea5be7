"""What gateways check, tell and pass on."""

from secure_bedrock.rules._kit import (
    Controls,
    Profile,
    Resource,
    Severity,
    Verdicts,
    equals,
    forbid,
    is_true,
    require,
    rule,
)
from secure_bedrock.rules.agentcore._links import has_link
from secure_bedrock.rules.agentcore._shapes import GATEWAY, GUIDE


@rule(
    "AGC16",
    resource=GATEWAY,
    severity=Severity.LOW,
    profiles=(Profile.AGENTIC,),
    fix="Set PolicyEngineConfiguration with Mode ENFORCE.",
    source=f"{GUIDE}/policy.html",
    controls={"AWS AI Security Framework": Controls(("AISF-AGENT-02",), "Prowler")},
)
def gateway_enforces_policies(gateway: Resource) -> Verdicts:
    """A gateway has a policy engine that enforces which tools who may use."""
    engine = gateway["PolicyEngineConfiguration"]
    at = engine if engine.missing else engine["Mode"]
    yield from require(equals(engine["Mode"], "ENFORCE"), at)


@rule(
    "AGC17",
    resource=GATEWAY,
    severity=Severity.MEDIUM,
    fix="Remove ExceptionLevel.",
    source=f"{GUIDE}/gateway-debug-messages.html",
    controls={
        "NIST 800-53 r5": Controls(("SI-11",), "stave"),
        "SOC 2": Controls(("CC7.2",), "stave"),
    },
)
def gateway_keeps_errors_to_itself(gateway: Resource) -> Verdicts:
    """A gateway does not send debug messages to its callers."""
    yield from forbid(equals(gateway["ExceptionLevel"], "DEBUG"), gateway["ExceptionLevel"])


@rule(
    "AGC18",
    resource=GATEWAY,
    severity=Severity.LOW,
    profiles=(Profile.AGENTIC,),
    fix="Associate a web ACL with the gateway and set WafConfiguration.FailureMode to FAIL_CLOSE.",
    source=f"{GUIDE}/gateway-waf.html",
    controls={"NIST 800-53 r5": Controls(("SC-7(5)",), "stave")},
)
def gateway_has_a_web_acl(gateway: Resource) -> Verdicts:
    """A gateway has a web ACL and closes when the ACL cannot be evaluated."""
    protected = has_link(gateway, "AWS::WAFv2::WebACLAssociation", "ResourceArn")
    message = "no AWS::WAFv2::WebACLAssociation of the template is for this gateway"
    yield from require(protected, gateway, message)
    mode = gateway["WafConfiguration"]["FailureMode"]
    yield from forbid(equals(mode, "FAIL_OPEN"), mode)


@rule(
    "AGC21",
    resource=GATEWAY,
    severity=Severity.LOW,
    profiles=(Profile.AGENTIC,),
    fix="Set PassRequestHeaders to false, unless the function needs the caller's headers.",
    source=f"{GUIDE}/gateway-interceptors.html",
)
def interceptors_do_not_get_tokens(gateway: Resource) -> Verdicts:
    """Interceptors do not get the headers of requests, and with them the callers' tokens."""
    for interceptor in gateway["InterceptorConfigurations"]:
        passed = interceptor["InputConfiguration"]["PassRequestHeaders"]
        yield from forbid(is_true(passed), passed)
