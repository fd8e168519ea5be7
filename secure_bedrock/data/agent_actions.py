"""What an agent may do and look things up in: values.

Source: Amazon Bedrock User Guide, "Use action groups to define actions for your agent to perform".
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aws_cdk import aws_bedrock as bedrock
from aws_cdk.interfaces import aws_bedrock as bedrock_interfaces
from aws_cdk.interfaces import aws_lambda as lambda_interfaces

_NAME = re.compile(r"([0-9a-zA-Z][_-]?){1,100}")
_FUNCTION_TEXT, _PARAMETER_TEXT, _TEXT = 1200, 500, 200
_Cfn = bedrock.CfnAgent


class ParameterType(StrEnum):
    """What a parameter of a function is."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    ARRAY = "array"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentParameter:
    """A parameter that the agent asks its user for.

    Attributes:
        name: 1 to 100 letters, digits, ``-`` and ``_``.
        type: What it is. Default: a string.
        description: For the model, 1 to 500 characters.
        required: Whether the agent has to have it. Default: yes.
    """

    name: str
    description: str
    type: ParameterType = ParameterType.STRING
    required: bool = True

    def __post_init__(self) -> None:
        _check_name("parameter", self.name)
        _check_text(f"parameter {self.name!r}", self.description, _PARAMETER_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFunction:
    """One thing that the agent can do.

    Attributes:
        name: 1 to 100 letters, digits, ``-`` and ``_``.
        description: For the model, 1 to 1,200 characters.
        parameters: What it needs. Default: nothing.
        confirmed_by_user: Whether the user is asked before it is done, which also stops what an
            injected prompt asks for. Default: yes; choose no for functions that only look.
    """

    name: str
    description: str
    parameters: tuple[AgentParameter, ...] = ()
    confirmed_by_user: bool = True

    def __post_init__(self) -> None:
        _check_name("function", self.name)
        _check_text(f"function {self.name!r}", self.description, _FUNCTION_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionGroup:
    """Functions that the agent can call together with who carries them out.

    Attributes:
        name: 1 to 100 letters, digits, ``-`` and ``_``.
        functions: At least one.
        executor: The Lambda function that carries them out; only this agent may invoke it for
            Amazon Bedrock. None to hand the call back to the application, which then decides.
        description: Up to 200 characters. Default: none.
    """

    name: str
    functions: tuple[AgentFunction, ...]
    executor: lambda_interfaces.IFunctionRef | None
    description: str | None = None

    def __post_init__(self) -> None:
        _check_name("action group", self.name)
        if not self.functions:
            raise ValueError(f"action group {self.name!r} has no functions: name at least one")
        if self.description is not None:
            _check_text(f"action group {self.name!r}", self.description, _TEXT)

    def render(self) -> _Cfn.AgentActionGroupProperty:
        """The action group as the agent's resource takes it."""
        executor: dict[str, Any] = {"custom_control": "RETURN_CONTROL"}
        if self.executor is not None:
            executor = {"lambda_": self.executor.function_ref.function_arn}
        return _Cfn.AgentActionGroupProperty(
            action_group_name=self.name,
            action_group_state="ENABLED",
            description=self.description,
            action_group_executor=_Cfn.ActionGroupExecutorProperty(**executor),
            function_schema=_Cfn.FunctionSchemaProperty(
                functions=[_function(each) for each in self.functions]
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedKnowledgeBase:
    """A knowledge base that the agent searches.

    Attributes:
        knowledge_base: The knowledge base, of any library.
        description: When to search it, for the model; 1 to 200 characters.
    """

    knowledge_base: bedrock_interfaces.IKnowledgeBaseRef
    description: str

    def __post_init__(self) -> None:
        _check_text("the knowledge base", self.description, _TEXT)

    def render(self) -> _Cfn.AgentKnowledgeBaseProperty:
        """The knowledge base as the agent's resource takes it."""
        return _Cfn.AgentKnowledgeBaseProperty(
            knowledge_base_id=self.knowledge_base.knowledge_base_ref.knowledge_base_id,
            knowledge_base_state="ENABLED",
            description=self.description,
        )


def _function(function: AgentFunction) -> _Cfn.FunctionProperty:
    parameters = {
        each.name: _Cfn.ParameterDetailProperty(
            type=each.type.value, description=each.description, required=each.required
        )
        for each in function.parameters
    }
    return _Cfn.FunctionProperty(
        name=function.name,
        description=function.description,
        parameters=parameters or None,
        require_confirmation="ENABLED" if function.confirmed_by_user else "DISABLED",
    )


def _check_name(what: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{what} name {name!r} must have 1 to 100 letters, digits, '-' and '_', no two of the "
            "last in a row: choose another name"
        )


def _check_text(what: str, text: str, limit: int) -> None:
    if not 1 <= len(text) <= limit:
        raise ValueError(
            f"the description of {what} has {len(text)} characters: write 1 to {limit:,}"
        )
