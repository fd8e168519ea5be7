"""What an organization forbids its accounts."""

from collections.abc import Iterable

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Node,
    Profile,
    Resource,
    Severity,
    Statement,
    StatementKind,
    Template,
    Verdicts,
    any_of,
    equals,
    forbid,
    require,
    rule,
    statements,
)

_GUIDE = "https://docs.aws.amazon.com/organizations/latest/userguide"
_INVOKE = "bedrock:InvokeModel"
_BEARER = "bedrock:CallWithBearerToken"
_CREATE_KEY = "iam:CreateServiceSpecificCredential"
_TWINS = {
    _INVOKE: "bedrock-mantle:CreateInference",
    _BEARER: "bedrock-mantle:CallWithBearerToken",
}
_GUARDRAILS = ("AWS::Bedrock::EnforcedGuardrailConfiguration",)


@rule(
    "GOV04",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Deny the same on bedrock-mantle, long-term API keys, and invocation without guardrail.",
    source=f"{_GUIDE}/orgs_manage_policies_scps.html",
)
def organization_guards_every_door(template: Template) -> Verdicts:
    """Service control policies for Bedrock reach bedrock-mantle, API keys and guardrails.

    Only templates with such policies are looked at, and all of their policies together.
    """
    denials = [
        each for each in statements(template, StatementKind.ORGANIZATION) if each.deny is not NO
    ]
    about = [each for each in denials if _is_about_bedrock(each)]
    for statement in about:
        yield from _twins(statement, denials)
    if about:
        at = about[0].owner["Content"]
        keys = any_of(_denied(denials, action) for action in (_BEARER, _CREATE_KEY))
        guarded = any_of(_asks_for_guardrail(each) for each in denials) | _enforced(template)
        yield from require(keys, at, "nothing denies long-term API keys")
        yield from require(guarded, at, "nothing denies invocation without a guardrail")


def _is_about_bedrock(statement: Statement) -> bool:
    """Whether it names Bedrock; one against all services does not, nor one by exceptions."""
    named = any(node.shape.lower().startswith("bedrock") for node in statement.actions)
    return named and any(statement.covers(action) is YES for action in _TWINS)


def _twins(statement: Statement, denials: list[Statement]) -> Verdicts:
    for action, twin in _TWINS.items():
        if statement.covers(action) is YES:
            message = f"{action} is denied, and nothing denies {twin}"
            denied = _denied(denials, twin)
            yield from require(denied, statement.action_node(action), message)


def _denied(denials: Iterable[Statement], action: str) -> Answer:
    return any_of(each.denies(action) for each in denials)


def _asks_for_guardrail(statement: Statement) -> Answer:
    return statement.denies(_INVOKE) & statement.conditioned_on("bedrock:GuardrailIdentifier")


def _enforced(template: Template) -> Answer:
    policies = template.of_type("AWS::Organizations::Policy")
    central = any_of(equals(each["Type"], "BEDROCK_POLICY") for each in policies)
    return central | (YES if template.of_type(*_GUARDRAILS) else NO)


@rule(
    "GOV05",
    resource="AWS::Organizations::Policy",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Assign optOut to the default of all services.",
    source=f"{_GUIDE}/orgs_manage_policies_ai-opt-out.html",
)
def ai_services_are_opted_out(policy: Resource) -> Verdicts:
    """A policy on AI services opts out of the use of content for all of them.

    Whether an organization has such a policy at all is no template matter.
    """
    concerned = equals(policy["Type"], "AISERVICES_OPT_OUT_POLICY")
    if concerned is NO:
        return
    services = policy["Content"].parsed()["services"]
    default = _assigned(services["default"])
    yield from require(~concerned | equals(default, "optOut"), default)
    for name, service in services.items():
        if name != "default":
            chosen = _assigned(service)
            yield from forbid(concerned & equals(chosen, "optIn"), chosen)


def _assigned(service: Node) -> Node:
    return service["opt_out_policy"]["@@assign"]
