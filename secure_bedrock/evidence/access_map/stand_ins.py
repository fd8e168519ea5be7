"""Names and ARNs that resources of a template will have, as far as a template can tell.

A name that AWS makes up at deployment is stood in for by one made of the logical id. It equals
nothing but itself, so that policies meet the resources they refer to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._template import Resource
from secure_bedrock.rules._text import Reference, Text

OPEN = "unresolved/"
"""Prefix of the policy variable that stands for what is known at deployment only."""

_FORBIDDEN = re.compile(r"[^\w.:/-]")
_DOLLARS = re.compile(r"\$\{(?!" + OPEN + ")")
_PRINCIPALS = {
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::IAM::User": ("user", "UserName"),
    "AWS::IAM::Group": ("group", "GroupName"),
    "AWS::IAM::ManagedPolicy": ("policy", "ManagedPolicyName"),
}
_REGIONAL: Mapping[str, tuple[str, str, str]] = {  # service and kind, attribute of ARN, of id
    "AWS::Bedrock::Guardrail": ("bedrock guardrail", "GuardrailArn", "GuardrailId"),
    "AWS::Bedrock::ApplicationInferenceProfile": (
        "bedrock application-inference-profile",
        "InferenceProfileArn",
        "InferenceProfileId",
    ),
    "AWS::Bedrock::KnowledgeBase": (
        "bedrock knowledge-base",
        "KnowledgeBaseArn",
        "KnowledgeBaseId",
    ),
    "AWS::Bedrock::Agent": ("bedrock agent", "AgentArn", "AgentId"),
    "AWS::Bedrock::Flow": ("bedrock flow", "Arn", "Id"),
    "AWS::Bedrock::Prompt": ("bedrock prompt", "Arn", "Id"),
    "AWS::KMS::Key": ("kms key", "Arn", "KeyId"),
    "AWS::EC2::VPCEndpoint": ("ec2 vpc-endpoint", "", "Id"),
    "AWS::EC2::VPC": ("ec2 vpc", "", "VpcId"),
}
_REF_IS_ARN = ("AWS::Bedrock::Guardrail", "AWS::Bedrock::Flow", "AWS::Bedrock::Prompt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How resources of one stack are called.

    Attributes:
        place: Where the stack is deployed.
        stack: The stack's name.
    """

    place: Place
    stack: str

    def of(self, resource: Resource, attribute: str = "") -> str | None:
        """What ``Ref``, or ``GetAtt`` of the attribute, gives; None if that cannot be told."""
        if resource.type in _PRINCIPALS:
            return self._principal(resource, attribute)
        if resource.type == "AWS::Bedrock::AgentAlias" and attribute == "AgentAliasArn":
            agent = _text(resource["AgentId"], self)
            return f"{self._arn('bedrock')}:agent-alias/{agent}/{_id(resource)}"
        if resource.type == "AWS::Bedrock::FlowAlias" and attribute == "Arn":
            return f"{_text(resource['FlowArn'], self)}/alias/{_id(resource)}"
        if resource.type not in _REGIONAL:
            return None
        kind, arn_attribute, id_attribute = _REGIONAL[resource.type]
        service, _, noun = kind.partition(" ")
        by_ref = arn_attribute if resource.type in _REF_IS_ARN else id_attribute
        wanted = attribute or by_ref
        if wanted == arn_attribute:
            return f"{self._arn(service)}:{noun}/{_id(resource)}"
        return _id(resource) if wanted == id_attribute else None

    def _principal(self, resource: Resource, attribute: str) -> str | None:
        noun, property_name = _PRINCIPALS[resource.type]
        given = resource[property_name]
        name = f"{self.stack}-{resource.logical_id}" if given.missing else _text(given, self)
        if attribute == "" and noun != "policy":
            return name
        path = "/" if resource["Path"].missing else _text(resource["Path"], self)
        place = self.place
        arn = f"arn:{place.partition}:iam::{place.account}:{noun}{path}{name}"
        return arn if attribute in ("Arn", "PolicyArn", "") else None

    def _arn(self, service: str) -> str:
        return f"arn:{self.place.partition}:{service}:{self.place.region}:{self.place.account}"

    def text(self, node: Node, *, literal_dollars: bool = False) -> str:
        """A text with references replaced, and a policy variable for each open part.

        Args:
            node: A value that is a text, or unknown.
            literal_dollars: Whether ``${`` in the template's own text is no policy variable.
        """
        return _text(node, self, literal_dollars=literal_dollars)


def variable(name: str) -> str:
    """The policy variable for something known at deployment only."""
    return f"${{{OPEN}{_FORBIDDEN.sub('-', name)}}}"


def _text(node: Node, names: Names, *, literal_dollars: bool = False) -> str:
    text = node.text
    if text is None:
        reference = node.reference
        return variable(_plain(reference) if reference else ".".join(map(str, node.path[-2:])))
    parts = text.parts if isinstance(text, Text) else [text]
    return "".join(
        (_DOLLARS.sub("${$}{", part) if literal_dollars else part)
        if isinstance(part, str)
        else _reference(part.reference, node, names)
        for part in parts
    )


def _reference(reference: Reference, node: Node, names: Names) -> str:
    if reference.origin == "pseudo":
        known = {"AWS::Partition": names.place.partition, "AWS::StackName": names.stack}
        return known.get(reference.name) or variable(_plain(reference))
    resource = node.template.follow(reference)
    found = names.of(resource, reference.attribute) if resource is not None else None
    return found or variable(_plain(reference))


def _plain(reference: Reference) -> str:
    return str(reference).removeprefix("${").removesuffix("}")


def _id(resource: Resource) -> str:
    return resource.logical_id.lower()
