"""Rules about logging, monitoring and audit (LOG)."""

from secure_bedrock.rules._kit import not_a_rule

not_a_rule(
    "cdk-nag's packs check key, validation and log group of trails (CloudTrailEncryptionEnabled, "
    "CloudTrailLogFileValidationEnabled, CloudTrailCloudWatchLogsEnabled).",
    "LOG11",
)
