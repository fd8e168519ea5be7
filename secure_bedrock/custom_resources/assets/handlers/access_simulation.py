"""Which models a principal may invoke, as IAM's own simulator sees its policies.

The simulator takes identity policies, permissions boundaries and service control policies into
account, but no endpoint policies. Source: IAM API Reference, "SimulatePrincipalPolicy".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .patience import Patience

ALLOWED, GUARDED, DENIED = "allowed", "with the guardrail only", "denied"
INVOKE = "bedrock:InvokeModel"

_GUARDRAIL = "bedrock:GuardrailIdentifier"

Group = Mapping[str, Any]
"""``resources``, and in ``context`` the condition keys that a call of them carries."""


def answers(
    iam: Any,  # noqa: ANN401 - a client of boto3
    patience: Patience,
    principal: str,
    *,
    models: Mapping[str, Sequence[Group]],
    guardrail: str,
) -> dict[str, dict[str, Any]]:
    """What the principal may do with each model, and which condition keys would change that.

    Args:
        iam: Client of IAM.
        patience: How long calls are repeated.
        principal: ARN of a role or user.
        models: Name of each model -> everything that is authorised when it is invoked.
        guardrail: ARN and version of the guardrail that calls may carry; empty if there is none.
    """
    return {
        name: _answer(iam, patience, principal, groups, guardrail)
        for name, groups in models.items()
    }


def _answer(
    iam: Any,  # noqa: ANN401 - a client of boto3
    patience: Patience,
    principal: str,
    groups: Sequence[Group],
    guardrail: str,
) -> dict[str, Any]:
    allowed, missing = _simulate(iam, patience, principal, groups, {})
    if allowed:
        return {"answer": ALLOWED}
    if guardrail:
        context = {_GUARDRAIL: guardrail}
        allowed, missing = _simulate(iam, patience, principal, groups, context)
        if allowed:
            return {"answer": GUARDED}
    return {"answer": DENIED, "may_depend_on": missing} if missing else {"answer": DENIED}


def _simulate(
    iam: Any,  # noqa: ANN401 - a client of boto3
    patience: Patience,
    principal: str,
    groups: Sequence[Group],
    more: Mapping[str, str],
) -> tuple[bool, list[str]]:
    """Whether all of it is allowed; if not, the keys that the simulator had no value for."""
    missing: set[str] = set()
    allowed = True
    for group in groups:
        context = {**group["context"], **more}
        for result in _results(iam, patience, principal, group["resources"], context):
            if result["EvalDecision"] != ALLOWED:
                allowed = False
                if result["EvalDecision"] == "implicitDeny":
                    missing |= set(result.get("MissingContextValues", ()))
                else:
                    return False, []
    return allowed, sorted(missing)


def _results(
    iam: Any,  # noqa: ANN401 - a client of boto3
    patience: Patience,
    principal: str,
    resources: Sequence[str],
    context: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    entries = [
        {"ContextKeyName": key, "ContextKeyType": "string", "ContextKeyValues": [value]}
        for key, value in sorted(context.items())
    ]
    parameters: dict[str, Any] = {
        "PolicySourceArn": principal,
        "ActionNames": [INVOKE],
        "ResourceArns": list(resources),
        "ContextEntries": entries,
    }
    while True:
        page = patience.call(iam.simulate_principal_policy, **parameters)
        yield from page["EvaluationResults"]
        if not page.get("IsTruncated"):
            return
        parameters["Marker"] = page["Marker"]
