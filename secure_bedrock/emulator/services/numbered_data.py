"""Finds numbers of persons, accounts and vehicles whose form is not enough, or not always.

A candidate is certain if it checks out and, where many other numbers look the same, the text says
what it is. Any other candidate is open: the service may find it by context. A text without a
candidate has none.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_VIN_VALUES = {each: int(each) for each in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_UTR_WEIGHTS = (6, 7, 8, 9, 10, 5, 4, 3, 2)
_UTR_CHECKS = (2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1)
_ROUTING_WEIGHTS = (3, 7, 1) * 3
_NHS_WEIGHTS = range(10, 1, -1)
_ELEVEN = 11
_SECRET_KINDS = (str.isupper, str.islower, str.isdigit)


@dataclass(frozen=True, slots=True)
class _Form:
    """What a kind looks like.

    Attributes:
        candidate: What may be one.
        is_valid: Whether the check digit or the ranges are right.
        said: What a text says that has one; without a pattern the form alone is enough.
        only_said: Whether there is no candidate in a text that does not say so.
    """

    candidate: str
    is_valid: Callable[[str], bool]
    said: str = ""
    only_said: bool = False


def recognize(kind: str, text: str) -> tuple[list[str], bool]:
    """The certain ones, in order, and whether there are open ones besides."""
    form = _FORMS[kind]
    found = [match.group() for match in re.finditer(form.candidate, text, re.ASCII)]
    is_said = not form.said or re.search(form.said, text, re.IGNORECASE) is not None
    if form.only_said and not is_said:
        return [], False
    certain = [each for each in found if is_said and form.is_valid(each)]
    return certain, len(certain) < len(found)


def _digits(text: str) -> list[int]:
    return [int(each) for each in text if each.isdigit()]


def _luhn(text: str) -> bool:
    doubled = [sum(divmod(2 * each, 10)) for each in _digits(text)[-2::-2]]
    return (sum(_digits(text)[-1::-2]) + sum(doubled)) % 10 == 0


def _is_health_service(text: str) -> bool:
    *digits, check = _digits(text)
    total = sum(w * d for w, d in zip(_NHS_WEIGHTS, digits, strict=True))
    return (_ELEVEN - total % _ELEVEN) % _ELEVEN == check


def _is_taxpayer_reference(text: str) -> bool:
    check, *digits = _digits(text)
    total = sum(w * d for w, d in zip(_UTR_WEIGHTS, digits, strict=True))
    return _UTR_CHECKS[total % _ELEVEN] == check


def _is_routing(text: str) -> bool:
    total = sum(w * d for w, d in zip(_ROUTING_WEIGHTS, _digits(text), strict=True))
    return total % 10 == 0 and any(_digits(text))


def _is_vehicle(text: str) -> bool:
    total = sum(w * _VIN_VALUES[each] for w, each in zip(_VIN_WEIGHTS, text, strict=True))
    return text[8] == ("X" if total % _ELEVEN == 10 else str(total % _ELEVEN))  # noqa: PLR2004


def _is_insurance(text: str) -> bool:
    prefix = text[:2]
    unused = prefix in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
    return not unused and prefix[0] not in "DFIQUV" and prefix[1] not in "DFIOQUV"


def _is_individual_taxpayer(text: str) -> bool:
    group = int(text[4:6])
    ranges = (range(50, 66), range(70, 89), range(90, 93), range(94, 100))
    return any(group in each for each in ranges)


def _is_social_security(text: str) -> bool:
    area, group, serial = text[:3], text[-6:-4], text[-4:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def _is_secret(text: str) -> bool:
    return all(any(map(kind, text)) for kind in _SECRET_KINDS)


_NINE = r"(?<![\w-])\d{3}[ -]?\d{3}[ -]?\d{3}(?![\w-])"
_FORMS = {
    "AWS_SECRET_KEY": _Form(
        r"(?<![\w/+=])[A-Za-z0-9/+]{40}(?![\w/+=])", _is_secret, r"secret|aws|clé|clave|schlüssel"
    ),
    "CA_SOCIAL_INSURANCE_NUMBER": _Form(
        _NINE, _luhn, r"\bSIN\b|\bNAS\b|social insurance|assurance sociale"
    ),
    "SWIFT_CODE": _Form(
        r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b", lambda _: True, r"\bSWIFT\b|\bBIC\b"
    ),
    "UK_NATIONAL_HEALTH_SERVICE_NUMBER": _Form(
        r"(?<![\w-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])",
        _is_health_service,
        r"\bNHS\b|national health",
    ),
    "UK_NATIONAL_INSURANCE_NUMBER": _Form(
        r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", _is_insurance
    ),
    "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER": _Form(
        r"(?<![\w-])\d{5} ?\d{5}(?![\w-])", _is_taxpayer_reference, r"\bUTR\b|taxpayer reference"
    ),
    "US_BANK_ROUTING_NUMBER": _Form(_NINE, _is_routing, r"routing|\bABA\b|\bRTN\b"),
    "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": _Form(
        r"\b9\d{2}-\d{2}-\d{4}\b", _is_individual_taxpayer
    ),
    "US_SOCIAL_SECURITY_NUMBER": _Form(
        r"(?<![\w-])\d{3} ?\d{2} ?\d{4}(?![\w-])",
        _is_social_security,
        r"\bSSN\b|social security",
        only_said=True,
    ),
    "VEHICLE_IDENTIFICATION_NUMBER": _Form(r"\b[A-HJ-NPR-Z0-9]{17}\b", _is_vehicle),
}

RECOGNIZABLE = frozenset(_FORMS)
