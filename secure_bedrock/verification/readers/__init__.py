"""One module for each service; importing it registers its readers."""

from importlib import import_module
from pathlib import Path


def load() -> None:
    """Register every reader in this folder."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if not path.stem.startswith("_"):
            import_module(f"{__name__}.{path.stem}")
