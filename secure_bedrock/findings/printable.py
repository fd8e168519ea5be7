"""Text of a template, made harmless: it may come from somebody who wants to write on a terminal."""

import re

_HARMFUL = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u2070-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def printable(text: str) -> str:
    """Text without control characters, writing directions and what UTF-8 or XML cannot hold."""
    return _HARMFUL.sub("\N{REPLACEMENT CHARACTER}", text)
