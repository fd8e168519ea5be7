"""The code of the handlers, one asset per stack."""

from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

_FOLDER = Path(__file__).parent / "assets"


class HandlerCode(NamedTuple):
    """The code of all handlers, and where it will be when a stack is deployed."""

    asset: s3_assets.Asset
    bucket: str
    key: str


_KNOWN: WeakKeyDictionary[Stack, HandlerCode] = WeakKeyDictionary()


def handler_code(scope: Construct) -> HandlerCode:
    """The code for the scope's stack; the first scope that asks owns the asset."""
    stack = Stack.of(scope)
    if stack not in _KNOWN:
        asset = s3_assets.Asset(
            scope,
            "Code",
            path=str(_FOLDER),
            exclude=["**/__pycache__", "**/*.pyc"],
            deploy_time=True,
        )
        _KNOWN[stack] = HandlerCode(asset, asset.s3_bucket_name, asset.s3_object_key)
    return _KNOWN[stack]
