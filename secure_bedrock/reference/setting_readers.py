"""How each setting is read from cdk.json, or refused in one line."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from secure_bedrock.catalog.email_addresses import MAX_EMAILS, is_email
from secure_bedrock.catalog.models import (
    GEOGRAPHIES,
    GLOBAL,
    FoundationModel,
    InferenceProfile,
    parse_model,
)
from secure_bedrock.catalog.residency import DataResidency
from secure_bedrock.cost.quota_limits import QuotaLimit, QuotaPeriod, QuotaSubject, limit_problems
from secure_bedrock.data.retention import RetentionMode
from secure_bedrock.reference.choices import AuditTrailRecords, OverLimit

CONTEXT_KEY = "secure-bedrock"

_ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]{0,19}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ACCOUNT = re.compile(r"\d{12}")
_MONITOR_ARN = re.compile(r"arn:[a-z-]+:ce::\d{12}:anomalymonitor/[0-9a-f-]{36}")
_MAX_BUDGET = 1_000_000_000
_UNMANAGED = "unmanaged"
_LIMIT_NAMES = ("per", "period", "tokens", "us_dollars")


def wrong(name: str, value: object, problem: str, remedy: str) -> ValueError:
    """The error of one line: the setting, its value, what is wrong and what to do."""
    where = f"{CONTEXT_KEY}.{name}" if name else CONTEXT_KEY
    shown = "" if value is None else f" {value!r}"
    return ValueError(f"cdk.json: {where}:{shown} {problem}; {remedy}")


def _text(pattern: re.Pattern[str], allowed: str) -> Callable[[str, object], str]:
    def read(name: str, value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise wrong(name, value, "is not valid", f"write {allowed}")
        return value

    return read


def _models(name: str, value: object) -> tuple[FoundationModel | InferenceProfile, ...]:
    models = []
    for text in _texts(name, value, limit=50):
        try:
            models.append(parse_model(text))
        except ValueError as error:
            raise ValueError(f"cdk.json: {CONTEXT_KEY}.{name}: {error}") from None
    return tuple(models)


def _emails(name: str, value: object) -> tuple[str, ...]:
    addresses = _texts(name, value, limit=MAX_EMAILS)
    for address in addresses:
        if not is_email(address):
            raise wrong(name, address, "is not an e-mail address", "write name@example.com")
    return addresses


def _texts(name: str, value: object, *, limit: int) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value or len(value) > limit:
        raise wrong(name, value, "is not valid", f"write a list of 1 to {limit} texts")
    for item in value:
        if not isinstance(item, str):
            raise wrong(name, item, "is not a text", f"write a list of 1 to {limit} texts")
    if repeated := next((item for item in value if list(value).count(item) > 1), None):
        raise wrong(name, repeated, "is listed twice", "remove one")
    return tuple(value)


def _money(name: str, value: object) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 < value <= _MAX_BUDGET
    ):
        raise wrong(
            name, value, "is not an amount", f"write US dollars above 0, up to {_MAX_BUDGET:,}"
        )
    return float(value)


def _geography(name: str, value: object) -> str:
    if value not in (*GEOGRAPHIES, GLOBAL):
        allowed = ", ".join((*GEOGRAPHIES, GLOBAL))
        raise wrong(name, value, "is not a geography", f"write one of {allowed}")
    return str(value)


def _residency(name: str, value: object) -> DataResidency:
    try:
        if isinstance(value, str):
            return DataResidency.in_geography(value)
        return DataResidency.in_regions(*_texts(name, value, limit=50))
    except ValueError as error:
        text = str(error).removeprefix(f"cdk.json: {CONTEXT_KEY}.{name}: ")
        raise ValueError(f"cdk.json: {CONTEXT_KEY}.{name}: {text}") from None


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong(name, value, "is not valid", "write true or false")
    return value


def _one_of(words: type[StrEnum]) -> Callable[[str, object], StrEnum]:
    def read(name: str, value: object) -> StrEnum:
        if not isinstance(value, str) or value not in [each.value for each in words]:
            raise wrong(name, value, "is not valid", f"write one of {', '.join(words)}")
        return words(value)

    return read


def _retention(name: str, value: object) -> RetentionMode | None:
    if value == _UNMANAGED:
        return None
    if not isinstance(value, str) or value not in [each.value for each in RetentionMode]:
        allowed = ", ".join((*RetentionMode, _UNMANAGED))
        raise wrong(name, value, "is not valid", f"write one of {allowed}")
    return RetentionMode(value)


def _list_of(limit: int) -> Callable[[str, object], tuple[str, ...]]:
    return lambda name, value: _texts(name, value, limit=limit)


def _limits(name: str, value: object) -> tuple[QuotaLimit, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise wrong(name, value, "is not valid", "write a list of 1 to 20 limits")
    limits = tuple(_limit(name, each) for each in value)
    for problem in limit_problems(limits, projects=["any"]):
        raise ValueError(f"cdk.json: {CONTEXT_KEY}.{name}: {problem}")
    return limits


def _limit(name: str, value: object) -> QuotaLimit:
    if not isinstance(value, Mapping) or not set(value) <= set(_LIMIT_NAMES):
        raise wrong(name, value, "is no limit", f"write an object of {', '.join(_LIMIT_NAMES)}")
    for amount, kind in (("tokens", int), ("us_dollars", int | float)):
        given = value.get(amount)
        if given is not None and (isinstance(given, bool) or not isinstance(given, kind)):
            raise wrong(f"{name}.{amount}", given, "is not an amount", "write a number")
    return QuotaLimit(
        per=QuotaSubject(_one_of(QuotaSubject)(f"{name}.per", value.get("per"))),
        period=QuotaPeriod(_one_of(QuotaPeriod)(f"{name}.period", value.get("period"))),
        tokens=value.get("tokens"),
        us_dollars=value.get("us_dollars"),
    )


READERS: Mapping[str, Callable[[str, object], Any]] = {
    "environment": _text(
        _ENVIRONMENT, "1 to 20 lower-case letters, digits and hyphens, a letter first"
    ),
    "models": _models,
    "monthly_budget_usd": _money,
    "alert_emails": _emails,
    "geography": _geography,
    "residency": _residency,
    "account": _text(_ACCOUNT, "12 digits as a text"),
    "region": _text(_REGION, "a Region such as eu-west-1"),
    "anomaly_monitor_arn": _text(_MONITOR_ARN, "the ARN of an anomaly monitor"),
    "replace_existing_logging": _flag,
    "audit_trail": _one_of(AuditTrailRecords),
    "threat_response": _flag,
    "data_retention": _retention,
    "dns_firewall": _flag,
    "allowed_domains": _list_of(100),
    "usage_analytics": _flag,
    "cost_anomaly_band": _flag,
    "projects": _list_of(20),
    "token_limits": _limits,
    "over_token_limit": _one_of(OverLimit),
}
