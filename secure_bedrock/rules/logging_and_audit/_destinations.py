"""Where prompts, answers and traces are written to."""

from collections.abc import Callable, Iterator

from secure_bedrock.rules._buckets import buckets_of
from secure_bedrock.rules._kit import (
    NO,
    YES,
    Node,
    Resource,
    Statement,
    StatementKind,
    Template,
    all_of,
    any_of,
    matches,
    sdk_calls,
    statements,
)
from secure_bedrock.rules.access._grants import granted, referred
from secure_bedrock.rules.access._trust import assumed_by, is_service

GROUP = "AWS::Logs::LogGroup"
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
_OTHERS = ("/aws/lambda/*", "/aws/codebuild/*", "/aws/apigateway/*", "/aws/vendedlogs/states/*")
_WRITE = "logs:PutLogEvents"


def configurations(template: Template) -> list[Node]:
    """Every ``loggingConfig`` that a custom resource puts, in the words of the API."""
    if "logging configurations" not in template.cache:
        template.cache["logging configurations"] = [*_configurations(template)]
    found: list[Node] = template.cache["logging configurations"]
    return found


def _configurations(template: Template) -> Iterator[Node]:
    for call in sdk_calls(template):
        if call.is_to("bedrock", "putModelInvocationLoggingConfiguration") is not NO:
            yield call.parameters["loggingConfig"]
    for resource in template.resources.values():
        if resource.type.startswith(_CUSTOM):
            for name in ("LoggingConfig", "loggingConfig"):
                if _is_configuration(resource[name]):
                    yield resource[name]


def _is_configuration(node: Node) -> bool:
    return not (node["cloudWatchConfig"].missing and node["s3Config"].missing)


def invocation_groups(template: Template) -> list[Resource]:
    """The log groups of the template that model invocations are logged to."""
    return _cached(template, "invocation log groups", _invocation_groups)


def bedrock_groups(template: Template) -> list[Resource]:
    """The log groups that hold what users or agents said: also those of agents and gateways."""
    return _cached(template, "Bedrock log groups", _bedrock_groups)


def invocation_buckets(template: Template) -> list[Resource]:
    """The buckets of the template that model invocations are logged to."""
    return _cached(template, "invocation log buckets", _invocation_buckets)


def _cached(
    template: Template, name: str, find: Callable[[Template], Iterator[Resource]]
) -> list[Resource]:
    if name not in template.cache:
        template.cache[name] = list({each.logical_id: each for each in find(template)}.values())
    found: list[Resource] = template.cache[name]
    return found


def _invocation_groups(template: Template) -> Iterator[Resource]:
    for configuration in configurations(template):
        yield from groups_of(configuration["cloudWatchConfig"]["logGroupName"])
    yield from _written_by(template, "bedrock.*")
    for group in template.of_type(GROUP):
        if matches(group["LogGroupName"], "*bedrock*invocation*", ignore_case=True) is YES:
            yield group


def _bedrock_groups(template: Template) -> Iterator[Resource]:
    yield from invocation_groups(template)
    yield from _written_by(template, "bedrock-agentcore.*")
    yield from _delivered(template)
    for group in template.of_type(GROUP):
        name = group["LogGroupName"]
        if matches(name, "*bedrock*", ignore_case=True) is YES and matches(name, *_OTHERS) is NO:
            yield group


def groups_of(node: Node) -> Iterator[Resource]:
    """The log groups of the template that a name or an ARN stands for."""
    yield from (each for each in referred(node) if each.type == GROUP)
    for group in node.template.of_type(GROUP) if node.literal else ():
        if group["LogGroupName"].literal == node.literal:
            yield group


def _written_by(template: Template, service: str) -> Iterator[Resource]:
    """Log groups that a role of a service may write to and that its policy refers to."""
    if not template.of_type(GROUP):
        return
    for statement in statements(template, StatementKind.IDENTITY):
        if granted(statement, _WRITE) is not NO and _held_by(statement, service):
            for node in statement.resources:
                yield from groups_of(node)


def _held_by(statement: Statement, service: str) -> bool:
    template = statement.owner.template
    return any(assumed_by(template, name, service) is YES for name in statement.holders)


def _delivered(template: Template) -> Iterator[Resource]:
    """Log groups that vended logs of Bedrock and AgentCore resources are delivered to."""
    for delivery in template.of_type("AWS::Logs::Delivery"):
        sources = referred(delivery["DeliverySourceName"])
        about = [each for source in sources for each in referred(source["ResourceArn"])]
        if any(each.type.startswith("AWS::Bedrock") for each in about):
            for destination in referred(delivery["DeliveryDestinationArn"]):
                if destination.type == "AWS::Logs::DeliveryDestination":
                    yield from groups_of(destination["DestinationResourceArn"])


def _invocation_buckets(template: Template) -> Iterator[Resource]:
    for configuration in configurations(template):
        large = configuration["cloudWatchConfig"]["largeDataDeliveryS3Config"]
        for place in (configuration["s3Config"], large):
            yield from buckets_of(place["bucketName"])
    for statement in statements(template, StatementKind.RESOURCE):
        if statement.owner.type == "AWS::S3::BucketPolicy" and _lets_bedrock_write(statement):
            yield from buckets_of(statement.owner["Bucket"])


def _lets_bedrock_write(statement: Statement) -> bool:
    writer = any_of(is_service(each, "bedrock.*") for each in statement.principals())
    path = any_of(matches(n, "*/BedrockModelInvocationLogs/*") for n in statement.resources)
    return all_of((path, writer, statement.allows("s3:PutObject"))) is YES
