"""Some settings exist once per account and Region; so does what sets them, in an app."""

from weakref import WeakKeyDictionary

from constructs import Construct, IConstruct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_Claim = tuple[str, str, str]
_taken: WeakKeyDictionary[IConstruct, dict[_Claim, str]] = WeakKeyDictionary()


def claim_environment(construct: Construct, *, sets_up: str, keeps: str) -> None:
    """Reserve the account and Region of the construct's stack in its app.

    Two stacks that both name no account and no Region count as the same environment, because one
    ``cdk deploy`` puts them into the same one.

    Args:
        construct: Who reserves.
        sets_up: What it sets up.
        keeps: What AWS keeps of it per account and Region.

    Raises:
        ValueError: Another construct of the app has reserved it.
    """
    place, path = place_of(construct), construct.node.path
    account, region = _known(place.account), _known(place.region)
    taken = _taken.setdefault(construct.node.root, {})
    other = taken.setdefault((sets_up, account, region), path)
    if other != path:
        raise ValueError(
            f"{path}: {other} already sets up {sets_up} in {account}/{region}, and AWS keeps "
            f"{keeps} per account and Region: keep one of the two, or give their stacks "
            "different environments (env=...)"
        )


def _known(value: str) -> str:
    return "unknown" if unresolved(value) else value
