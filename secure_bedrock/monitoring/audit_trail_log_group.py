"""The log group of a trail, and the role CloudTrail writes to it with."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.encryption.key_policies import allow_log_groups, grant_log_group_use
from secure_bedrock.encryption.place import place_of


class TrailLogGroup(Construct):
    """An encrypted log group that a trail delivers to, with a role that can do nothing else.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the log group; its policy is completed.
        retention: How long events are kept.
        stream_owners: Beginnings of the names of the log streams: the account's id, the
            organization's.
        removal_policy: What happens to the log group when it leaves the stack.

    Source: AWS CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs
    for monitoring".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey,
        retention: logs.RetentionDays,
        stream_owners: tuple[str, ...],
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        allow_log_groups(encryption_key)
        self.log_group = logs.LogGroup(
            self,
            "Group",
            encryption_key=encryption_key,
            retention=retention,
            removal_policy=removal_policy,
        )
        place = place_of(self)
        group = (
            f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:"
            f"{self.log_group.log_group_name}"
        )
        permissions = iam.ManagedPolicy(
            self,
            "Permissions",
            statements=[
                iam.PolicyStatement(
                    sid="WriteEvents",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[f"{group}:log-stream:{owner}_*" for owner in stream_owners],
                )
            ],
        )
        grant_log_group_use(encryption_key, permissions)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("cloudtrail.amazonaws.com"),
            managed_policies=[permissions],
        )
