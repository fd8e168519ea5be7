"""Buckets that knowledge bases work with."""

from secure_bedrock.rules._buckets import encryption_with_kms, rejects_plain_http
from secure_bedrock.rules._kit import (
    Answer,
    Controls,
    Profile,
    Resource,
    Severity,
    Template,
    Verdicts,
    any_of,
    equals,
    present,
    refers_to,
    require,
    rule,
)
from secure_bedrock.rules.knowledge_bases._uses import source_buckets, working_buckets

_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"


@rule(
    "KBS12",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Switch on versioning, access logging and encryption with KMS.",
    source=f"{_GUIDE}/security-best-practices.html",
)
def source_bucket_is_hardened(template: Template) -> Verdicts:
    """Buckets with documents keep versions, log access and encrypt with KMS.

    Object lock and lifecycle rules are a matter of retention and not asked for.
    """
    for bucket in source_buckets(template):
        versions = bucket["VersioningConfiguration"]["Status"]
        encrypted, encryption = encryption_with_kms(bucket)
        yield from require(equals(versions, "Enabled"), versions)
        yield from require(present(bucket["LoggingConfiguration"]), bucket["LoggingConfiguration"])
        yield from require(encrypted, encryption)


@rule(
    "KBS13",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Deny s3:* to everybody in the bucket policy where aws:SecureTransport is false.",
    source=f"{_GUIDE}/security-best-practices.html",
    controls={
        "HIPAA": Controls(("164.312(e)(1)",), "stave"),
        "NIST 800-53 r5": Controls(("SC-8", "SC-13"), "stave"),
        "SOC 2": Controls(("CC6.7",), "stave"),
    },
)
def bucket_takes_tls_only(template: Template) -> Verdicts:
    """Buckets of knowledge bases accept requests over TLS only."""
    buckets = (*source_buckets(template), *working_buckets(template))
    for bucket in {each.logical_id: each for each in buckets}.values():
        message = "no policy of the bucket denies requests without TLS"
        yield from require(rejects_plain_http(bucket), bucket, message)


@rule(
    "KBS22",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Set NotificationConfiguration, for example to EventBridge.",
    source=f"{_GUIDE}/EventNotifications.html",
)
def source_bucket_tells_of_changes(template: Template) -> Verdicts:
    """Buckets with documents report when documents change."""
    for bucket in source_buckets(template):
        told = bucket["NotificationConfiguration"]
        yield from require(present(told) | _told_by_cdk(bucket), told)


def _told_by_cdk(bucket: Resource) -> Answer:
    customs = bucket.template.of_type("Custom::S3BucketNotifications")
    return any_of(refers_to(each["BucketName"], bucket) for each in customs)


@rule(
    "KBS24",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Encrypt the bucket with KMS.",
    source=f"{_GUIDE}/UsingKMSEncryption.html",
)
def working_bucket_is_encrypted(template: Template) -> Verdicts:
    """Buckets for intermediate and supplemental data are encrypted with KMS."""
    for bucket in working_buckets(template):
        yield from require(*encryption_with_kms(bucket))
