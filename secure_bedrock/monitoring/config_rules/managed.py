"""Rules that AWS Config offers itself, for what lies around Amazon Bedrock.

Identifiers are those of AWS's list, as the CDK has it: AWS Config Developer Guide, "List of AWS
Config Managed Rules". None of them is about a resource of Amazon Bedrock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import aws_config as config

_IDS = config.ManagedRuleIdentifiers
_FULL_ACCESS = (
    "AmazonBedrockFullAccess",
    "AmazonBedrockMantleFullAccess",
    "BedrockAgentCoreFullAccess",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRule:
    """One rule of AWS.

    Attributes:
        name: Short name, part of the rule's name in a conformance pack.
        checks: Ids of our rules that look for the same in templates, if there are any.
        description: What is true where the rule is satisfied.
        identifier: AWS's name of the rule.
        inputs: Parameters of the rule; ``{partition}`` stands for the partition.
    """

    name: str
    checks: tuple[str, ...]
    description: str
    identifier: str
    inputs: Mapping[str, str] = field(default_factory=dict)


def _rule(name: str, checks: str, description: str, identifier: str, **inputs: str) -> AwsRule:
    return AwsRule(
        name=name,
        checks=tuple(checks.split()),
        description=description,
        identifier=identifier,
        inputs=inputs,
    )


MANAGED = (
    _rule(
        "trail-in-every-region",
        "LOG07",
        "A trail records every Region.",
        _IDS.CLOUDTRAIL_MULTI_REGION_ENABLED,
    ),
    _rule(
        "trail-files-validated",
        "",
        "Log files of trails are validated.",
        _IDS.CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED,
    ),
    _rule(
        "trail-encrypted",
        "",
        "Trails are encrypted with a KMS key.",
        _IDS.CLOUD_TRAIL_ENCRYPTION_ENABLED,
    ),
    _rule(
        "log-groups-encrypted",
        "LOG03",
        "Log groups are encrypted with a KMS key.",
        _IDS.CLOUDWATCH_LOG_GROUP_ENCRYPTED,
    ),
    _rule(
        "buckets-tls-only",
        "KBS13 LOG04",
        "Buckets refuse requests without TLS.",
        _IDS.S3_BUCKET_SSL_REQUESTS_ONLY,
    ),
    _rule(
        "buckets-not-public",
        "",
        "Buckets block public access.",
        _IDS.S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED,
    ),
    _rule("keys-rotate", "IAM31", "Keys are rotated.", _IDS.CMK_BACKING_KEY_ROTATION_ENABLED),
    _rule(
        "keys-not-about-to-go",
        "",
        "No key is scheduled for deletion.",
        _IDS.KMS_CMK_NOT_SCHEDULED_FOR_DELETION,
    ),
    _rule(
        "default-security-group-closed",
        "",
        "The default security group of a VPC lets nothing through.",
        _IDS.VPC_DEFAULT_SECURITY_GROUP_CLOSED,
    ),
    _rule("vpcs-have-flow-logs", "", "VPCs have flow logs.", _IDS.VPC_FLOW_LOGS_ENABLED),
    _rule("topics-encrypted", "", "Topics are encrypted.", _IDS.SNS_ENCRYPTED_KMS),
    _rule(
        "no-full-access",
        "IAM01 IAM02",
        "Nobody has a FullAccess policy of Amazon Bedrock.",
        _IDS.IAM_POLICY_BLOCKED_CHECK,
        policyArns=",".join(f"arn:{{partition}}:iam::aws:policy/{name}" for name in _FULL_ACCESS),
    ),
)
"""Source: AWS Config Developer Guide, "List of AWS Config Managed Rules"."""
