"""The VPC without a way out, and what watches over it."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.network.dns_firewall import DnsFirewall
from secure_bedrock.network.no_way_out import NoWayOut
from secure_bedrock.network.rejected_traffic import RejectedTrafficAlarm
from secure_bedrock.network.vpc import SecureBedrockVpc
from secure_bedrock.reference.settings import Settings


class NetworkGuards(Construct):
    """Names, rejected traffic, and routes that somebody adds later.

    Args:
        scope: Parent construct; nothing below it may have a way out.
        id: Construct id.
        settings: What the user decided.
        network: The VPC.
        encryption_key: Encrypts the log of DNS queries.
        topic: Is told of rejected traffic.

    Attributes:
        rejected: The alarm on rejected traffic.
        dns_firewall: The firewall, or None.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        network: SecureBedrockVpc,
        encryption_key: kms.IKey,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, id)
        NoWayOut(self, "NoWayOut", workloads=scope, subnets=network.vpc.isolated_subnets)
        self.rejected = RejectedTrafficAlarm(
            self,
            "RejectedTraffic",
            endpoints=network.endpoints,
            log_group=network.flow_logs.log_group,
            topic=topic,
        )
        self.dns_firewall = (
            DnsFirewall(
                self,
                "DnsFirewall",
                vpc=network.vpc,
                allowed_domains=settings.allowed_domains,
                encryption_key=encryption_key,
            )
            if settings.dns_firewall
            else None
        )
