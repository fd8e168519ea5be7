"""What agents can be made to do."""

import re
from importlib import import_module

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Controls,
    Fail,
    Node,
    Parameters,
    Profile,
    Resource,
    Severity,
    Unknown,
    Verdicts,
    equals,
    forbid,
    require,
    rule,
)

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LOOKS = frozenset(
    {
        "check",
        "count",
        "describe",
        "fetch",
        "find",
        "get",
        "list",
        "lookup",
        "query",
        "read",
        "search",
        "show",
    }
)
_CHANGES = re.compile(
    r"approve|buy|cancel|delete|deletion|destroy|drop|modify|overwrite|pay|payment|purchase|"
    r"refund|remove|revoke|send|terminate|transfer|update|withdraw"
)
_METHODS = ("delete", "patch", "post", "put")


@rule(
    "AGT06",
    resource="AWS::Bedrock::Agent",
    severity=Severity.MEDIUM,
    profiles=(Profile.AGENTIC,),
    fix="Split the agent into agents with fewer action groups.",
    source=f"{_GUIDE}/agents-action-create.html",
    controls={
        "NIST 800-53 r5": Controls(("AC-6", "CM-2"), "stave"),
        "OWASP LLM Top 10": Controls(("LLM08",), "stave"),
        "SOC 2": Controls(("CC6.1", "CC8.1"), "stave"),
    },
    parameters=("max_action_groups",),
)
def action_groups_are_few(agent: Resource, parameters: Parameters) -> Verdicts:
    """The agent has at most the maximum number of action groups."""
    groups = agent["ActionGroups"]
    found = list(groups)
    if len(found) > parameters.max_action_groups:
        yield Fail(groups, f"there are {len(found)} action groups")
    elif found and not isinstance(groups.value, list | dict):
        yield Unknown(groups)


@rule(
    "AGT07",
    resource="AWS::Bedrock::Agent",
    severity=Severity.INFO,
    profiles=(Profile.AGENTIC,),
    fix="Set RequireConfirmation, in an OpenAPI schema x-requireConfirmation, to ENABLED.",
    source=f"{_GUIDE}/agents-userconfirmation.html",
    controls={"AWS AI Security Framework": Controls(("AISF-AGENT-05",), "Prowler")},
)
def changes_are_confirmed(agent: Resource) -> Verdicts:
    """Users confirm what the agent is about to delete, change, send or pay.

    Told by the names of functions and operations. A group that returns control is left out:
    there, the application decides.
    """
    for group in agent["ActionGroups"]:
        returned = equals(group["ActionGroupExecutor"]["CustomControl"], "RETURN_CONTROL")
        if returned is YES or equals(group["ActionGroupState"], "DISABLED") is YES:
            continue
        for function in group["FunctionSchema"]["Functions"]:
            if _is_change(function["Name"].shape):
                confirmation = function["RequireConfirmation"]
                yield from require(equals(confirmation, "ENABLED"), confirmation)
        yield from _operations(group["ApiSchema"])


def _operations(schema: Node) -> Verdicts:
    if not schema["S3"].missing:
        yield Unknown(schema["S3"], "the schema is in a bucket and cannot be seen here")
    payload = schema["Payload"]
    api = _parsed(payload)
    if api.unknown:
        yield Unknown(payload, "the schema cannot be read before deployment")
        return
    for path, operations in api["paths"].items():
        for method in _METHODS:
            operation = operations[method]
            name = operation["operationId"].literal or path
            if operation.missing or not (method == "delete" or _is_change(name)):
                continue
            confirmed = equals(operation["x-requireConfirmation"], "ENABLED")
            yield from require(confirmed, payload, f"{method} {path} is done without confirmation")


def _parsed(payload: Node) -> Node:
    """An OpenAPI schema in JSON or YAML."""
    api = payload.parsed()
    if not api.unknown or payload.literal is None:
        return api
    try:
        data, _ = import_module("secure_bedrock.rules._yaml").read_yaml(payload.literal)
    except ValueError:
        return api
    return Node(data, payload.path, payload.template)


def _is_change(name: str) -> bool:
    words = [each.lower() for each in _WORDS.findall(name)]
    looks = bool(words) and words[0] in _LOOKS
    return not looks and any(_CHANGES.fullmatch(each) for each in words)


@rule(
    "AGT08",
    resource="AWS::Bedrock::Agent",
    severity=Severity.INFO,
    profiles=(Profile.AGENTIC,),
    fix="Disable the action group, or acknowledge that the agent may run code.",
    source=f"{_GUIDE}/agents-enable-code-interpretation.html",
)
def agent_runs_no_code(agent: Resource) -> Verdicts:
    """The agent cannot run code that the model writes."""
    for group in agent["ActionGroups"]:
        signature = group["ParentActionGroupSignature"]
        runs = equals(signature, "AMAZON.CodeInterpreter")
        if runs is not NO:
            off = equals(group["ActionGroupState"], "DISABLED")
            yield from forbid(runs & ~off, signature)
