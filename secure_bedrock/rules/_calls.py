"""SDK calls that a template makes through CDK's ``AwsCustomResource``."""

from collections.abc import Iterator
from dataclasses import dataclass

from secure_bedrock.rules._answer import NO, UNKNOWN, Answer, answer
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._template import Template

_CLIENT = "@aws-sdk/client-"
_HOSTS = ("Custom::", "AWS::CloudFormation::CustomResource")


@dataclass(frozen=True, slots=True)
class SdkCall:
    """One call, made when the custom resource is created or updated.

    Attributes:
        node: The property that holds the call, mostly a JSON string.
        said: The call itself: service, action, parameters. Unknown when the JSON has odd holes.
    """

    node: Node
    said: Node

    @property
    def parameters(self) -> Node:
        """What is sent."""
        return self.said["parameters"]

    def is_to(self, service: str, action: str) -> Answer:
        """Whether it is this call, ``is_to("iam", "CreateUser")``, in any spelling CDK takes."""
        if self.said.unknown:
            return UNKNOWN if action.lower() in self.node.shape.lower() else NO
        client, name = self.said["service"].literal, self.said["action"].literal
        if client is None or name is None:
            return UNKNOWN
        named = (client.lower().removeprefix(_CLIENT), name.lower().removesuffix("command"))
        return answer(named == (service.lower(), action.lower()))


def sdk_calls(template: Template) -> list[SdkCall]:
    """Every call of the template, in its order. Calls on deletion are left out."""
    if "calls" not in template.cache:
        template.cache["calls"] = list(_calls(template))
    found: list[SdkCall] = template.cache["calls"]
    return found


def _calls(template: Template) -> Iterator[SdkCall]:
    for resource in template.resources.values():
        if resource.type.startswith(_HOSTS):
            for node in (resource["Create"], resource["Update"]):
                said = node.parsed()
                if said.unknown or not said["service"].missing:
                    yield SdkCall(node, said)
