"""Whether somebody notices what happens to guardrails."""

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    Answer,
    Node,
    Profile,
    Resource,
    Severity,
    Template,
    Verdicts,
    all_of,
    any_in,
    any_of,
    equals,
    matches,
    require,
    rule,
)

_SOURCE = (
    "https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-guardrails-cw-metrics.html"
)
_EVENTS = ("UpdateGuardrail", "DeleteGuardrail")


@rule(
    "GRD25",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add an event rule for UpdateGuardrail and DeleteGuardrail and an alarm on interventions.",
    source=_SOURCE,
)
def guardrails_are_watched(template: Template) -> Verdicts:
    """Changes of guardrails and their interventions are watched.

    For changes an event rule or a metric filter counts, for interventions an alarm in the
    namespace AWS/Bedrock/Guardrails.
    """
    for guardrail in template.of_type("AWS::Bedrock::Guardrail")[:1]:
        changes = all_of(_watched(template, event) for event in _EVENTS)
        yield from require(changes, guardrail, "nothing watches for changes of the guardrail")
        alarms = any_of(_on_guardrails(each) for each in template.of_type("AWS::CloudWatch::Alarm"))
        yield from require(alarms, guardrail, "no alarm is on the guardrail's interventions")


def _watched(template: Template, event: str) -> Answer:
    rules = (_matches_event(each, event) for each in template.of_type("AWS::Events::Rule"))
    filters = (
        matches(each["FilterPattern"], f"*{event}*")
        for each in template.of_type("AWS::Logs::MetricFilter")
    )
    return any_of((*rules, *filters))


def _matches_event(event_rule: Resource, event: str) -> Answer:
    pattern = event_rule["EventPattern"].parsed()
    names = pattern["detail"]["eventName"]
    if names.missing:
        named = any_in(pattern["source"], "aws.bedrock")
    else:
        named = any_of(_names(each, event) for each in names)
    return named & ~equals(event_rule["State"], "DISABLED")


def _names(node: Node, event: str) -> Answer:
    """Whether a member of eventName matches: a name, a prefix or a wildcard."""
    if not isinstance(node.value, dict):
        return equals(node, event)
    for operator, operand in node.items():
        if operator in ("prefix", "wildcard") and isinstance(operand.text, str):
            pattern = operand.text + ("*" if operator == "prefix" else "")
            return matches(Node(event, node.path, node.template), pattern)
        return UNKNOWN
    return NO


def _on_guardrails(alarm: Resource) -> Answer:
    metrics = [alarm.properties, *(each["MetricStat"]["Metric"] for each in alarm["Metrics"])]
    return any_of(
        equals(each["Namespace"], "AWS/Bedrock/Guardrails")
        & equals(each["MetricName"], "InvocationsIntervened")
        for each in metrics
    )
