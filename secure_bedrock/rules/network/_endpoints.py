"""Interface endpoints of a template, and what of it runs in its VPCs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Node,
    Resource,
    Template,
    answer,
)
from secure_bedrock.rules.access._grants import referred

ENDPOINT = "AWS::EC2::VPCEndpoint"
_NAME = re.compile(r"com\.amazonaws\.[^.]+\.(.+)")
_BEDROCK = re.compile(r"bedrock(-|$)")


def service_of(endpoint: Resource) -> str | None:
    """The service of an endpoint, such as ``bedrock-runtime``; None when it is not known.

    A service that is not one of AWS's own is an empty string.
    """
    name = endpoint["ServiceName"]
    found = _NAME.fullmatch(name.shape)
    if found is None:
        return "" if name.missing or name.literal is not None else None
    return found[1] if found[1].isascii() else None


def is_for(endpoint: Resource, *services: str) -> Answer:
    """Whether an endpoint is for one of the services, such as ``bedrock-runtime``."""
    service = service_of(endpoint)
    return UNKNOWN if service is None else answer(service in services)


def is_for_bedrock(endpoint: Resource) -> Answer:
    """Whether an endpoint is for one of Amazon Bedrock's own services."""
    service = service_of(endpoint)
    return UNKNOWN if service is None else answer(_BEDROCK.match(service) is not None)


def is_offered(template: Template, *services: str) -> Answer:
    """Whether the template has an endpoint for one of the services."""
    if "endpoint services" not in template.cache:
        found = {service_of(each) for each in template.of_type(ENDPOINT)}
        template.cache["endpoint services"] = found
    known: set[str | None] = template.cache["endpoint services"]
    if known.intersection(services):
        return YES
    return UNKNOWN if None in known else NO


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that runs in a VPC of the template.

    Attributes:
        subnet: Where it says so.
        holder: Logical id of who has its permissions.
    """

    subnet: Node
    holder: str


def workloads(template: Template) -> list[Workload]:
    """What runs in subnets of the template with a role of the template."""
    if "workloads" not in template.cache:
        template.cache["workloads"] = [*_workloads(template)]
    found: list[Workload] = template.cache["workloads"]
    return found


def _workloads(template: Template) -> Iterator[Workload]:
    if not template.of_type("AWS::EC2::Subnet"):
        return
    for resource, subnets, roles in _placed(template):
        inside = next((each for each in subnets if _is_subnet(each)), None)
        holders = [each.logical_id for role in roles for each in referred(role)]
        if inside is not None:
            names = holders or [resource.logical_id]
            yield from (Workload(inside, name) for name in names)


def _placed(template: Template) -> Iterator[tuple[Resource, Node, list[Node]]]:
    """Resources with their subnets and roles."""
    for kind in ("AWS::Lambda::Function", "AWS::Serverless::Function"):
        for each in template.of_type(kind):
            yield each, each["VpcConfig"]["SubnetIds"], [each["Role"]]
    for each in template.of_type("AWS::ECS::Service"):
        tasks = _of_type(each["TaskDefinition"], "AWS::ECS::TaskDefinition")
        subnets = each["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"]
        yield each, subnets, [task["TaskRoleArn"] for task in tasks]
    for each in template.of_type("AWS::EC2::Instance"):
        profiles = _of_type(each["IamInstanceProfile"], "AWS::IAM::InstanceProfile")
        roles = [role for profile in profiles for role in profile["Roles"]]
        yield each, each["SubnetId"], roles
    for each in template.of_type("AWS::BedrockAgentCore::Runtime"):
        subnets = each["NetworkConfiguration"]["NetworkModeConfig"]["Subnets"]
        yield each, subnets, [each["RoleArn"]]
    for kind in ("BrowserCustom", "CodeInterpreterCustom"):
        for each in template.of_type(f"AWS::BedrockAgentCore::{kind}"):
            subnets = each["NetworkConfiguration"]["VpcConfig"]["Subnets"]
            yield each, subnets, [each["ExecutionRoleArn"]]


def _of_type(node: Node, kind: str) -> list[Resource]:
    return [each for each in referred(node) if each.type == kind]


def _is_subnet(node: Node) -> bool:
    return bool(_of_type(node, "AWS::EC2::Subnet"))


def endpoints_of_bedrock(template: Template) -> list[tuple[Resource, Answer]]:
    """The endpoints that are, or may be, for a service of Bedrock."""
    found = ((each, is_for_bedrock(each)) for each in template.of_type(ENDPOINT))
    return [(endpoint, sure) for endpoint, sure in found if sure is not NO]
