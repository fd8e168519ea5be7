"""AWS keeps one invocation logging configuration per account and Region; so does an app."""

from weakref import WeakKeyDictionary

from aws_cdk import Stack, Token
from constructs import Construct, IConstruct

_Environment = tuple[str, str]
_taken: WeakKeyDictionary[IConstruct, dict[_Environment, str]] = WeakKeyDictionary()


def claim_environment(construct: Construct) -> None:
    """Reserve the account and Region of the construct's stack in its app.

    Two stacks that both name no account and no Region count as the same environment, because one
    ``cdk deploy`` puts them into the same one.

    Raises:
        ValueError: Another construct of the app has reserved it.
    """
    stack = Stack.of(construct)
    environment = (_known(stack.account), _known(stack.region))
    taken = _taken.setdefault(construct.node.root, {})
    other = taken.setdefault(environment, construct.node.path)
    if other != construct.node.path:
        raise ValueError(
            f"{construct.node.path}: {other} already sets up invocation logging in "
            f"{environment[0]}/{environment[1]}, and AWS keeps one configuration per account and "
            "Region: keep one of the two, or give their stacks different environments (env=...)"
        )


def _known(value: str) -> str:
    return "unknown" if Token.is_unresolved(value) else value
