"""How logs of Bedrock are kept."""

from collections.abc import Iterator

from secure_bedrock.rules._buckets import encryption_with_kms, rejects_plain_http
from secure_bedrock.rules._kit import (
    Controls,
    Profile,
    Resource,
    Severity,
    Template,
    Verdict,
    Verdicts,
    any_of,
    customer_managed_key,
    equals,
    is_true,
    present,
    require,
    rule,
)
from secure_bedrock.rules.logging_and_audit._destinations import (
    bedrock_groups,
    invocation_buckets,
    invocation_groups,
)

_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs"
_SOURCE = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html"
_CONTROLS = {
    "C5": Controls(("CRY-01.02AC",), "Prowler"),
    "CIS Controls 8.1": Controls(("3.11",), "Prowler"),
    "CSA CCM": Controls(("CEK-03",), "Prowler"),
    "ISO 27001:2022": Controls(("A.8.11", "A.8.15", "A.8.24"), "Prowler"),
    "NIS2": Controls(("5.1.2.a",), "Prowler"),
}


@rule(
    "LOG03",
    severity=Severity.HIGH,
    fix="Set KmsKeyId to the ARN of a customer managed key.",
    source=f"{_LOGS}/encrypt-log-data-kms.html",
    controls=_CONTROLS,
)
def log_groups_have_customer_managed_keys(template: Template) -> Verdicts:
    """Log groups with prompts and answers are encrypted with a customer managed key.

    Which these are is seen from the logging configuration, from what the roles of Bedrock and
    AgentCore may write to, from deliveries of vended logs, and from the name.
    """
    for group in bedrock_groups(template):
        yield from require(customer_managed_key(group["KmsKeyId"]), group["KmsKeyId"])


@rule(
    "LOG04",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Encrypt the bucket with KMS, version it, expire old logs and deny requests without TLS.",
    source=_SOURCE,
    controls=_CONTROLS,
)
def log_buckets_are_hardened(template: Template) -> Verdicts:
    """Buckets with prompts and answers are encrypted with KMS, versioned, expiring and TLS-only."""
    for bucket in invocation_buckets(template):
        yield from _judge(bucket)


def _judge(bucket: Resource) -> Iterator[Verdict]:
    encrypted, at = encryption_with_kms(bucket)
    yield from require(encrypted, at)
    versions = bucket["VersioningConfiguration"]["Status"]
    yield from require(equals(versions, "Enabled"), versions)
    rules = bucket["LifecycleConfiguration"]["Rules"]
    expiring = any_of(equals(each["Status"], "Enabled") for each in rules)
    yield from require(expiring, rules)
    for name in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls"):
        blocked = bucket["PublicAccessBlockConfiguration"][name]
        yield from require(is_true(blocked), blocked)
    message = "no policy of the bucket denies requests without TLS"
    yield from require(rejects_plain_http(bucket), bucket, message)


@rule(
    "LOG05",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Set RetentionInDays.",
    source=f"{_LOGS}/Working-with-log-groups-and-streams.html",
)
def log_groups_expire(template: Template) -> Verdicts:
    """Log groups with prompts and answers do not keep them for ever."""
    for group in bedrock_groups(template):
        yield from require(present(group["RetentionInDays"]), group["RetentionInDays"])


@rule(
    "LOG06",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Set DataProtectionPolicy to mask personal data.",
    source=f"{_LOGS}/mask-sensitive-log-data.html",
)
def invocation_logs_are_masked(template: Template) -> Verdicts:
    """Personal data in the log group of model invocations is masked."""
    for group in invocation_groups(template):
        yield from require(present(group["DataProtectionPolicy"]), group["DataProtectionPolicy"])
