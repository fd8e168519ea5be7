"""What CloudWatch Logs hides in the log group."""

from collections.abc import Sequence

from aws_cdk import aws_logs as logs

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


def masking_policy(
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
