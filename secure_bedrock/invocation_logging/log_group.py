"""The log group for model invocations, and what CloudWatch Logs hides in it."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.invocation_logging.options import LogGroupOptions

PERSONAL_DATA = (
    "Address",
    "AwsSecretKey",
    "CreditCardExpiration",
    "CreditCardNumber",
    "CreditCardSecurityCode",
    "EmailAddress",
    "IpAddress",
    "LatLong",
    "Name",
    "OpenSshPrivateKey",
    "PgpPrivateKey",
    "PkcsPrivateKey",
    "PuttyPrivateKey",
    "VehicleIdentificationNumber",
)
"""The managed data identifiers that belong to no country.

Source: CloudWatch Logs User Guide, "CloudWatch Logs managed data identifiers for sensitive data
types".
"""


def log_group(
    scope: Construct,
    id: str,
    *,
    options: LogGroupOptions,
    encryption_key: kms.IKey,
    removal_policy: RemovalPolicy,
) -> logs.LogGroup:
    """An encrypted log group that masks personal data unless the options say otherwise."""
    masking = _masking_policy(options.also_mask, options.findings)
    return logs.LogGroup(
        scope,
        id,
        encryption_key=encryption_key,
        retention=options.retention,
        data_protection_policy=masking if options.mask_personal_data else None,
        removal_policy=removal_policy,
    )


def _masking_policy(
    also: Sequence[logs.DataIdentifier], findings: logs.ILogGroup | None
) -> logs.DataProtectionPolicy:
    """A data protection policy that audits and masks personal data, and what ``also`` names."""
    names = sorted({*PERSONAL_DATA, *(identifier.name for identifier in also)})
    return logs.DataProtectionPolicy(
        name="mask-personal-data",
        description="Masks personal data and secrets in model invocation logs",
        identifiers=[logs.DataIdentifier(name) for name in names],
        log_group_audit_destination=findings,
    )
