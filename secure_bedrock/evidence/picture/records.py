"""What is recorded and watched, and where it goes, as two columns."""

from collections.abc import Sequence

from secure_bedrock.evidence.picture.columns import Box, Columns, Line, Tie
from secure_bedrock.evidence.picture.graph import Graph, Thing
from secure_bedrock.evidence.picture.shapes import count

_RECORDERS = {
    "AWS::CloudTrail::Trail": "API calls",
    "AWS::EC2::FlowLog": "network flows",
    "AWS::Logs::DeliverySource": "deliveries",
    "AWS::Logs::SubscriptionFilter": "a log group's records",
    "AWS::Route53Resolver::ResolverQueryLoggingConfig": "DNS queries",
    "AWS::S3::Bucket": "access to the bucket",
    "Custom::BedrockInvocationLogging": "model invocations",
}
_STORES = (
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
)
_WATCHERS = {
    "AWS::Budgets::Budget": "spending",
    "AWS::Budgets::BudgetsAction": "spending",
    "AWS::CE::AnomalySubscription": "unusual spending",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::CompositeAlarm": "composite alarm",
    "AWS::Events::Rule": "events",
}
_TOLD = (
    "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::Lambda::Function",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
)
_SUBJECTS = ("DestinationConfigurations", "LoggingConfiguration", "Log", "S3", "CloudWatch")


def logs(graph: Graph) -> Columns:
    """What is recorded, and where it is kept."""
    lines = [
        Line(left=use.user.id, right=use.used.id, tie=Tie.FIRM, words="is recorded in")
        for use in graph.uses
        if use.user.type in _RECORDERS and use.used.type in _STORES and _delivers(use.path)
    ]
    recorders = [
        thing
        for thing in graph.of_type(*_RECORDERS)
        if thing.type != "AWS::S3::Bucket" or any(line.left == thing.id for line in lines)
    ]
    return Columns(
        name="logs",
        title="What is recorded",
        description=_description(recorders, "what records calls, flows and access", lines),
        heads=("What is recorded", "Where it is kept"),
        left=[_box(thing, _RECORDERS[thing.type]) for thing in recorders],
        right=[_box(thing, _retention(thing)) for thing in graph.of_type(*_STORES)],
        lines=list(dict.fromkeys(lines)),
    )


def alarms(graph: Graph) -> Columns:
    """What is watched, and who is told."""
    lines = [
        Line(left=use.user.id, right=use.used.id, tie=Tie.FIRM, words="tells")
        for use in graph.uses
        if use.user.type in _WATCHERS and use.used.type in _TOLD and "Dimensions" not in use.path
    ]
    told = {line.right for line in lines}
    targets = [t for t in graph.of_type(*_TOLD) if t.id in told or t.type == "AWS::SNS::Topic"]
    watchers = graph.of_type(*_WATCHERS)
    return Columns(
        name="alarms",
        title="What is watched",
        description=_description(watchers, "alarms, budgets and rules for events", lines),
        heads=("What is watched", "Who is told"),
        left=[_box(thing, _WATCHERS[thing.type]) for thing in watchers],
        right=[_box(thing, thing.noun) for thing in targets],
        lines=list(dict.fromkeys(lines)),
    )


def _description(left: Sequence[Thing], what: str, lines: Sequence[Line]) -> str:
    tied = {line.left for line in lines}
    lost = sum(thing.id not in tied for thing in left)
    found = count(len(left), "resource", "resources")
    more = f" Without a destination in the templates: {lost}." if lost else ""
    return f"{found}: {what}, with a line to each destination.{more}"


def _box(thing: Thing, more: str) -> Box:
    return Box(id=thing.id, name=thing.name, more=more, anchor=thing.id)


def _delivers(path: str) -> bool:
    return any(part in path for part in _SUBJECTS) or "Destination" in path


def _retention(thing: Thing) -> str:
    if thing.type != "AWS::Logs::LogGroup":
        return thing.noun
    days = thing.resource["RetentionInDays"]
    if days.missing:
        return f"{thing.noun}, kept for ever"
    return f"{thing.noun}, kept {days.literal} days" if days.literal else thing.noun
