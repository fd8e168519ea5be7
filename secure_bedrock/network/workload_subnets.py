"""Which subnets the workloads of a scope run in."""

from collections.abc import Iterator, Mapping

from aws_cdk import CfnResource
from constructs import IConstruct

from secure_bedrock.network.routing import identities

_WORKLOADS = (
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::Batch::ComputeEnvironment",
    "AWS::BedrockAgentCore::",
    "AWS::CodeBuild::Project",
    "AWS::EC2::Instance",
    "AWS::ECS::Service",
    "AWS::EKS::Nodegroup",
    "AWS::Lambda::Function",
    "AWS::SageMaker::",
)
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_NAMES = frozenset({"subnetid", "subnetids", "subnets", "vpczoneidentifier"})


def workload_subnets(scope: IConstruct) -> Iterator[tuple[str, str]]:
    """Path of a workload and path of a subnet, for each pair in the scope.

    Workloads are functions, services, instances, AgentCore resources and the like, and the
    endpoints of Amazon Bedrock. A subnet that is no resource of the app is its id, or an empty
    text where only CloudFormation knows it.
    """
    placed = {
        each.node.path: each._cfn_properties  # noqa: SLF001 - jsii shows a lazy struct as an empty one
        for each in scope.node.find_all()
        if CfnResource.is_cfn_resource(each) and isinstance(each, CfnResource) and _counts(each)
    }
    for path, properties in identities(scope, placed).items():
        for subnet in dict.fromkeys(_subnets(properties)):
            yield path, subnet


def _counts(resource: CfnResource) -> bool:
    kind = resource.cfn_resource_type
    if kind == _ENDPOINT:
        service = resource._cfn_properties.get("serviceName")  # noqa: SLF001 - as above
        return isinstance(service, str) and ".bedrock" in service
    return kind.startswith(_WORKLOADS)


def _subnets(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _subnets(item)
    if not isinstance(value, Mapping):
        return
    for name, inner in value.items():
        if name.lower() in _NAMES:
            each = inner if isinstance(inner, list) else [inner]
            yield from (one if isinstance(one, str) else "" for one in each)
        else:
            yield from _subnets(inner)
