"""Resource policies of guardrails."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from secure_bedrock.emulator.services.dispatch import Call, error, operation

_ALLOWED = {
    "guardrail": {"bedrock:ApplyGuardrail", "bedrock:GetGuardrail"},
    "guardrail-profile": {"bedrock:ApplyGuardrail"},
}
_TABLE = "resource policies"


@operation("bedrock", "PutResourcePolicy")
def put(call: Call) -> Mapping[str, Any]:
    """Attach or replace a policy."""
    arn = call.params["resourceArn"]
    _check_resource(call, arn)
    broken = list(_broken(arn, call.params["resourcePolicy"]))
    if broken:
        raise error("ValidationException", "; ".join(broken))
    call.table(_TABLE)[arn] = call.params["resourcePolicy"]
    return {"resourceArn": arn}


@operation("bedrock", "GetResourcePolicy", "DeleteResourcePolicy")
def get_or_delete(call: Call) -> Mapping[str, Any]:
    """Read the policy; forget it when it is to be deleted."""
    arn, policies = call.params["resourceArn"], call.table(_TABLE)
    if arn not in policies:
        raise error("ResourceNotFoundException", f"{arn} has no resource policy")
    if call.operation == "DeleteResourcePolicy":
        del policies[arn]
        return {}
    return {"resourcePolicy": policies[arn]}


def _check_resource(call: Call, arn: str) -> None:
    kind, _, name = arn.split(":", 5)[-1].partition("/")
    if kind not in _ALLOWED:
        raise error("ValidationException", f"Not emulated: a resource policy on {arn}")
    if kind == "guardrail" and name not in call.table("guardrails"):
        raise error("ValidationException", f"{arn} does not exist")


def _broken(arn: str, document: str) -> Iterator[str]:
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError):
        yield "The resource policy is not a policy document"
        return
    kind = "guardrail-profile" if ":guardrail-profile/" in arn else "guardrail"
    for statement in [statements] if isinstance(statements, dict) else statements:
        action = statement.get("Action", [])
        actions = {action} if isinstance(action, str) else set(action)
        for name in sorted(actions - _ALLOWED[kind]):
            yield f"Action {name} is not allowed in the resource policy of a {kind}"
        anyone = statement.get("Principal") in ("*", {"AWS": "*"})
        if anyone and "aws:PrincipalOrgID" not in json.dumps(statement.get("Condition", {})):
            yield "Principal * needs a condition on aws:PrincipalOrgID"
