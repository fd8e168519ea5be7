"""Text of a template, made harmless: it may come from somebody who wants to write on a terminal."""

import re

_HARMFUL = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u2070-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def printable(text: str) -> str:
    """Text without control characters, writing directions and what UTF-8 or XML cannot hold."""
    return _HARMFUL.sub("\N{REPLACEMENT CHARACTER}", text)


def for_a_spreadsheet(text: str) -> str:
    """The same, with an apostrophe before what a spreadsheet would run as a formula."""
    harmless = printable(text)
    return f"'{harmless}" if harmless.startswith(_FORMULA) else harmless
