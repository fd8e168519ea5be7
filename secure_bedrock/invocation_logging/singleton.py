"""AWS keeps one invocation logging configuration per account and Region; so does an app."""

from weakref import WeakKeyDictionary

from constructs import Construct, IConstruct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_Environment = tuple[str, str]
_taken: WeakKeyDictionary[IConstruct, dict[_Environment, str]] = WeakKeyDictionary()


def claim_environment(construct: Construct) -> None:
    """Reserve the account and Region of the construct's stack in its app.

    Two stacks that both name no account and no Region count as the same environment, because one
    ``cdk deploy`` puts them into the same one.

    Raises:
        ValueError: Another construct of the app has reserved it.
    """
    place, path = place_of(construct), construct.node.path
    environment = (_known(place.account), _known(place.region))
    taken = _taken.setdefault(construct.node.root, {})
    other = taken.setdefault(environment, path)
    if other != path:
        raise ValueError(
            f"{path}: {other} already sets up invocation logging in "
            f"{environment[0]}/{environment[1]}, and AWS keeps one configuration per account and "
            "Region: keep one of the two, or give their stacks different environments (env=...)"
        )


def _known(value: str) -> str:
    return "unknown" if unresolved(value) else value
