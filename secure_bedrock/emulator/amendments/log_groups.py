"""Class, deletion protection and data protection policy of a log group."""

from typing import Any

from secure_bedrock.emulator.amendments.hook import after, kept_for
from secure_bedrock.emulator.services.dispatch import Call, error, operation
from secure_bedrock.emulator.values import Members

_KEPT = ("logGroupClass", "deletionProtectionEnabled")
_POLICY = "policyDocument"


@after("logs", "CreateLogGroup")
def _remember(params: Members, _: Members, kept: dict[str, Any]) -> None:
    kept[params["logGroupName"]] = {"logGroupClass": "STANDARD"} | {
        name: params[name] for name in _KEPT if name in params
    }


@after("logs", "DescribeLogGroups")
def _add(_: Members, answer: Members, kept: dict[str, Any]) -> None:
    for group in answer["logGroups"]:
        about = dict(kept.get(group["logGroupName"], {}))
        if about.pop(_POLICY, None):
            group["dataProtectionStatus"] = "ACTIVATED"
        group.update(about)


@after("logs", "DeleteLogGroup")
def _forget(params: Members, _: Members, kept: dict[str, Any]) -> None:
    kept.pop(params["logGroupName"], None)


def _group(call: Call) -> tuple[Members, str]:
    name = call.params["logGroupIdentifier"].split(":log-group:")[-1].removesuffix(":*")
    kept = call.table(kept_for("logs"))
    if name not in kept:
        raise error("ResourceNotFoundException", "The specified log group does not exist.")
    return kept[name], name


@operation("logs", "PutDataProtectionPolicy")
def _put_policy(call: Call) -> Members:
    group, name = _group(call)
    group[_POLICY] = call.params[_POLICY]
    return {"logGroupIdentifier": name, _POLICY: group[_POLICY]}


@operation("logs", "GetDataProtectionPolicy")
def _get_policy(call: Call) -> Members:
    group, name = _group(call)
    return {"logGroupIdentifier": name} | ({_POLICY: group[_POLICY]} if _POLICY in group else {})


@operation("logs", "DeleteDataProtectionPolicy")
def _delete_policy(call: Call) -> Members:
    group, _ = _group(call)
    group.pop(_POLICY, None)
    return {}
