"""Ways from AgentCore permissions to the permissions of a role."""

from collections.abc import Iterator
from dataclasses import dataclass

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Fail,
    Severity,
    Statement,
    Template,
    Unknown,
    Verdict,
    Verdicts,
    all_of,
    any_of,
    rule,
)
from secure_bedrock.rules.access._grants import granted, holdings, referred
from secure_bedrock.rules.access._passing import passes_role_to
from secure_bedrock.rules.access.managed_policies import administrator_grants

_A = "bedrock-agentcore:"


@dataclass(frozen=True, slots=True)
class _Way:
    """Actions that lead to a role together.

    Attributes:
        actions: The last one does it and is pointed at.
        new: With a tool or runtime made for it and a role passed to it.
        tool: Of existing ones: beginning of the ARN's resource part, and the type and property
            that say which role is behind it.
    """

    actions: tuple[str, ...]
    new: bool = False
    tool: tuple[str, str, str] = ("", "", "")


_INTERPRETER = ("code-interpreter-custom/", "CodeInterpreterCustom", "ExecutionRoleArn")
_BROWSER = ("browser-custom/", "BrowserCustom", "ExecutionRoleArn")
_RUNTIME = ("runtime/", "Runtime", "RoleArn")
_RUN_CODE = (_A + "StartCodeInterpreterSession", _A + "InvokeCodeInterpreter")
_RUN_COMMAND = (_A + "InvokeAgentRuntimeCommand",)
_DRIVE = (_A + "ConnectBrowserAutomationStream", _A + "StartBrowserSession")
_WAYS = (
    _Way((_A + "CreateCodeInterpreter", *_RUN_CODE), new=True),
    _Way(
        (
            _A + "CreateAgentRuntime",
            _A + "CreateAgentRuntimeEndpoint",
            _A + "CreateWorkloadIdentity",
            *_RUN_COMMAND,
        ),
        new=True,
    ),
    _Way((_A + "CreateHarness", _A + "GetAgentRuntime", *_RUN_COMMAND), new=True),
    _Way((_A + "CreateBrowser", *_DRIVE), new=True),
    _Way(_RUN_CODE, tool=_INTERPRETER),
    _Way(_RUN_COMMAND, tool=_RUNTIME),
    _Way(_DRIVE, tool=_BROWSER),
)


@rule(
    "IAM19",
    severity=Severity.HIGH,
    fix="Take one of the actions away, or name the tools and runtimes whose roles are harmless.",
    source="https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/security-iam.html",
)
def no_way_from_agentcore_to_a_role(template: Template) -> Verdicts:
    """No principal can get another role's permissions through AgentCore.

    Either it can make a tool or runtime, pass a role to it and run code there, or it can run code
    in any existing one, or in one whose role is an administrator. Running code in a chosen tool
    with a modest role is what applications do.
    """
    for held in holdings(template).values():
        spoken = [each for each in held if each.may_name("bedrock-agentcore")]
        if any(granted(each, *_RUN_CODE, *_RUN_COMMAND, *_DRIVE) is not NO for each in spoken):
            yield from _judge(held, spoken)


def _judge(held: list[Statement], spoken: list[Statement]) -> Iterator[Verdict]:
    passed = any_of(passes_role_to(each, "bedrock-agentcore") for each in held)
    for way in _WAYS:
        open_way = all_of(any_of(granted(s, a) for s in spoken) for a in way.actions)
        for statement in spoken if open_way is not NO else ():
            reached = passed if way.new else _reaches(statement, way)
            found = open_way & granted(statement, way.actions[-1]) & reached
            if found is not NO:
                names = ", ".join(action.removeprefix(_A) for action in way.actions)
                by = "iam:PassRole and " if way.new else ""
                message = f"{by}{names} together give the permissions of a role"
                node = statement.action_node(way.actions[-1])
                yield Fail(node, message) if found is YES else Unknown(node, message)


def _reaches(statement: Statement, way: _Way) -> Answer:
    kind, resource_type, role = way.tool
    every = statement.on_all("bedrock-agentcore", kind)
    wanted = f"AWS::BedrockAgentCore::{resource_type}"
    tools = [tool for node in statement.resources for tool in referred(node) if tool.type == wanted]
    roles = [each for tool in tools for each in referred(tool[role])]
    return every | any_of(wide for each in roles for _, wide in administrator_grants(each))
