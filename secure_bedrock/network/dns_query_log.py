"""Which names were asked for in a VPC."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53resolver as resolver
from constructs import Construct

from secure_bedrock.encryption.key_policies import allow_log_groups
from secure_bedrock.encryption.place import place_of


class DnsQueryLog(Construct):
    """Records every DNS query of a VPC, with what a DNS firewall did about it.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC.
        encryption_key: Encrypts the log group. It is allowed to CloudWatch Logs in its policy.
        retention: How long records are kept.
        removal_policy: What happens to the log group when it leaves the template.

    Attributes:
        log_group: Where the records are.

    Sources: Amazon Route 53 Developer Guide, "Resolver query logging"; Amazon CloudWatch Logs User
    Guide, "Logs sent to CloudWatch Logs".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        encryption_key: kms.IKey,
        retention: logs.RetentionDays,
        removal_policy: RemovalPolicy,
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
        permission = self._allow_delivery()
        config = resolver.CfnResolverQueryLoggingConfig(
            self, "Config", destination_arn=self.log_group.log_group_arn
        )
        config.node.add_dependency(permission)
        resolver.CfnResolverQueryLoggingConfigAssociation(
            self,
            "Association",
            resolver_query_log_config_id=config.attr_id,
            resource_id=vpc.vpc_id,
        )

    def _allow_delivery(self) -> logs.ResourcePolicy:
        place = place_of(self)
        source = f"arn:{place.partition}:logs:{place.region}:{place.account}:*"
        return logs.ResourcePolicy(
            self,
            "Delivery",
            policy_statements=[
                iam.PolicyStatement(
                    sid="ResolverQueryLogs",
                    principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[f"{self.log_group.log_group_arn}:log-stream:*"],
                    conditions={
                        "StringEquals": {"aws:SourceAccount": place.account},
                        "ArnLike": {"aws:SourceArn": source},
                    },
                )
            ],
        )
