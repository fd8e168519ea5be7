"""Which models a template names."""

import re
from collections.abc import Iterator

from secure_bedrock.catalog.models import GEOGRAPHIES, GLOBAL
from secure_bedrock.policy.match import wildcard_match
from secure_bedrock.rules._kit import (
    NO,
    Answer,
    Node,
    Statement,
    StatementKind,
    Template,
    answer,
    matches,
    statements,
)
from secure_bedrock.rules.models._jobs import calls

_GEOGRAPHIES = (*GEOGRAPHIES, GLOBAL)
_KINDS = ("foundation-model", "inference-profile")
_IN_AN_ARN = re.compile(rf":(?:{'|'.join(_KINDS)})/(.*)")
_KEYS = frozenset({"CopyFrom", "EmbeddingModelArn", "FoundationModel", "ModelArn", "ModelId"})
_OTHER_VENDORS = frozenset({"GeminiModelConfig", "LiteLlmModelConfig", "OpenAiModelConfig"})
_CALLS = {
    "Converse": "modelId",
    "CreateModelCustomizationJob": "baseModelIdentifier",
    "CreateModelInvocationJob": "modelId",
    "InvokeModel": "modelId",
}
_ROUTED = ("application-inference-profile", "default-prompt-router", "prompt-router")
INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
MANTLE = "bedrock-mantle:CreateInference"


def named_models(template: Template) -> list[Node]:
    """Every property that names a model; references to resources of the template are left out."""
    if "named models" not in template.cache:
        found = (*_in_resources(template), *_in_calls(template))
        template.cache["named models"] = [
            each for each in found if not each.missing and each.target is None
        ]
    nodes: list[Node] = template.cache["named models"]
    return nodes


def invoking(template: Template) -> Iterator[Statement]:
    """The identity statements that allow, or may allow, models to be invoked."""
    for statement in statements(template, StatementKind.IDENTITY):
        if statement.allows(*INVOKE, MANTLE) is not NO:
            yield statement


def is_model(node: Node, *patterns: str) -> Answer:
    """Whether a model id or ARN, or all that a Resource entry covers, fits one of the patterns."""
    known = known_id(node)
    if known is not None:
        geography, _, rest = known.partition(".")
        names = {known, rest if geography in _GEOGRAPHIES else known, node.literal or known}
        return answer(any(wildcard_match(each, name) for each in patterns for name in names))
    ids = [*patterns]
    for geography in _GEOGRAPHIES:
        ids += [f"{geography}.{each}" for each in patterns]
    return matches(node, *ids, *(f"*:{kind}/{each}" for kind in _KINDS for each in ids))


def known_id(node: Node) -> str | None:
    """The id of a model or inference profile, with its geography, when all of it is known."""
    found = _IN_AN_ARN.search(node.shape)
    name = found[1] if found else node.literal
    return name if name is not None and name.isascii() else None


def is_routed(node: Node) -> Answer:
    """Whether it is an ARN that does not tell which model is behind it."""
    return matches(node, *(f"*:{each}/*" for each in _ROUTED))


def _in_calls(template: Template) -> Iterator[Node]:
    for action, name in _CALLS.items():
        for call in calls(template, action):
            yield call.parameter(name)


def _in_resources(template: Template) -> Iterator[Node]:
    for resource in template.resources.values():
        if resource.type.startswith("AWS::Bedrock"):
            yield from _below(resource.properties)
            if not resource["DefinitionString"].missing:
                yield from _below(resource["DefinitionString"].parsed())


def _below(node: Node) -> Iterator[Node]:
    if isinstance(node.value, list):
        for each in node:
            yield from _below(each)
    elif isinstance(node.value, dict):
        for key, each in node.items():
            if key in _KEYS:
                yield each
            elif key not in _OTHER_VENDORS:
                yield from _below(each)
