"""What AWS KMS refuses at deployment, refused at construction."""

import re
from typing import cast

from aws_cdk import Duration, Stack, Token
from constructs import Construct

_ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def check_environment(scope: Construct, environment: str) -> None:
    """Refuse an environment that is not legal in an alias and in a tag."""
    if Token.is_unresolved(environment) or _ENVIRONMENT.fullmatch(environment):
        return
    raise ValueError(
        f"{scope.node.path}: environment {environment!r} cannot be part of a key alias: "
        "use 1 to 32 letters, digits, _ and -, starting with a letter or digit"
    )


def check_rotation_period(scope: Construct, period: Duration) -> None:
    """Refuse a rotation period outside what KMS allows."""
    _check_days(scope, "rotation_period", period, 90, 2560)


def check_pending_window(scope: Construct, window: Duration) -> None:
    """Refuse a waiting period outside what KMS allows."""
    _check_days(scope, "pending_window", window, 7, 30)


def claim_alias(scope: Construct, alias: str) -> None:
    """Refuse an alias that another construct of the app creates in the same account and Region.

    For a stack without account and Region the rest of the app cannot be compared: only the stack
    itself is looked at.
    """
    if Token.is_unresolved(alias):
        return
    stack = Stack.of(scope)
    known = not Token.is_unresolved(stack.account) and not Token.is_unresolved(stack.region)
    owner = cast("Construct", scope.node.root) if known else stack
    name = f"{alias}@{stack.account}:{stack.region}" if known else alias
    marker = f"secure-bedrock:{name.replace('/', ':')}"
    taken = owner.node.try_find_child(marker)
    if taken is not None:
        raise ValueError(
            f"{scope.node.path}: the alias {alias} is already created for this account and Region "
            f"by {taken.node.try_get_context(_OWNER)}: use one set of keys, another environment, "
            "or pass the key in existing"
        )
    claim = Construct(owner, marker)
    claim.node.set_context(_OWNER, scope.node.path)


_OWNER = "secure-bedrock:owner"


def _check_days(scope: Construct, name: str, value: Duration, least: int, most: int) -> None:
    if value.is_unresolved():
        return
    days = value.to_days(integral=False)
    if not least <= days <= most or days != int(days):
        raise ValueError(
            f"{scope.node.path}: {name} is {days:g} days: "
            f"AWS KMS allows {least} to {most} whole days"
        )
