"""The definition of a flow: which guardrail its nodes carry, and what its role needs for them.

Source: Amazon Bedrock User Guide, "Node types in flow" and "Include guardrails in your flow".
"""

import re
from collections.abc import Mapping
from typing import Any

from constructs import Construct

from secure_bedrock.catalog.models import Model, parse_model
from secure_bedrock.data.service_role import PinnedGuardrail, ServiceRole, model_name
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

Definition = Mapping[str, Any]

_PASSIVE = frozenset(
    {"Input", "Output", "Condition", "Iterator", "Collector", "LoopInput", "LoopController"}
)
_NODE_NAME = re.compile(r"[a-zA-Z](_?[0-9a-zA-Z]){1,50}")
_ACTIVE = {
    "Prompt": "prompt",
    "KnowledgeBase": "knowledgeBase",
    "LambdaFunction": "lambdaFunction",
    "Agent": "agent",
    "Loop": "loop",
}


class FlowDefinition:
    """A definition that was checked, completed and searched for what it needs.

    Args:
        scope: The flow.
        definition: Nodes and connections, spelled as the API spells them.
        guardrail: Goes on every node that invokes a model.
    """

    def __init__(
        self, scope: Construct, definition: Definition, guardrail: PinnedGuardrail
    ) -> None:
        self._path = scope.node.path
        place = place_of(scope)
        self._here = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:"
        self._guardrail = {
            "guardrailIdentifier": guardrail.guardrail_arn,
            "guardrailVersion": guardrail.guardrail_version,
        }
        self._models: list[Model] = []
        self._permissions: list[tuple[list[str], str]] = []
        self.rendered = self._complete(definition)

    def allow(self, role: ServiceRole) -> None:
        """Give the role what the nodes need, and nothing else."""
        for model in self._models:
            role.allow_model(model)
        for actions, resource in self._permissions:
            role.allow(actions, [resource])

    def _complete(self, definition: Definition) -> dict[str, Any]:
        nodes = [self._node(each) for each in definition.get("nodes", ())]
        if not nodes:
            raise ValueError(f"{self._path}: the definition has no nodes: name at least one")
        return {**definition, "nodes": nodes}

    def _node(self, node: Mapping[str, Any]) -> dict[str, Any]:
        name, kind = node.get("name", ""), node.get("type")
        if not _NODE_NAME.fullmatch(name):
            raise ValueError(
                f"{self._path}: node name {name!r} must be a letter and 1 to 50 letters or digits"
            )
        if kind in _PASSIVE:
            return dict(node)
        if kind not in _ACTIVE:
            raise ValueError(
                f"{self._path}: node {name} is of type {kind!r}: use one of "
                f"{', '.join(sorted([*_PASSIVE, *_ACTIVE]))}; code and storage go into a Lambda "
                "function, whose role says what it may do"
            )
        part = _ACTIVE[kind]
        settings = node.get("configuration", {}).get(part)
        if not settings:
            raise ValueError(f"{self._path}: node {name} has no configuration.{part}: add it")
        completed = getattr(self, f"_{part.lower()}")(name, dict(settings))
        return {**node, "configuration": {part: completed}}

    def _prompt(self, name: str, settings: dict[str, Any]) -> dict[str, Any]:
        source = dict(self._required(name, settings, "sourceConfiguration"))
        if "inline" in source:
            inline = dict(source["inline"])
            source["inline"] = inline | {"modelId": self._model(name, inline.get("modelId"))}
        else:
            resource = dict(self._required(name, source, "resource"))
            self._model(name, resource.pop("model", None))  # for the role; no part of the node
            prompt = self._required(name, resource, "promptArn")
            self._need(["bedrock:GetPrompt", "bedrock:RenderPrompt"], prompt)
            source["resource"] = resource
        return self._guarded(settings | {"sourceConfiguration": source})

    def _knowledgebase(self, name: str, settings: dict[str, Any]) -> dict[str, Any]:
        searched = self._required(name, settings, "knowledgeBaseId")
        self._need(["bedrock:Retrieve"], f"{self._here}knowledge-base/{searched}")
        if "modelId" not in settings:
            return settings  # it only retrieves, and cannot carry a guardrail
        self._need(["bedrock:RetrieveAndGenerate"], "*")  # the action takes no other resource
        return self._guarded(settings | {"modelId": self._model(name, settings["modelId"])})

    def _lambdafunction(self, name: str, settings: dict[str, Any]) -> dict[str, Any]:
        self._need(["lambda:InvokeFunction"], self._required(name, settings, "lambdaArn"))
        return settings

    def _agent(self, name: str, settings: dict[str, Any]) -> dict[str, Any]:
        self._need(["bedrock:InvokeAgent"], self._required(name, settings, "agentAliasArn"))
        return settings

    def _loop(self, name: str, settings: dict[str, Any]) -> dict[str, Any]:
        inner = self._required(name, settings, "definition")
        return settings | {"definition": self._complete(inner)}

    def _required(self, name: str, settings: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401
        if key not in settings:
            raise ValueError(f"{self._path}: node {name} has no {key}: add it")
        return settings[key]

    def _guarded(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {"guardrailConfiguration": self._guardrail} | settings

    def _model(self, name: str, model: object) -> str:
        if isinstance(model, str) and not unresolved(model):
            model = parse_model(model)
        if model is None or isinstance(model, str):
            raise ValueError(
                f"{self._path}: node {name} does not say which model it invokes: write "
                "FoundationModel(...), InferenceProfile(...) or another model in its place"
            )
        if model not in self._models:
            self._models.append(model)  # type: ignore[arg-type]  # not a str: one of the models
        return model_name(model)  # type: ignore[arg-type]  # likewise

    def _need(self, actions: list[str], resource: str) -> None:
        self._permissions.append((actions, resource))
