"""Finds the kinds of personal data that have a form one can check.

The service finds them by context as well; so a text without a match here may still be found there.
Kinds without a checkable form (names, addresses, ages and the like) have no entry.
Letters that are not Latin end a form: Japanese and Chinese put no space around it.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator

_LATIN, _BEYOND = r"\u00C0-\u024F", r"\u0080-\U0010FFFF"
_LUHN_BASE, _IBAN_MODULUS = 10, 97
_MIN_CARD_DIGITS, _MAX_CARD_DIGITS = 13, 19


def matches(kind: str, text: str) -> Iterator[str]:
    """Texts of this kind, in order. ``kind`` is one of ``CHECKABLE``."""
    pattern, is_valid = _FORMS[kind]
    for match in pattern.finditer(text):
        if is_valid(match.group()):
            yield match.group()


def _is_card(text: str) -> bool:
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [2 * each - 9 * (each > _LUHN_BASE // 2 - 1) for each in digits[-2::-2]]
    right_length = _MIN_CARD_DIGITS <= len(digits) <= _MAX_CARD_DIGITS
    return right_length and (sum(digits[-1::-2]) + sum(doubled)) % _LUHN_BASE == 0


def _is_iban(text: str) -> bool:
    compact = text.replace(" ", "").upper()
    digits = "".join(str(int(each, 36)) for each in compact[4:] + compact[:4])
    return int(digits) % _IBAN_MODULUS == 1


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _always(_: str) -> bool:
    return True


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_FORMS: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "AWS_ACCESS_KEY": (_form(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"), _always),
    "CREDIT_DEBIT_CARD_NUMBER": (_form(r"\b\d(?:[ -]?\d){12,18}\b"), _is_card),
    "EMAIL": (
        _form(rf"[\w{_LATIN}.%+-]+@[\w{_LATIN}-]+(?:\.[\w{_LATIN}-]+)*\.[A-Za-z]{{2,}}\b"),
        _always,
    ),
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER": (
        _form(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
        _is_iban,
    ),
    "IP_ADDRESS": (_form(r"(?<![\w.:])[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*\w"), _is_ip_address),
    "MAC_ADDRESS": (_form(r"\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b"), _always),
    "URL": (_form(rf"\bhttps?://[^\s<>\"'{_BEYOND}]*[^\s<>\"'.,;:!?){_BEYOND}]"), _always),
    "US_SOCIAL_SECURITY_NUMBER": (
        _form(r"\b(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b"),
        _always,
    ),
}

CHECKABLE = frozenset(_FORMS)
