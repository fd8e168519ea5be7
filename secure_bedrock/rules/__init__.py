"""Checks of CloudFormation templates that use Amazon Bedrock: pure Python, no CDK, no AWS calls."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secure_bedrock.rules._api import check as check
    from secure_bedrock.rules._assembly import load_assembly as load_assembly
    from secure_bedrock.rules._engine import evaluate as evaluate
    from secure_bedrock.rules._finding import Finding as Finding
    from secure_bedrock.rules._finding import Report as Report
    from secure_bedrock.rules._finding import Status as Status
    from secure_bedrock.rules._linked import check_all as check_all
    from secure_bedrock.rules._load import Source as Source
    from secure_bedrock.rules._load import load_template as load_template
    from secure_bedrock.rules._parameters import Parameters as Parameters
    from secure_bedrock.rules._rule import Profile as Profile
    from secure_bedrock.rules._rule import Rule as Rule
    from secure_bedrock.rules._rule import Severity as Severity

    RULES: dict[str, Rule]

_HOME = {
    "Finding": "_finding",
    "Parameters": "_parameters",
    "Profile": "_rule",
    "Report": "_finding",
    "Rule": "_rule",
    "Severity": "_rule",
    "Source": "_load",
    "Status": "_finding",
    "check": "_api",
    "check_all": "_linked",
    "evaluate": "_engine",
    "load_assembly": "_assembly",
    "load_template": "_load",
}

__all__ = sorted([*_HOME, "RULES"])  # noqa: PLE0605


def __getattr__(name: str) -> object:
    """Load a public name on first use; ``RULES`` maps the id of every rule to the rule."""
    value: object
    if name == "RULES":
        value = import_module(f"{__name__}._registry").load_rules()
    elif name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
