"""Where policy documents stand in a template, type by type."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from secure_bedrock.rules._node import Node
from secure_bedrock.rules._statement import StatementKind
from secure_bedrock.rules._template import Resource, Template

_PRINCIPALS = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document and what it is for."""

    node: Node
    kind: StatementKind
    owner: Resource
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A managed policy that a role, user, group or function has, by ARN, name or reference."""

    node: Node
    holder: Resource


def documents(template: Template) -> Iterator[Document]:
    """Every policy document of a template."""
    boundaries, attached = _uses_of_managed_policies(template)
    for resource in template.resources.values():
        if resource.type in _PRINCIPALS:
            yield from _inline(resource)
        elif resource.type in _ATTACHABLE:
            yield from _attachable(resource, boundaries, attached)
        elif resource.type in _RESOURCE_POLICIES:
            yield from _on_resource(resource)
        elif resource.type in _SPECIAL:
            yield from _SPECIAL[resource.type](resource)


def attachments(template: Template) -> Iterator[Attachment]:
    """Every managed policy that is attached to something in the template."""
    for holder in template.of_type(*_PRINCIPALS):
        yield from (Attachment(node, holder) for node in holder["ManagedPolicyArns"])
    for holder in template.of_type("AWS::SSO::PermissionSet"):
        yield from (Attachment(node, holder) for node in holder["ManagedPolicies"])
    for holder in template.of_type(*_SERVERLESS):
        for node in holder["Policies"]:
            if node.text is not None:
                yield Attachment(node, holder)


def _inline(resource: Resource) -> Iterator[Document]:
    for policy in resource["Policies"]:
        node = policy["PolicyDocument"]
        yield Document(node, StatementKind.IDENTITY, resource, (resource.logical_id,))
    if resource.type == "AWS::IAM::Role":
        yield Document(resource["AssumeRolePolicyDocument"], StatementKind.TRUST, resource)


_ATTACHABLE = {
    "AWS::IAM::Policy": ("Roles", "Users", "Groups"),
    "AWS::IAM::ManagedPolicy": ("Roles", "Users", "Groups"),
    "AWS::IAM::RolePolicy": ("RoleName",),
    "AWS::IAM::UserPolicy": ("UserName",),
    "AWS::IAM::GroupPolicy": ("GroupName",),
}


def _attachable(
    resource: Resource, boundaries: set[str], attached: dict[str, list[str]]
) -> Iterator[Document]:
    names = [node for key in _ATTACHABLE[resource.type] for node in resource[key]]
    holders = [_holder(node) for node in names] + attached.get(resource.logical_id, [])
    only_boundary = resource.logical_id in boundaries and not holders
    kind = StatementKind.BOUNDARY if only_boundary else StatementKind.IDENTITY
    yield Document(resource["PolicyDocument"], kind, resource, tuple(dict.fromkeys(holders)))


def _holder(name: Node) -> str:
    return name.target.logical_id if name.target is not None else name.shown


def _uses_of_managed_policies(template: Template) -> tuple[set[str], dict[str, list[str]]]:
    boundaries: set[str] = set()
    attached: dict[str, list[str]] = {}
    for holder in template.of_type(*_PRINCIPALS, *_SERVERLESS):
        boundary = holder["PermissionsBoundary"].target
        if boundary is not None:
            boundaries.add(boundary.logical_id)
    for attachment in attachments(template):
        policy = attachment.node.target
        if policy is not None:
            attached.setdefault(policy.logical_id, []).append(attachment.holder.logical_id)
    return boundaries, attached


# Type to the property that holds the policy of the resource itself, an object or a JSON string.
_RESOURCE_POLICIES = {
    "AWS::Bedrock::KnowledgeBasePolicy": "PolicyDocument",
    "AWS::Bedrock::ResourcePolicy": "PolicyDocument",
    "AWS::BedrockAgentCore::ResourcePolicy": "Policy",
    "AWS::ECR::Repository": "RepositoryPolicyText",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::KMS::ReplicaKey": "KeyPolicy",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
    "AWS::S3::AccessPoint": "Policy",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::S3Vectors::VectorBucketPolicy": "Policy",
    "AWS::SNS::TopicInlinePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::SQS::QueueInlinePolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
}


def _on_resource(resource: Resource) -> Iterator[Document]:
    node = resource[_RESOURCE_POLICIES[resource.type]]
    if not node.missing:
        yield Document(node, StatementKind.RESOURCE, resource)


def _endpoint(resource: Resource) -> Iterator[Document]:
    if not resource["PolicyDocument"].missing:
        yield Document(resource["PolicyDocument"], StatementKind.ENDPOINT, resource)


def _organization(resource: Resource) -> Iterator[Document]:
    """Only the types that are written in the IAM policy language."""
    if resource["Type"].literal in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        yield Document(resource["Content"], StatementKind.ORGANIZATION, resource)


def _permission_set(resource: Resource) -> Iterator[Document]:
    if not resource["InlinePolicy"].missing:
        holders = (resource.logical_id,)
        yield Document(resource["InlinePolicy"], StatementKind.IDENTITY, resource, holders)


def _serverless(resource: Resource) -> Iterator[Document]:
    """Documents among SAM's policies; names and ARNs are attachments.

    None of SAM's policy templates is about Bedrock: an object without Statement is passed over.
    """
    holders = (resource.logical_id,)
    for node in resource["Policies"]:
        if node.text is None and (node.unknown or not node["Statement"].missing):
            yield Document(node, StatementKind.IDENTITY, resource, holders)
    if not resource["AssumeRolePolicyDocument"].missing:
        yield Document(resource["AssumeRolePolicyDocument"], StatementKind.TRUST, resource)


_SERVERLESS = ("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
_SPECIAL: dict[str, Callable[[Resource], Iterator[Document]]] = {
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::Organizations::Policy": _organization,
    "AWS::SSO::PermissionSet": _permission_set,
    **dict.fromkeys(_SERVERLESS, _serverless),
}
