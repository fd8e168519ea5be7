"""The reference stack's settings, read from one key of cdk.json's context."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from secure_bedrock.catalog.models import GLOBAL, FoundationModel, InferenceProfile
from secure_bedrock.catalog.residency import DataResidency
from secure_bedrock.cost.quota_limits import QuotaLimit, QuotaSubject
from secure_bedrock.data.retention import RetentionMode
from secure_bedrock.reference.choices import AuditTrailRecords, OverLimit
from secure_bedrock.reference.setting_readers import READERS, wrong

_REQUIRED = ("environment", "models", "monthly_budget_usd", "alert_emails")


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
        audit_trail: What the trail of this account records. The default is everything.
        threat_response: Restore invocation logging, deactivate new API keys, and say whom to keep
            away. The default is ``True``.
        data_retention: Whether AWS and model providers keep prompts. The default keeps nothing;
            ``None``, written ``unmanaged``, leaves the account as it is.
        dns_firewall: Block DNS queries for other names than AWS's. The default is ``True``.
        allowed_domains: More names that the VPC may resolve. The default is none.
        usage_analytics: Saved questions about tokens and cost over the logs. The default is
            ``True``.
        cost_anomaly_band: Alarm on an unusual cost of an hour; every model needs a known price. The
            default is ``False``.
        projects: Projects that get a role and inference profiles of their own. The default is none.
        token_limits: Limits of use, at most 20. The default is none.
        over_token_limit: Whether who is over a limit is denied. Limits need it.
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
    audit_trail: AuditTrailRecords = AuditTrailRecords.ALL
    threat_response: bool = True
    data_retention: RetentionMode | None = RetentionMode.NONE
    dns_firewall: bool = True
    allowed_domains: tuple[str, ...] = ()
    usage_analytics: bool = True
    cost_anomaly_band: bool = False
    projects: tuple[str, ...] = ()
    token_limits: tuple[QuotaLimit, ...] = ()
    over_token_limit: OverLimit | None = None

    @classmethod
    def from_context(cls, value: object) -> "Settings":
        """Read the settings from the value of the ``secure-bedrock`` context key.

        Raises:
            ValueError: A setting is missing, unknown or wrong. The message is one line that names
                the setting, the value, what is allowed and where to change it.
        """
        if not isinstance(value, Mapping):
            raise wrong("", value, "must be an object", "see the README's settings table")
        known = {field.name for field in fields(cls)}
        for name in value:
            if name not in known:
                raise wrong(
                    name, value[name], "is not a setting", f"use {', '.join(sorted(known))}"
                )
        for name in _REQUIRED:
            if name not in value:
                raise wrong(name, None, "is missing", "add it")
        read = {name: READERS[name](name, value[name]) for name in known if name in value}
        settings = cls(**read)
        _check_geography(settings)
        _check_together(settings)
        return settings


def _check_geography(settings: Settings) -> None:
    for model in settings.models:
        if not isinstance(model, InferenceProfile):
            continue
        if settings.geography is None and model.geography == GLOBAL:
            raise wrong(
                "models",
                model.profile_id,
                "is processed in any Region of the world",
                'choose a geographic profile, or set geography to "global"',
            )
        if settings.geography is not None and model.geography != settings.geography:
            raise wrong(
                "models",
                model.profile_id,
                f"leaves the geography {settings.geography!r}",
                f"choose a profile that starts with {settings.geography}.",
            )


def _check_together(settings: Settings) -> None:
    if settings.allowed_domains and not settings.dns_firewall:
        raise wrong(
            "allowed_domains",
            list(settings.allowed_domains),
            "has no firewall to allow it",
            "set dns_firewall to true, or leave it out",
        )
    if settings.token_limits and settings.over_token_limit is None:
        raise wrong(
            "over_token_limit", None, "is missing", 'add "deny" or "notify" to token_limits'
        )
    if settings.over_token_limit and not settings.token_limits:
        raise wrong(
            "over_token_limit",
            settings.over_token_limit.value,
            "has no token_limits",
            "add them, or leave it out",
        )
    if not settings.projects and any(
        limit.per is QuotaSubject.PROJECT for limit in settings.token_limits
    ):
        raise wrong(
            "token_limits", "PROJECT", "has no projects", "add projects, or limit something else"
        )
