"""AWS on this machine: what ``make demo`` and the end-to-end tests deploy to.

It needs the extra ``local``; docs/emulator.md says what is emulated and what is not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secure_bedrock.emulator.cdk_cli import CdkCli, CdkError
    from secure_bedrock.emulator.emulator import Emulator

_HOME = {"CdkCli": "cdk_cli", "CdkError": "cdk_cli", "Emulator": "emulator"}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


__all__ = ["CdkCli", "CdkError", "Emulator"]
