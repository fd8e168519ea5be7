"""Policy variables: ``${aws:username}``, ``${aws:PrincipalTag/team, 'none'}``, ``${*}``.

A star that comes out of a variable is a plain character, not a wildcard. It is written as a private
character while patterns are matched; ``plain`` turns it back.

Source: IAM User Guide, "IAM policy elements: Variables and tags".
"""

import re

from secure_bedrock.policy.request import Context, Unknown

_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_PROTECT = str.maketrans({"*": "\ue000", "?": "\ue001"})
_RESTORE = str.maketrans({"\ue000": "*", "\ue001": "?"})
_LITERALS = ("*", "?", "$")


def expand(text: str, context: Context) -> str | Unknown:
    """The text with its variables replaced.

    A variable without value and default makes the whole text ``ABSENT``: it equals nothing. One
    that the request leaves open makes it ``OPEN``.
    """
    parts, position = [], 0
    for found in _VARIABLE.finditer(text):
        value = _value(found[1], found[2], context)
        if isinstance(value, Unknown):
            return value
        parts += [text[position : found.start()], protected(value)]
        position = found.end()
    return "".join([*parts, text[position:]])


def widest(text: str) -> str:
    """The pattern that matches whatever the text may become: a star for each variable."""
    return _VARIABLE.sub(lambda found: found[0] if found[1] in _LITERALS else "*", text)


def protected(text: str) -> str:
    """The text with its stars and question marks made plain characters."""
    return text.translate(_PROTECT)


def plain(text: str) -> str:
    """The text as it was before ``protected``."""
    return text.translate(_RESTORE)


def _value(name: str, default: str | None, context: Context) -> str | Unknown:
    if name in _LITERALS:
        return name
    values = context.values(name)
    if isinstance(values, tuple) and len(values) == 1:
        return values[0]
    if values is Unknown.OPEN:
        return Unknown.OPEN
    return Unknown.ABSENT if default is None else default
