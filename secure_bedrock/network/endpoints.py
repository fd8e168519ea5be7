"""Interface endpoints for Amazon Bedrock in any VPC."""

from collections.abc import Mapping, Sequence

from aws_cdk import Validations
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from secure_bedrock.catalog.endpoint_services import PRIVATE_WORKLOAD, EndpointService
from secure_bedrock.catalog.models import Model
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.residency import check_residency
from secure_bedrock.network.endpoint_access import EndpointAccess
from secure_bedrock.network.endpoint_checks import check_peer, check_services
from secure_bedrock.network.endpoint_policies import endpoint_statements
from secure_bedrock.network.endpoint_settings import EndpointSettings, check_settings
from secure_bedrock.network.gateway_endpoints import GatewayService, gateway_endpoint
from secure_bedrock.network.policy_size import check_policy_sizes
from secure_bedrock.network.policy_statements import Passage
from secure_bedrock.network.private_dns import refuse_conflicts

_HTTPS = ec2.Port.tcp(443)


class BedrockEndpoints(Construct):
    """Interface endpoints with a policy each, reachable only by the peers that you name.

    They protect against calls to Amazon Bedrock over the internet, against credentials of another
    account used from inside the VPC, and against models that were not named. Two security groups,
    one for Bedrock's own endpoints and one for the others, admit nobody until ``allow_from`` is
    called, and open no connection themselves.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC. With private DNS it must have DNS support and DNS host names on.
        models: Models and inference profiles that may be invoked through the runtime endpoint.
        services: Which endpoints. Default: the four of Amazon Bedrock, STS, KMS, CloudWatch Logs,
            CloudWatch and Secrets Manager.
        subnets: Where the endpoints get an address, one subnet per Availability Zone. Default: the
            isolated subnets.
        private_dns: Whether the services' ordinary names lead to the endpoints. Default: they do.
            Without it callers have to use the names of the endpoints, or zones of yours.
        ip_address_type: IPv4, IPv6 or both. Default: IPv4.
        access: Who passes, and which of what stands beside the models. Default: principals of this
            account, guardrails of this account, no ``bedrock-mantle``, no OAuth callers.
        settings: What is different for single endpoints: subnets, private DNS, addresses.

    Raises:
        ValueError: No service, a service twice, one that the Region does not offer, a runtime
            endpoint without models, an inference profile of another geography, settings for a
            service without an endpoint, or addresses or subnets that cannot be. At synthesis: an
            endpoint policy over 20,480 characters, or a name that two endpoints claim.

    Source: Amazon Bedrock User Guide, "Use interface VPC endpoints (AWS PrivateLink)".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        models: Sequence[Model],
        services: Sequence[EndpointService] | None = None,
        subnets: ec2.SubnetSelection | None = None,
        private_dns: bool = True,
        ip_address_type: ec2.VpcEndpointIpAddressType | None = None,
        access: EndpointAccess | None = None,
        settings: Mapping[EndpointService, EndpointSettings] | None = None,
    ) -> None:
        super().__init__(scope, id)
        chosen = PRIVATE_WORKLOAD if services is None else tuple(services)
        single = settings or {}
        check_services(self.node.path, place_of(self).region, chosen, models, single)
        check_residency(self, models=models)
        self._vpc = vpc
        self._models = models
        self._passage = Passage(place_of(self), access or EndpointAccess())
        common = EndpointSettings(
            subnets=subnets, private_dns=private_dns, ip_address_type=ip_address_type
        )
        self._groups: dict[bool, ec2.SecurityGroup] = {}
        self._endpoints = {
            service: self._new_endpoint(service, single.get(service, common).over(common))
            for service in chosen
        }
        check_policy_sizes(self, self._endpoints.values())
        refuse_conflicts(self, self._endpoints)

    @property
    def services(self) -> tuple[EndpointService, ...]:
        """The services that have an endpoint."""
        return tuple(self._endpoints)

    @property
    def security_groups(self) -> tuple[ec2.ISecurityGroup, ...]:
        """The security groups of the endpoints: Bedrock's own, and the others."""
        return tuple(self._groups.values())

    def endpoint(self, service: EndpointService) -> ec2.InterfaceVpcEndpoint:
        """The endpoint of a service, for example to add a statement to its policy."""
        if service not in self._endpoints:
            raise ValueError(
                f"{self.node.path}: there is no endpoint for {service.value}: add it to services "
                f"({', '.join(self._endpoints)})"
            )
        return self._endpoints[service]

    def add_gateway(
        self, service: GatewayService, *, subnets: ec2.SubnetSelection | None = None
    ) -> ec2.GatewayVpcEndpoint:
        """Lead a service's addresses to a gateway endpoint, which costs nothing.

        It passes the same callers, and the buckets or tables of their accounts.

        Args:
            service: Amazon S3 or Amazon DynamoDB.
            subnets: Whose route tables lead there; of an imported VPC they have to be known.
                Default: the isolated subnets.
        """
        chosen = None if subnets is None else [subnets]
        endpoint = gateway_endpoint(self, self._vpc, service, passage=self._passage, subnets=chosen)
        check_policy_sizes(self, [endpoint])
        return endpoint

    def allow_from(self, peer: ec2.IConnectable) -> None:
        """Admit a peer to all endpoints on TCP port 443.

        Args:
            peer: A security group, a construct that has one, a prefix list, or a network of yours.

        Raises:
            ValueError: An address range wider than /8, or /32 in IPv6: that is not one network.
        """
        check_peer(self.node.path, peer)
        for group in self._groups.values():
            group.connections.allow_from(peer, _HTTPS, "HTTPS to the interface endpoints")

    def _new_endpoint(
        self, service: EndpointService, settings: EndpointSettings
    ) -> ec2.InterfaceVpcEndpoint:
        check_settings(self.node.path, self._vpc, service, settings)
        endpoint = ec2.InterfaceVpcEndpoint(
            self,
            service.name.title().replace("_", ""),
            vpc=self._vpc,
            service=ec2.InterfaceVpcEndpointAwsService(service.value),
            subnets=settings.subnets
            or ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[self._group(bedrock=service.is_bedrock)],
            open=False,
            private_dns_enabled=settings.private_dns,
            ip_address_type=settings.ip_address_type,
            dns_record_ip_type=settings.dns_record_ip_type,
        )
        for statement in endpoint_statements(service, self._models, self._passage):
            endpoint.add_to_policy(statement)
        if service is EndpointService.BEDROCK_MANTLE and self._passage.access.mantle_models:
            Validations.of(self).add_warning(
                "secure-bedrock:MantleEndpoint",
                f"{self.node.path}: requests through the bedrock-mantle endpoint pass no guardrail "
                "and no model invocation logging: leave mantle_models out, or acknowledge this",
            )
        return endpoint

    def _group(self, *, bedrock: bool) -> ec2.SecurityGroup:
        if bedrock not in self._groups:
            self._groups[bedrock] = ec2.SecurityGroup(
                self,
                "BedrockGroup" if bedrock else "SupportGroup",
                vpc=self._vpc,
                description=(
                    "Interface endpoints of Amazon Bedrock"
                    if bedrock
                    else "Interface endpoints of the services beside Amazon Bedrock"
                ),
                allow_all_outbound=False,
            )
        return self._groups[bedrock]
