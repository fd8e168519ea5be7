"""The role with which Amazon Bedrock writes to the log group."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.encryption.key_policies import grant_log_group_use
from secure_bedrock.encryption.place import place_of

LOG_STREAM = "aws/bedrock/modelinvocations"
"""The one stream Amazon Bedrock writes to; AWS fixes its name."""


def delivery_role(
    scope: Construct, id: str, *, log_group: logs.ILogGroup, encryption_key: kms.IKey
) -> iam.Role:
    """A role for Amazon Bedrock of this account and Region, for this one stream.

    Source: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon
    S3".
    """
    place = place_of(scope)
    stream = (
        f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:"
        f"{log_group.log_group_name}:log-stream:{LOG_STREAM}"
    )
    source = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:*"
    write = iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[stream]
    )
    permissions = iam.ManagedPolicy(scope, f"{id}Permissions", statements=[write])
    grant_log_group_use(encryption_key, permissions)
    return iam.Role(
        scope,
        id,
        description="Amazon Bedrock writes model invocation logs to one log stream",
        assumed_by=iam.ServicePrincipal(
            "bedrock.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": source},
            },
        ),
        managed_policies=[permissions],
    )
