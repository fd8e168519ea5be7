"""How sessions are encrypted."""

from secure_bedrock.rules._kit import (
    Resource,
    Severity,
    Verdicts,
    customer_managed_key,
    require,
    rule,
)


@rule(
    "SES01",
    resource="AWS::Bedrock::Session",
    severity=Severity.MEDIUM,
    fix="Set EncryptionKeyArn to the ARN of a customer managed key.",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/sessions-encryption.html",
)
def session_has_customer_managed_key(session: Resource) -> Verdicts:
    """The session is encrypted with a customer managed key."""
    key = session["EncryptionKeyArn"]
    yield from require(customer_managed_key(key), key)
