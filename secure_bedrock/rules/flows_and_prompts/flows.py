"""How flows are encrypted, guarded and permitted."""

from secure_bedrock.rules._kit import (
    Node,
    Profile,
    Resource,
    Severity,
    Unknown,
    Verdicts,
    customer_managed_key,
    equals,
    forbid,
    present,
    require,
    rule,
)
from secure_bedrock.rules.agents._roles import boundless_grants, wide_grants
from secure_bedrock.rules.flows_and_prompts._definition import child, is_open, nodes

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_FLOW = "AWS::Bedrock::Flow"


@rule(
    "FLW01",
    resource=_FLOW,
    severity=Severity.MEDIUM,
    fix="Set CustomerEncryptionKeyArn to the ARN of a customer managed key.",
    source=f"{_GUIDE}/encryption-flows.html",
)
def flow_has_customer_managed_key(flow: Resource) -> Verdicts:
    """The flow is encrypted with a customer managed key."""
    key = flow["CustomerEncryptionKeyArn"]
    yield from require(customer_managed_key(key), key)


@rule(
    "FLW02",
    resource=_FLOW,
    severity=Severity.HIGH,
    fix="Set GuardrailConfiguration of the node.",
    source=f"{_GUIDE}/flows-guardrails.html",
)
def nodes_of_the_flow_have_a_guardrail(flow: Resource) -> Verdicts:
    """Every node of the flow that invokes a model has a guardrail.

    Knowledge base nodes without a model only retrieve and cannot have one. Nothing is asked where
    the template enforces a guardrail for the account.
    """
    if flow.template.of_type("AWS::Bedrock::EnforcedGuardrailConfiguration"):
        return
    elsewhere = flow["DefinitionS3Location"]
    if not elsewhere.missing:
        yield Unknown(elsewhere, "the definition is in a bucket and cannot be seen here")
    for node in nodes(flow):
        if is_open(node):
            yield Unknown(node)
        else:
            yield from _judge(child(node, "Configuration"))


def _judge(configuration: Node) -> Verdicts:
    for kind in ("Prompt", "KnowledgeBase"):
        settings = child(configuration, kind)
        retrieves = kind == "KnowledgeBase" and child(settings, "ModelId").missing
        if not settings.missing and not retrieves:
            guardrail = child(settings, "GuardrailConfiguration")
            identifier = child(guardrail, "GuardrailIdentifier")
            yield from require(present(identifier), identifier)


@rule(
    "FLW03",
    resource=_FLOW,
    severity=Severity.MEDIUM,
    profiles=(Profile.AGENTIC,),
    fix="Name the actions and resources that the flow needs, and run code in a Lambda function.",
    source=f"{_GUIDE}/flows-permissions.html",
)
def flow_can_do_only_what_it_names(flow: Resource) -> Verdicts:
    """The flow's role has no whole services and no unnamed resources, and no node runs code.

    Bedrock's own actions are left to IAM04, IAM06 and IAM07.
    """
    arn = flow["ExecutionRoleArn"]
    if arn.target is not None:
        for at, wide in (*wide_grants(arn.target), *boundless_grants(arn.target)):
            yield from forbid(wide, at)
    elif arn.unknown:
        yield Unknown(arn)
    for node in nodes(flow):
        if not is_open(node):
            kind = child(node, "Type")
            yield from forbid(equals(kind, "InlineCode"), kind)
