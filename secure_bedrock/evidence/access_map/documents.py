"""Policy documents of templates, readied for the evaluator.

What is known at deployment only stays open: in a resource or a condition's value as a policy
variable that the request leaves open, anywhere else as one more condition on a key left open.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from secure_bedrock.evidence.access_map.stacks import StackView
from secure_bedrock.evidence.access_map.stand_ins import OPEN, variable
from secure_bedrock.policy import Policy
from secure_bedrock.rules._node import Node

Statement = dict[str, Any]
_MARK = f"${{{OPEN}"
_WITHOUT_VARIABLES = ("bool", "null", "ipaddress", "numeric", "date", "binary")


def read_policy(view: StackView, node: Node, name: str) -> Policy:
    """The policy of a template; a statement that cannot be read may allow or deny anything."""
    document = node.parsed()
    if not isinstance(document.value, dict):
        return unseen(name)
    literal = document["Version"].literal != "2012-10-17"
    statements: list[Statement] = []
    for number, entry in enumerate(document["Statement"], start=1):
        label = f"statement {number}"
        read = _value(view, entry, literal_dollars=literal)
        statements += _readied(read, label) if isinstance(read, dict) else _anything(label)
    return Policy.from_document({"Version": "2012-10-17", "Statement": statements}, name=name)


def unseen(name: str) -> Policy:
    """A policy that is not in the templates: it may allow or deny anything."""
    return Policy.from_document({"Version": "2012-10-17", "Statement": _anything(name)}, name=name)


def _value(view: StackView, node: Node, *, literal_dollars: bool) -> object:
    if isinstance(node.value, dict):
        if any(str(key).startswith("Fn::") for key in node.value):
            return variable(".".join(map(str, node.path[-2:])))
        return {
            key: _value(view, each, literal_dollars=literal_dollars) for key, each in node.items()
        }
    if isinstance(node.value, list):
        return [_value(view, each, literal_dollars=literal_dollars) for each in node]
    return view.names.text(node, literal_dollars=literal_dollars)


def _anything(label: str) -> list[Statement]:
    rest = {"Resource": "*", "Condition": _open(label)}
    return [{"Sid": label, "Effect": effect, "Action": "*", **rest} for effect in ("Allow", "Deny")]


def _open(label: str) -> dict[str, Any]:
    return {"StringEquals": {variable(label)[2:-1]: "given at deployment"}}


def _readied(unlabelled: Statement, label: str) -> Iterator[Statement]:
    """The statement with its open parts where the evaluator can keep them open."""
    statement: Statement = {"Sid": label, **unlabelled}
    try:
        Policy.from_document({"Statement": statement})
    except ValueError:
        yield from _anything(label)
        return
    for element in ("Action", "NotAction", "Principal", "NotPrincipal"):
        if element in statement and _is_open(statement[element]):
            yield from _split(statement, element, label)
            return
    conditions: dict[str, Any] = {}
    written: Mapping[str, Mapping[str, Any]] = statement.get("Condition", {})
    for operator, keys in written.items():
        plain = operator.partition(":")[2] or operator
        closed = plain.lower().startswith(_WITHOUT_VARIABLES)
        for key, values in keys.items():
            if _is_open(key) or (closed and _is_open(values)):
                conditions.setdefault("StringEquals", {}).update(_open(label)["StringEquals"])
            else:
                conditions.setdefault(operator, {})[key] = values
    yield statement | {"Condition": conditions}


def _split(statement: Statement, element: str, label: str) -> Iterator[Statement]:
    """What is known of the element as one statement, what is open of it as another."""
    rest = {key: value for key, value in statement.items() if key != element}
    conditions = {operator: dict(keys) for operator, keys in rest.get("Condition", {}).items()}
    for operator, keys in _open(label).items():
        conditions.setdefault(operator, {}).update(keys)
    anything = {"Action" if "Action" in element else "Principal": "*"}
    known = _known(statement[element])
    if element.startswith("Not"):
        kept = {element: known} if known else anything
        yield from _readied(rest | kept | {"Condition": conditions}, label)
        return
    if known:
        yield from _readied(rest | {element: known}, label)
    yield from _readied(rest | anything | {"Condition": conditions}, label)


def _known(value: object) -> Any:  # noqa: ANN401 - an element of a policy
    if isinstance(value, Mapping):
        return {key: known for key, each in value.items() if (known := _known(each))}
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return [entry for entry in entries if not _is_open(entry)]


def _is_open(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_is_open(each) for each in (*value, *value.values()))
    if isinstance(value, str):
        return _MARK in value
    return isinstance(value, Sequence) and any(_is_open(each) for each in value)
