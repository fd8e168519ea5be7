"""Values the CDK does not know yet, told apart without a call into Node.js."""

_TEXT = "${Token["
_NUMBERS_BELOW = -1e280


def unresolved(value: object) -> bool:
    """Whether a text or number is, or contains, a CDK token."""
    if isinstance(value, str):
        return _TEXT in value
    return isinstance(value, float) and value < _NUMBERS_BELOW
