"""Roles that Amazon Bedrock and AgentCore assume: for which account they do so.

Source: Amazon Bedrock User Guide, "Cross-service confused deputy prevention".
"""

from typing import Any

from secure_bedrock.hardening.resource import ForeignResource

_DOCUMENT = "assumeRolePolicyDocument"
_SERVICES = ("bedrock.", "bedrock-agentcore.")
_BOUND_BY = ("aws:sourceaccount", "aws:sourcearn")


def harden_role(role: ForeignResource) -> None:
    """Bind trust in these services to the account, where nothing says for whom they act."""
    document = role.properties.get(_DOCUMENT)
    if not isinstance(document, dict):
        return
    statements = _listed(document.get("Statement", []))
    open_ones = [each for each in statements if _is_open(each)]
    if not open_ones:
        return
    mixed = [each for each in open_ones if not all(map(_is_ours, _services(each)))]
    if mixed:
        text = f"services {', '.join(_services(mixed[0]))} assume it for any account: split the "
        role.report(
            _DOCUMENT, f"{text}statement, and name aws:SourceAccount in the one for Bedrock"
        )
        return
    account = {"aws:SourceAccount": role.stack.account}
    completed = [_bound(each, account) if each in open_ones else each for each in statements]
    text = "Amazon Bedrock assumes the role for this account only"
    role.complete(_DOCUMENT, document | {"Statement": completed}, text)


def _is_open(statement: dict[str, Any]) -> bool:
    conditions = statement.get("Condition", {})
    keys = {key.lower() for each in conditions.values() for key in each}
    trusts = any(map(_is_ours, _services(statement)))
    return statement.get("Effect") == "Allow" and trusts and not keys & set(_BOUND_BY)


def _services(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    services = _listed(principal.get("Service", [])) if isinstance(principal, dict) else []
    return [each for each in services if isinstance(each, str)]


def _is_ours(service: str) -> bool:
    return service.startswith(_SERVICES)


def _bound(statement: dict[str, Any], account: dict[str, str]) -> dict[str, Any]:
    conditions = dict(statement.get("Condition", {}))
    conditions["StringEquals"] = conditions.get("StringEquals", {}) | account
    return statement | {"Condition": conditions}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - policies hold one or several of anything
    return value if isinstance(value, list) else [value]
