"""What no construct of ours has seen: resources of any library that would take data elsewhere."""

import re
from collections.abc import Iterator

import jsii
from aws_cdk import CfnResource, Stack
from constructs import IConstruct, IValidation

from secure_bedrock.catalog.foundation_models import GEOGRAPHIES, GLOBAL
from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.catalog.residency import DataResidency
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_KEEPS_DATA = (
    "AWS::Bedrock",
    "AWS::Logs::LogGroup",
    "AWS::OpenSearchServerless::Collection",
    "AWS::S3::Bucket",
    "AWS::S3Vectors",
    "Custom::Bedrock",
)
_ANY = "|".join((*GEOGRAPHIES, GLOBAL))
_INFERENCE = re.compile(rf"(?:^|inference-profile/)(({_ANY})\.[a-z0-9-]+\.[a-zA-Z0-9.:_-]+)$")
_GUARDRAIL = re.compile(rf"(?:^|guardrail-profile/)({'|'.join(GUARDRAIL_PROFILES)})\.guardrail\.")
_ELSEWHERE = re.compile(r":bedrock:([a-z]{2,4}(?:-[a-z]+)+-\d):")


@jsii.implements(IValidation)
class ResidencyValidation:
    """At synth: the Region of stacks that keep data, and profiles named in Bedrock resources."""

    def __init__(self, scope: IConstruct, residency: DataResidency) -> None:
        self._scope = scope
        self._residency = residency

    def validate(self) -> list[str]:
        """One line for each thing that would leave the residency."""
        found: dict[str, None] = {}
        for construct in self._scope.node.find_all():
            if isinstance(construct, CfnResource):
                kind = construct.cfn_resource_type
                if kind.startswith(_KEEPS_DATA):
                    found |= dict.fromkeys(self._of_stack(construct))
                if kind.startswith("AWS::Bedrock"):
                    found |= dict.fromkeys(self._of_resource(construct))
        return list(found)

    def _of_stack(self, resource: CfnResource) -> Iterator[str]:
        region, path = place_of(resource).region, Stack.of(resource).node.path
        if unresolved(region):
            yield (
                f"{path}: keeps data in a Region that is known at deployment only, the data "
                f"residency is {self._residency.name}: give the stack a Region with env=..."
            )
            return
        for problem in self._residency.problems_of_region(region):
            yield f"{path}: {problem}"

    def _of_resource(self, resource: CfnResource) -> Iterator[str]:
        region = place_of(resource).region
        source = None if unresolved(region) else region
        properties = Stack.of(resource).resolve(resource._updated_properties)  # noqa: SLF001 - no other way
        for text in _texts(properties):
            for problem in self._of_text(text, source):
                yield f"{resource.node.path}: {problem}"

    def _of_text(self, text: str, source: str | None) -> Iterator[str]:
        if match := _INFERENCE.search(text):
            what = f"inference profile {match[1]}"
            yield from self._residency.problems_of_geography(match[2], what)
        if match := _GUARDRAIL.search(text):
            profile = GUARDRAIL_PROFILES[match[1]]
            yield from self._residency.problems_of_guardrail_profile(profile, source)
        if match := _ELSEWHERE.search(text):
            for problem in self._residency.problems_of_region(match[1]):
                yield f"{text.lstrip(':')}: {problem}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
