"""Loading the rules: every module below this package that is not private registers its own."""

from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from secure_bedrock import rules
from secure_bedrock.rules._rule import REGISTRY, Rule


@cache
def load_rules() -> dict[str, Rule]:
    """All rules by id, in the order of their ids."""
    for module in walk_packages(rules.__path__, f"{rules.__name__}."):
        if not any(part.startswith("_") for part in module.name.split(".")):
            import_module(module.name)
    return dict(sorted(REGISTRY.items()))
