"""Who may read what was logged."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from secure_bedrock.encryption.key_policies import grant_log_group_use
from secure_bedrock.encryption.place import place_of

_READ_OBJECTS = ("s3:GetObject", "s3:GetObjectVersion")
_LIST_OBJECTS = ("s3:GetBucketLocation", "s3:ListBucket")
_READ_EVENTS = ("logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents")


def grant_read(
    grantee: iam.IGrantable,
    *,
    bucket: s3.IBucket,
    log_group: logs.ILogGroup,
    encryption_key: kms.IKey,
) -> iam.Grant:
    """Read objects and events, and decrypt them through Amazon S3 and CloudWatch Logs only."""
    via_s3 = {"kms:ViaService": f"s3.{place_of(bucket).region}.amazonaws.com"}
    return (
        _grant(grantee, bucket.arn_for_objects("*"), _READ_OBJECTS)
        .combine(_grant(grantee, bucket.bucket_arn, _LIST_OBJECTS))
        .combine(_grant(grantee, encryption_key.key_arn, ("kms:Decrypt",), string_equals=via_s3))
        .combine(_grant(grantee, log_group.log_group_arn, _READ_EVENTS))
        .combine(grant_log_group_use(encryption_key, grantee))
    )


def _grant(
    grantee: iam.IGrantable,
    resource: str,
    actions: tuple[str, ...],
    *,
    string_equals: dict[str, str] | None = None,
) -> iam.Grant:
    return iam.Grant.add_to_principal(
        grantee=grantee,
        actions=list(actions),
        resource_arns=[resource],
        conditions={"StringEquals": string_equals} if string_equals else None,
    )
