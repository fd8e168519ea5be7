"""AWS CDK constructs and synth-time checks that make Amazon Bedrock safe by default."""

from importlib import import_module

from secure_bedrock._names import public_names

_HOME = public_names()
__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    """Load a public name on first use, so that importing the package stays cheap (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
