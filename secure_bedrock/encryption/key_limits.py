"""What AWS KMS refuses at deployment, refused at construction."""

import re
from weakref import WeakKeyDictionary

from aws_cdk import Duration, Stack
from constructs import Construct, IConstruct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_OWNERS: WeakKeyDictionary[IConstruct, dict[tuple[str, str], str]] = WeakKeyDictionary()
_ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def check_environment(scope: Construct, environment: str) -> None:
    """Refuse an environment that is not legal in an alias and in a tag."""
    if unresolved(environment) or _ENVIRONMENT.fullmatch(environment):
        return
    raise ValueError(
        f"{scope.node.path}: environment {environment!r} cannot be part of a key alias: "
        "use 1 to 32 letters, digits, _ and -, starting with a letter or digit"
    )


def check_rotation_period(scope: Construct, period: Duration | None) -> None:
    """Refuse a rotation period outside what KMS allows."""
    _check_days(scope, "rotation_period", period, 90, 2560)


def check_pending_window(scope: Construct, window: Duration | None) -> None:
    """Refuse a waiting period outside what KMS allows."""
    _check_days(scope, "pending_window", window, 7, 30)


def claim_alias(scope: Construct, alias: str) -> None:
    """Refuse an alias that another construct of the app creates in the same account and Region.

    For a stack without account and Region the rest of the app cannot be compared: only the stack
    itself is looked at.
    """
    if unresolved(alias):
        return
    place = place_of(scope)
    known = not unresolved(place.account) and not unresolved(place.region)
    where = f"{place.account}/{place.region}" if known else Stack.of(scope).node.path
    owners = _OWNERS.setdefault(scope.node.root, {})
    path = scope.node.path
    if (owner := owners.setdefault((where, alias), path)) != path:
        raise ValueError(
            f"{path}: the alias {alias} is already created for this account and Region "
            f"by {owner}: use one set of keys, another environment, "
            "or pass the key in existing"
        )


def _check_days(scope: Construct, name: str, value: Duration | None, least: int, most: int) -> None:
    if value is None or value.is_unresolved():
        return
    days = value.to_days(integral=False)
    if not least <= days <= most or days != int(days):
        raise ValueError(
            f"{scope.node.path}: {name} is {days:g} days: "
            f"AWS KMS allows {least} to {most} whole days"
        )
