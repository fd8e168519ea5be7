"""Texts for models, and what looks like a secret in them."""

import re
from collections.abc import Iterator

from secure_bedrock.rules._kit import Node, Resource

_KEYS = re.compile(
    r"\b(?:AKIA|ASIA)(?!\w*EXAMPLE)[A-Z0-9]{16}\b"
    r"|\bABSK[A-Za-z0-9+/]{40,}={0,2}"
    r"|\bbedrock-api-key-[A-Za-z0-9+/_-]{20,}"
    r"|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
)
_ASSIGNED = re.compile(
    r"\b(?:password|passwd|pwd|api[\s_-]?key|access[\s_-]?key|client[\s_-]?secret|secret[\s_-]?key)"
    r"[\"']?\s*(?:[:=]|\bis\b)\s*[\"']?"
    r"(?=[^\s\"']*\d)(?=[^\s\"']*[A-Za-z])[^\s\"'<>{}$()\[\]*,;]{8,}",
    re.IGNORECASE,
)
_TEXTS = {
    "AWS::Bedrock::Agent": (
        "ActionGroups",
        "AgentCollaborators",
        "Instruction",
        "PromptOverrideConfiguration",
    ),
    "AWS::Bedrock::Flow": ("Definition", "DefinitionString", "DefinitionSubstitutions"),
    "AWS::Bedrock::Prompt": ("Variants",),
    "AWS::BedrockAgentCore::Harness": ("SystemPrompt",),
}
HOLDERS = tuple(_TEXTS)


def texts(resource: Resource) -> Iterator[Node]:
    """Every string in the properties that hold prompts and instructions."""
    waiting = [resource[key] for key in reversed(_TEXTS[resource.type])]
    while waiting:
        node = waiting.pop()
        if node.text is not None:
            yield node
        elif isinstance(node.value, dict):
            waiting += [member for _, member in node.items()]
        elif isinstance(node.value, list):
            waiting += list(node)


def looks_secret(node: Node) -> bool:
    """Whether a text contains something that looks like a key or password, or resolves to one."""
    if any(each.secret for each in node.references):
        return True
    return bool(_KEYS.search(node.shape) or _ASSIGNED.search(node.shape))
