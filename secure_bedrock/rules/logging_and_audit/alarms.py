"""Whether somebody notices what happens in Bedrock."""

from secure_bedrock.rules._kit import (
    Answer,
    Profile,
    Resource,
    Severity,
    Template,
    Verdicts,
    any_of,
    matches,
    none_of,
    require,
    rule,
)
from secure_bedrock.rules.logging_and_audit._use import first_use

_ALARM = "AWS::CloudWatch::Alarm"


@rule(
    "LOG09",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add an alarm in the namespace AWS/Bedrock, such as on InvocationThrottles.",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html",
)
def models_have_alarms(template: Template) -> Verdicts:
    """Where models are used and alarms are made, one of them is about Bedrock."""
    alarms = template.of_type(_ALARM)
    use = first_use(template)
    if alarms and use is not None:
        silent = none_of(_about_bedrock(each) for each in alarms)
        yield from require(~silent, use, "no alarm of the template is about Bedrock")


def _about_bedrock(alarm: Resource) -> Answer:
    return any_of(
        (
            matches(alarm["Namespace"], "*Bedrock*"),
            *(
                matches(each["MetricStat"]["Metric"]["Namespace"], "*Bedrock*")
                for each in alarm["Metrics"]
            ),
            *(matches(each["Expression"], "*AWS/Bedrock*") for each in alarm["Metrics"]),
        )
    )
