"""Flow logs of a VPC in an encrypted log group."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.encryption.key_policies import allow_log_groups, grant_log_group_use
from secure_bedrock.encryption.place import place_of

_WRITE = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")


class FlowLogs(Construct):
    """Records accepted and rejected traffic of a VPC.

    The role that writes can be assumed by VPC Flow Logs for flow logs of this account and Region
    only, and can write to this log group only.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC to watch.
        encryption_key: Encrypts the log group. It is allowed to CloudWatch Logs in its policy.
        retention: How long records are kept. Default: one year.
        removal_policy: What happens to the log group when it leaves the template. Default: it
            stays.

    Source: Amazon VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        encryption_key: kms.IKey,
        retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        allow_log_groups(encryption_key)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=encryption_key,
            retention=retention,
            removal_policy=removal_policy,
        )
        permissions = iam.ManagedPolicy(self, "Permissions")
        self.log_group.grant(permissions, *_WRITE)
        grant_log_group_use(encryption_key, permissions)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=_flow_logs_of(place_of(self)),
            managed_policies=[permissions],
        )
        ec2.CfnFlowLog(
            self,
            "Resource",
            resource_id=vpc.vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=self.log_group.log_group_name,
            deliver_logs_permission_arn=self.role.role_arn,
        )


def _flow_logs_of(place: Place) -> iam.PrincipalBase:
    source = f"arn:{place.partition}:ec2:{place.region}:{place.account}:vpc-flow-log/*"
    return iam.ServicePrincipal(
        "vpc-flow-logs.amazonaws.com",
        conditions={
            "StringEquals": {"aws:SourceAccount": place.account},
            "ArnLike": {"aws:SourceArn": source},
        },
    )
