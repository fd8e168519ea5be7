"""A VPC from which Amazon Bedrock is reachable, and nothing else."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.models import Model
from secure_bedrock.encryption.place import place_of
from secure_bedrock.network.default_security_group import ClosedDefaultSecurityGroup
from secure_bedrock.network.endpoint_access import EndpointAccess
from secure_bedrock.network.endpoints import BedrockEndpoints
from secure_bedrock.network.flow_logs import FlowLogs
from secure_bedrock.network.gateway_endpoints import GatewayService, gateway_endpoint
from secure_bedrock.network.policy_size import check_policy_sizes
from secure_bedrock.network.policy_statements import Passage
from secure_bedrock.network.subnets import isolated_vpc

_NOTHING = ec2.Port.tcp(443)


class SecureBedrockVpc(Construct):
    """A VPC without a way to the internet, with private endpoints for Amazon Bedrock.

    It protects against prompts, documents and credentials leaving by any other way than the
    endpoints: isolated subnets only, no internet gateway, no NAT, endpoint policies for this
    account and the given models, security groups that admit only whom you name, flow logs of all
    traffic, and a default security group without rules.

    Args:
        scope: Parent construct.
        id: Construct id.
        models: Models and inference profiles that may be invoked from the VPC.
        services: Interface endpoints, each with a price per hour and zone. Default: the four of
            Amazon Bedrock, STS, KMS, CloudWatch Logs, CloudWatch and Secrets Manager.
        ip_addresses: The VPC's address range. Default: 10.0.0.0/16 with subnets of 4,096 addresses;
            a range of yours is divided evenly between the subnets.
        max_azs: Availability Zones, 1 to 6: the first ones of the Region. Default: 2.
        encryption_key: Encrypts the log groups. Default: a new key, rotated every year.
        access: Who passes the endpoints, and which of what stands beside the models. Default:
            principals of this account, and what is theirs.
        flow_log_retention: How long flow logs are kept. Default: one year.
        removal_policy: What happens to log groups and the new key when they leave the template.
            Default: they stay.

    Raises:
        ValueError: A value outside its limits; see also ``BedrockEndpoints``.

    Source: Amazon Bedrock User Guide, "Protect your data using Amazon VPC and AWS PrivateLink".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        models: Sequence[Model],
        services: Sequence[EndpointService] | None = None,
        ip_addresses: ec2.IIpAddresses | None = None,
        max_azs: int = 2,
        encryption_key: kms.IKey | None = None,
        access: EndpointAccess | None = None,
        flow_log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        self.encryption_key = encryption_key or self._new_key(removal_policy)
        resource, self.vpc = isolated_vpc(self, ip_addresses, max_azs)
        self.endpoints = BedrockEndpoints(
            self, "Endpoints", vpc=self.vpc, models=models, services=services, access=access
        )
        self._gateways = self._new_gateways(access or EndpointAccess())
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
        self.workload_security_group = self._new_workload_group()

    def endpoint(self, service: EndpointService) -> ec2.InterfaceVpcEndpoint:
        """The interface endpoint of a service."""
        return self.endpoints.endpoint(service)

    def gateway(self, service: GatewayService) -> ec2.GatewayVpcEndpoint:
        """The gateway endpoint of a service."""
        return self._gateways[service]

    def allow_from(self, peer: ec2.IConnectable) -> None:
        """Admit a peer to the interface endpoints, besides ``workload_security_group``."""
        self.endpoints.allow_from(peer)

    def _new_gateways(self, access: EndpointAccess) -> dict[GatewayService, ec2.GatewayVpcEndpoint]:
        passage = Passage(place_of(self), access)
        gateways = {
            service: gateway_endpoint(self, self.vpc, service, passage=passage)
            for service in GatewayService
        }
        check_policy_sizes(self, gateways.values())
        return gateways

    def _new_key(self, removal_policy: RemovalPolicy) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            description=f"Log groups of {self.node.path}",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )

    def _new_workload_group(self) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            "WorkloadGroup",
            vpc=self.vpc,
            description="Workloads that use Amazon Bedrock",
            allow_all_outbound=False,
        )
        group.add_egress_rule(
            ec2.Peer.ipv4("127.0.0.1/32"),
            _NOTHING,
            "No traffic. Without a rule of its own AWS would let the group send everything",
        )
        self.endpoints.allow_from(group)
        return group
