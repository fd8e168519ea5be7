"""Amazon EventBridge."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick
from secure_bedrock.verification.reading import Deployed, Reading, reader


@reader("AWS::Events::Rule", implied={"State": "ENABLED", "EventBusName": "default"})
def read_rule(aws: Aws, rule: Deployed) -> Reading:
    """Pattern, state and targets of a rule."""
    events = aws.client("events")
    bus = {"EventBusName": rule.claim["EventBusName"]}
    name = rule.id.rsplit("|", 1)[-1]
    found = events.describe_rule(Name=name, **bus)
    targets = events.list_targets_by_rule(Rule=name, **bus)["Targets"]
    return Reading(
        properties={
            **pick(found, "Description", "EventPattern", "ScheduleExpression", "State"),
            "EventBusName": found.get("EventBusName", "default"),
            "Targets": targets,
        },
        if_claimed={"Name": found["Name"], **pick(found, "RoleArn")},
        attributes={"Arn": found["Arn"]},
    )
