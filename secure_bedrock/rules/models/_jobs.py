"""Calls of Bedrock that a template makes: through custom resources and Step Functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from secure_bedrock.rules._kit import NO, YES, Answer, Node, Template, sdk_calls
from secure_bedrock.rules._node import UNRESOLVED

USER_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_TASK = re.compile(r":(?:bedrock|bedrockruntime):(\w+)")
_MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_DEFINITIONS = ("DefinitionString", "Definition")
_INSIDE = ("ItemProcessor", "Iterator")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of Bedrock.

    Attributes:
        certain: Whether it is that call.
        parameters: What is sent.
        capitals: Whether parameters begin with a capital, as Step Functions has it.
    """

    certain: Answer
    parameters: Node
    capitals: bool

    def parameter(self, *path: str) -> Node:
        """A parameter, such as ``parameter("vpcConfig", "subnetIds")``; unknown if computed."""
        node = self.parameters
        for name in path:
            if not self.capitals:
                node = node[name]
                continue
            key = name[0].upper() + name[1:]
            computed = node[f"{key}.$"]
            node = node[key] if computed.missing else computed
            if not computed.missing or "{%" in node.shape:
                return Node(UNRESOLVED, node.path, node.template)
        return node


def calls(template: Template, action: str) -> Iterator[Call]:
    """Every call of an action, ``CreateModelImportJob``, that is or may be made."""
    for call in sdk_calls(template):
        certain = call.is_to("bedrock", action)
        if certain is not NO:
            yield Call(certain, call.parameters, capitals=False)
    for name, task in _tasks(template):
        if name.lower() == action.lower():
            sent = task["Parameters"]
            sent = task["Arguments"] if sent.missing else sent
            if "{%" in sent.shape:
                sent = Node(UNRESOLVED, sent.path, sent.template)
            yield Call(YES, sent, capitals=True)


def _tasks(template: Template) -> list[tuple[str, Node]]:
    """Name of the Bedrock action and state of every task that calls Bedrock."""
    if "bedrock tasks" not in template.cache:
        template.cache["bedrock tasks"] = [
            (found[1], state)
            for machine in template.of_type(*_MACHINES)
            for key in _DEFINITIONS
            for state in _states(machine[key].parsed())
            if (found := _TASK.search(state["Resource"].shape))
        ]
    tasks: list[tuple[str, Node]] = template.cache["bedrock tasks"]
    return tasks


def _states(workflow: Node) -> Iterator[Node]:
    known = [state for _, state in workflow["States"].items() if not state.unknown]
    for state in known:
        yield state
        for branch in state["Branches"]:
            yield from _states(branch)
        for key in _INSIDE:
            yield from _states(state[key])
