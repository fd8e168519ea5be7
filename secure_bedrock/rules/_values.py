"""Questions to a node. The answer is UNKNOWN when it depends on what is only known at deployment.

Every question takes ``missing=``: the answer when the property is absent (NO unless a rule says
otherwise). A value of the wrong type never satisfies a question.
"""

from collections.abc import Iterable

from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, answer, any_of
from secure_bedrock.rules._node import UNRESOLVED, Node
from secure_bedrock.rules._template import Resource
from secure_bedrock.rules._text import Kind, Text, text_matches

_KEYS = ("AWS::KMS::Key", "AWS::KMS::Alias", "AWS::KMS::ReplicaKey")


def present(node: Node) -> Answer:
    """Whether the property has a value: not absent, not empty text, not an empty list or object."""
    if node.missing:
        return NO
    if node.unknown:
        return UNKNOWN
    if isinstance(node.value, Text):
        certain = any(h.kind is not Kind.FREE for h in node.value.holes)
        return YES if certain or len(node.value.shape) > len(node.value.holes) else UNKNOWN
    if isinstance(node.value, list | dict | str):
        return answer(len(node.value) > 0)
    return YES


def absent(node: Node) -> Answer:
    """The opposite of ``present``."""
    return ~present(node)


def equals(node: Node, *options: object, missing: Answer = NO) -> Answer:
    """Whether the value is one of the options; numbers and booleans also match their text."""
    if node.missing:
        return missing
    if node.value is UNRESOLVED:
        return UNKNOWN
    text = node.text
    if text is None:
        return NO
    wanted = [_text_of(option) for option in options]
    if isinstance(text, Text):
        return UNKNOWN if any(text.may_equal(option) for option in wanted) else NO
    return answer(text in wanted)


def is_true(node: Node, *, missing: Answer = NO) -> Answer:
    """Whether the value is true, as a boolean or as text."""
    return _lowered(node, "true", missing)


def is_false(node: Node, *, missing: Answer = NO) -> Answer:
    """Whether the value is explicitly false, as a boolean or as text."""
    return _lowered(node, "false", missing)


def at_least(node: Node, limit: float, *, missing: Answer = NO) -> Answer:
    """Whether the value is a number not below the limit."""
    number = _number(node, missing)
    return number if isinstance(number, Answer) else answer(number >= limit)


def at_most(node: Node, limit: float, *, missing: Answer = NO) -> Answer:
    """Whether the value is a number not above the limit."""
    number = _number(node, missing)
    return number if isinstance(number, Answer) else answer(number <= limit)


def matches(node: Node, *patterns: str, ignore_case: bool = False, missing: Answer = NO) -> Answer:
    """Whether the value, a string, matches one of the wildcard patterns (``*`` and ``?``)."""
    if node.missing:
        return missing
    if node.value is UNRESOLVED:
        return UNKNOWN
    text = node.text
    if text is None:
        return NO
    if ignore_case:
        text = Text(text.shape.lower(), text.holes) if isinstance(text, Text) else text.lower()
        patterns = tuple(pattern.lower() for pattern in patterns)
    return any_of(text_matches(text, pattern) for pattern in patterns)


def any_in(nodes: Iterable[Node], *options: object) -> Answer:
    """Whether one of the nodes equals one of the options."""
    return any_of(equals(node, *options) for node in nodes)


def refers_to(node: Node, resource: Resource) -> Answer:
    """Whether the value is, or contains, a reference to the resource."""
    names = {r.name for r in node.references if r.origin == "resource"}
    if node.template is resource.template and resource.logical_id in names:
        return YES
    if node.missing:
        return NO
    whole = node.target
    return UNKNOWN if node.unknown or (whole is None and isinstance(node.value, Text)) else NO


def customer_managed_key(node: Node) -> Answer:
    """Whether a key property names a customer managed key.

    Absent means a key that AWS owns. An alias ``alias/aws/...`` is an AWS managed key.
    """
    if node.target is not None and node.target.type in _KEYS:
        return YES
    return present(node) & ~matches(node, "*alias/aws/*")


def _text_of(option: object) -> str:
    return str(option).lower() if isinstance(option, bool) else str(option)


def _lowered(node: Node, wanted: str, missing: Answer) -> Answer:
    return matches(node, wanted, ignore_case=True, missing=missing)


def _number(node: Node, missing: Answer) -> float | Answer:
    if node.missing:
        return missing
    text = node.text
    if node.value is UNRESOLVED or isinstance(text, Text):
        return UNKNOWN
    try:
        number = float(text or "")
    except ValueError:
        return NO
    return number if number == number else NO  # noqa: PLR0124 - not a number differs from itself
