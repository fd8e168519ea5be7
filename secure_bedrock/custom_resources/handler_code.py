"""The code of the handlers, one asset per stack."""

from pathlib import Path
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

_FOLDER = Path(__file__).parent / "assets"
_CODE: WeakKeyDictionary[Stack, s3_assets.Asset] = WeakKeyDictionary()


def handler_code(scope: Construct) -> s3_assets.Asset:
    """The code of all handlers; the first scope of a stack that asks owns it."""
    stack = Stack.of(scope)
    if stack not in _CODE:
        _CODE[stack] = s3_assets.Asset(
            scope,
            "Code",
            path=str(_FOLDER),
            exclude=["**/__pycache__", "**/*.pyc"],
            deploy_time=True,
        )
    return _CODE[stack]
