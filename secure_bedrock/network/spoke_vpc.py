"""A VPC without endpoints of its own: for a hub's, or as a spoke."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.network.default_security_group import ClosedDefaultSecurityGroup
from secure_bedrock.network.endpoint_access import EndpointAccess
from secure_bedrock.network.flow_logs import FlowLogs
from secure_bedrock.network.gateway_endpoints import GatewayService, gateway_endpoint
from secure_bedrock.network.hub_addresses import address_range as known_range
from secure_bedrock.network.policy_size import check_policy_sizes
from secure_bedrock.network.policy_statements import Passage
from secure_bedrock.network.subnets import isolated_vpc


class IsolatedVpc(Construct):
    """A VPC without a way to the internet, and without interface endpoints.

    It protects as ``SecureBedrockVpc`` does: isolated subnets only, gateway endpoints for this
    account's data, flow logs of all traffic, a default security group without rules. Bedrock is
    reached through the endpoints of a hub, or ones that ``BedrockHub`` adds.

    Args:
        scope: Parent construct.
        id: Construct id.
        address_range: Its IPv4 range, one that no connected network has.
        max_azs: Availability Zones, 1 to 6: the first ones of the Region. Default: 2.
        encryption_key: Encrypts the log groups. Default: a new key, rotated every year.
        flow_log_retention: How long flow logs are kept. Default: one year.
        removal_policy: What happens to log groups and the new key when they leave the template.
            Default: they stay.

    Raises:
        ValueError: A value outside its limits.

    Source: Amazon VPC User Guide, "Security best practices for your VPC".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        address_range: str,
        max_azs: int = 2,
        encryption_key: kms.IKey | None = None,
        flow_log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        known_range(self, "address_range", address_range)
        self.address_range = address_range
        self.encryption_key = encryption_key or kms.Key(
            self,
            "Key",
            description=f"Log groups of {self.node.path}",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        resource, self.vpc = isolated_vpc(self, ec2.IpAddresses.cidr(address_range), max_azs)
        passage = Passage(place_of(self), EndpointAccess())
        gateways = [
            gateway_endpoint(self, self.vpc, service, passage=passage) for service in GatewayService
        ]
        check_policy_sizes(self, gateways)
        self.flow_logs = FlowLogs(
            self,
            "FlowLogs",
            vpc=self.vpc,
            encryption_key=self.encryption_key,
            retention=flow_log_retention,
            removal_policy=removal_policy,
        )
        ClosedDefaultSecurityGroup(
            self,
            "DefaultSecurityGroup",
            group_id=resource.attr_default_security_group,
            encryption_key=self.encryption_key,
            removal_policy=removal_policy,
        )
