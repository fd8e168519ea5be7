"""A deployed stack: its template, its resources, and what the functions in it stand for."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from botocore.exceptions import ClientError

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.values import Json, Unknown

_NEVER_DEPLOYED = frozenset(
    {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_IN_PROGRESS"}
)
_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})


class StackError(Exception):
    """The stack cannot be verified; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack as CloudFormation describes it.

    Attributes:
        name: Its name.
        status: For example ``UPDATE_COMPLETE``.
        template: The template as it was carried out.
        ids: Physical ids by logical id.
        values: Parameters and pseudo parameters by name.
    """

    name: str
    status: str
    template: Mapping[str, Json]
    ids: Mapping[str, str]
    values: Mapping[str, Json]

    @property
    def resources(self) -> Mapping[str, Mapping[str, Json]]:
        """The template's resources by logical id."""
        found: Mapping[str, Mapping[str, Json]] = self.template.get("Resources", {})
        return found


def load(aws: Aws, name: str) -> Stack:
    """Ask CloudFormation for a stack.

    Raises:
        StackError: There is no such stack, or it was never deployed.
    """
    cloudformation = aws.client("cloudformation")
    try:
        described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise StackError(f"no stack {name!r} in {aws.region} of this account") from None
        raise
    if described["StackStatus"] in _NEVER_DEPLOYED:
        raise StackError(f"stack {name!r} is {described['StackStatus']}: it was not deployed")
    body = cloudformation.get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
    template = body if isinstance(body, Mapping) else _parse(body)
    summaries = aws.pages(
        "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name
    )
    ids = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in summaries
        if each.get("PhysicalResourceId") and each["ResourceStatus"] not in _GONE
    }
    return Stack(
        name=described["StackName"],
        status=described["StackStatus"],
        template=template,
        ids=ids,
        values=_values(aws, described, template),
    )


def ask(aws: Aws, function: str, argument: Json) -> Json:
    """What a function stands for that asks AWS."""
    if function == "Fn::ImportValue":
        exports = aws.pages("cloudformation", "list_exports", "Exports")
        return _first(exports, "Name", argument, "Value")
    if function == "Fn::GetAZs":
        zones = aws.client("ec2").describe_availability_zones()["AvailabilityZones"]
        return sorted(zone["ZoneName"] for zone in zones)
    if function == "Fn::GetStackOutput":
        stacks = aws.client("cloudformation").describe_stacks(StackName=argument["StackName"])
        outputs = iter(stacks["Stacks"][0].get("Outputs", []))
        return _first(outputs, "OutputKey", argument["OutputName"], "OutputValue")
    return Unknown(f"{function} is not resolved")


def _first(found: Iterator[Any], key: str, wanted: Json, value: str) -> Json:
    return next((each[value] for each in found if each[key] == wanted), Unknown(f"no {wanted}"))


def _values(
    aws: Aws, described: Mapping[str, Any], template: Mapping[str, Json]
) -> dict[str, Json]:
    values: dict[str, Json] = {
        "AWS::AccountId": aws.account,
        "AWS::Partition": aws.partition,
        "AWS::Region": aws.region,
        "AWS::StackId": described["StackId"],
        "AWS::StackName": described["StackName"],
        "AWS::URLSuffix": aws.url_suffix,
        "AWS::NotificationARNs": list(described.get("NotificationARNs", [])),
    }
    declared = template.get("Parameters", {})
    given = {each["ParameterKey"]: each for each in described.get("Parameters", [])}
    for name, declaration in declared.items():
        values[name] = _parameter(given.get(name, {}), declaration)
    return values


def _parameter(given: Mapping[str, str], declaration: Mapping[str, Json]) -> Json:
    if declaration.get("NoEcho"):
        return Unknown("parameter with NoEcho")
    value = given.get("ResolvedValue", given.get("ParameterValue", declaration.get("Default")))
    if value is None:
        return Unknown("parameter without a value")
    is_list = "List" in str(declaration.get("Type", "String"))
    return str(value).split(",") if is_list else value


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms of functions."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Json:
    value: Json
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # the third kind
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


def _parse(body: str) -> Mapping[str, Json]:
    try:
        parsed = json.loads(body)
    except json.JSONDecodeError:
        parsed = yaml.load(body, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    if not isinstance(parsed, Mapping):
        raise StackError("CloudFormation returned a template that is no object")
    return parsed


def construct_path(resource: Mapping[str, Json]) -> Sequence[str] | None:
    """The resource's construct path as the CDK writes it into the template."""
    path = resource.get("Metadata", {}).get("aws:cdk:path")
    return str(path).split("/") if path else None
