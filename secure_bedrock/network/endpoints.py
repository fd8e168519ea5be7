"""Interface endpoints for Amazon Bedrock in any VPC."""

from collections.abc import Sequence

from aws_cdk import Validations
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from secure_bedrock.catalog.endpoint_services import PRIVATE_WORKLOAD, EndpointService
from secure_bedrock.catalog.models import InferenceProfile, Model
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.network.endpoint_policies import RUNTIME, endpoint_statements
from secure_bedrock.network.policy_size import check_policy_sizes

_HTTPS = ec2.Port.tcp(443)
_EVERYWHERE = ("0.0.0.0/0", "::/0")


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

    Raises:
        ValueError: No service, a service twice, a FIPS service in a Region without it, a runtime
            endpoint without models, or an inference profile of another geography. At synthesis: an
            endpoint policy over 20,480 characters.

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
    ) -> None:
        super().__init__(scope, id)
        chosen = PRIVATE_WORKLOAD if services is None else tuple(services)
        self._check(chosen, models)
        self._vpc = vpc
        self._models = models
        self._subnets = subnets or ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        self._private_dns = private_dns
        self._groups: dict[bool, ec2.SecurityGroup] = {}
        self._endpoints = {service: self._new_endpoint(service) for service in chosen}
        check_policy_sizes(self, self._endpoints.values())

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

    def allow_from(self, peer: ec2.IConnectable) -> None:
        """Admit a peer to all endpoints on TCP port 443."""
        address = getattr(peer, "unique_id", None)
        if address in _EVERYWHERE:
            raise ValueError(
                f"{self.node.path}: {address} is everyone: name a security group, a prefix "
                "list or the address range of a network of yours"
            )
        for group in self._groups.values():
            group.connections.allow_from(peer, _HTTPS, "HTTPS to the interface endpoints")

    def _new_endpoint(self, service: EndpointService) -> ec2.InterfaceVpcEndpoint:
        endpoint = ec2.InterfaceVpcEndpoint(
            self,
            service.name.title().replace("_", ""),
            vpc=self._vpc,
            service=ec2.InterfaceVpcEndpointAwsService(service.value),
            subnets=self._subnets,
            security_groups=[self._group(bedrock=service.is_bedrock)],
            open=False,
            private_dns_enabled=self._private_dns,
        )
        for statement in endpoint_statements(self, service, self._models):
            endpoint.add_to_policy(statement)
        if service is EndpointService.BEDROCK_MANTLE:
            Validations.of(self).add_warning(
                "secure-bedrock:MantleEndpoint",
                f"{self.node.path}: requests through the bedrock-mantle endpoint pass no guardrail "
                "and no model invocation logging, and models are not limited: leave it out, or "
                "acknowledge this",
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

    def _check(self, services: Sequence[EndpointService], models: Sequence[Model]) -> None:
        if not services:
            raise ValueError(f"{self.node.path}: services is empty: leave it out for the default")
        twice = sorted({service.value for service in services if services.count(service) > 1})
        if twice:
            raise ValueError(
                f"{self.node.path}: services names {', '.join(twice)} more than once: name it once"
            )
        runtime = [service.value for service in services if service in RUNTIME]
        if runtime and not models:
            raise ValueError(
                f"{self.node.path}: models is empty, so {runtime[0]} would pass no call: "
                "name at least one model"
            )
        region = place_of(self).region
        if not unresolved(region):
            self._check_region(region, services, models)

    def _check_region(
        self, region: str, services: Sequence[EndpointService], models: Sequence[Model]
    ) -> None:
        for model in models:
            if isinstance(model, InferenceProfile) and not model.usable_from(region):
                raise ValueError(
                    f"{self.node.path}: the inference profile {model.profile_id} cannot be used "
                    f"from {region}: use one of that Region's geography"
                )
        for service in services:
            known = service.facts.regions
            if known is not None and region not in known:
                raise ValueError(
                    f"{self.node.path}: {service.value} is not offered in {region}, only in "
                    f"{', '.join(sorted(known))}: leave it out, or deploy there"
                )
