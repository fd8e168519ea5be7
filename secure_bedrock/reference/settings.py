"""The reference stack's settings, read from one key of cdk.json's context."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
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

CONTEXT_KEY = "secure-bedrock"

_ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]{0,19}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ACCOUNT = re.compile(r"\d{12}")
_MONITOR_ARN = re.compile(r"arn:[a-z-]+:ce::\d{12}:anomalymonitor/[0-9a-f-]{36}")
_MAX_BUDGET = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user decides about the reference stack.

    Attributes:
        environment: Name in key aliases and tags: up to 20 lower-case letters, digits and hyphens.
        models: Foundation models and system inference profiles that may be invoked, at least one.
        monthly_budget_usd: Monthly budget for Amazon Bedrock in US dollars, above 0.
        alert_emails: 1 to 10 addresses that are told about budgets, anomalies and alarms.
        geography: Prefix every inference profile must have (``us``, ``eu``, ... or ``global``).
            The default, ``None``, accepts every geography but not ``global``.
        residency: Where prompts, answers and logs may be processed and kept: a geography, or a list
            of Regions. It needs a known Region. The default, ``None``, enforces nothing.
        account: 12 digits. The default is the account of the CDK CLI's credentials, if any.
        region: For example ``eu-west-1``. The default is the CDK CLI's Region, if any.
        anomaly_monitor_arn: A cost anomaly monitor that the account already has; AWS allows one per
            account for services. The default creates one.
        replace_existing_logging: Replace an invocation logging configuration that the account
            already has, and restore it when the stack is deleted. The default, ``False``, fails
            the deployment.
    """

    environment: str
    models: tuple[FoundationModel | InferenceProfile, ...]
    monthly_budget_usd: float
    alert_emails: tuple[str, ...]
    geography: str | None = None
    residency: DataResidency | None = None
    account: str | None = None
    region: str | None = None
    anomaly_monitor_arn: str | None = None
    replace_existing_logging: bool = False

    @classmethod
    def from_context(cls, value: object) -> "Settings":
        """Read the settings from the value of the ``secure-bedrock`` context key.

        Raises:
            ValueError: A setting is missing, unknown or wrong. The message is one line that names
                the setting, the value, what is allowed and where to change it.
        """
        if not isinstance(value, Mapping):
            raise _wrong("", value, "must be an object", "see the README's settings table")
        known = {field.name for field in fields(cls)}
        for name in value:
            if name not in known:
                raise _wrong(
                    name, value[name], "is not a setting", f"use {', '.join(sorted(known))}"
                )
        for name in ("environment", "models", "monthly_budget_usd", "alert_emails"):
            if name not in value:
                raise _wrong(name, None, "is missing", "add it")
        read = {name: _READERS[name](name, value[name]) for name in known if name in value}
        settings = cls(**read)
        _check_geography(settings)
        return settings


def _check_geography(settings: Settings) -> None:
    for model in settings.models:
        if not isinstance(model, InferenceProfile):
            continue
        if settings.geography is None and model.geography == GLOBAL:
            raise _wrong(
                "models",
                model.profile_id,
                "is processed in any Region of the world",
                'choose a geographic profile, or set geography to "global"',
            )
        if settings.geography is not None and model.geography != settings.geography:
            raise _wrong(
                "models",
                model.profile_id,
                f"leaves the geography {settings.geography!r}",
                f"choose a profile that starts with {settings.geography}.",
            )


def _wrong(name: str, value: object, problem: str, remedy: str) -> ValueError:
    where = f"{CONTEXT_KEY}.{name}" if name else CONTEXT_KEY
    shown = "" if value is None else f" {value!r}"
    return ValueError(f"cdk.json: {where}:{shown} {problem}; {remedy}")


def _text(pattern: re.Pattern[str], allowed: str) -> Callable[[str, object], str]:
    def read(name: str, value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise _wrong(name, value, "is not valid", f"write {allowed}")
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
            raise _wrong(name, address, "is not an e-mail address", "write name@example.com")
    return addresses


def _texts(name: str, value: object, *, limit: int) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value or len(value) > limit:
        raise _wrong(name, value, "is not valid", f"write a list of 1 to {limit} texts")
    for item in value:
        if not isinstance(item, str):
            raise _wrong(name, item, "is not a text", f"write a list of 1 to {limit} texts")
    if repeated := next((item for item in value if list(value).count(item) > 1), None):
        raise _wrong(name, repeated, "is listed twice", "remove one")
    return tuple(value)


def _money(name: str, value: object) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 < value <= _MAX_BUDGET
    ):
        raise _wrong(
            name, value, "is not an amount", f"write US dollars above 0, up to {_MAX_BUDGET:,}"
        )
    return float(value)


def _geography(name: str, value: object) -> str:
    if value not in (*GEOGRAPHIES, GLOBAL):
        allowed = ", ".join((*GEOGRAPHIES, GLOBAL))
        raise _wrong(name, value, "is not a geography", f"write one of {allowed}")
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
        raise _wrong(name, value, "is not valid", "write true or false")
    return value


_READERS: dict[str, Callable[[str, object], Any]] = {
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
}
