"""Amazon CloudWatch."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader

_COMPARED = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
    "Unit",
)


@reader("AWS::CloudWatch::Alarm", implied={"ActionsEnabled": True, "TreatMissingData": "missing"})
def read_alarm(aws: Aws, alarm: Deployed) -> Reading:
    """What an alarm watches, and whom it tells."""
    found = aws.client("cloudwatch").describe_alarms(AlarmNames=[alarm.id])["MetricAlarms"]
    if not found:
        raise GoneError
    arn = found[0]["AlarmArn"]
    return Reading(
        properties={"TreatMissingData": "missing", **pick(found[0], *_COMPARED)},
        if_claimed={"AlarmName": alarm.id, "Tags": _tags(aws, arn)},
        attributes={"Arn": arn},
    )


@reader("AWS::CloudWatch::CompositeAlarm", implied={"ActionsEnabled": True})
def read_composite_alarm(aws: Aws, alarm: Deployed) -> Reading:
    """The rule of an alarm over alarms, and whom it tells."""
    found = aws.client("cloudwatch").describe_alarms(
        AlarmNames=[alarm.id], AlarmTypes=["CompositeAlarm"]
    )["CompositeAlarms"]
    if not found:
        raise GoneError
    arn = found[0]["AlarmArn"]
    return Reading(
        properties=pick(found[0], *_COMPARED, "AlarmRule"),
        if_claimed={"AlarmName": alarm.id, "Tags": _tags(aws, arn)},
        attributes={"Arn": arn},
    )


@reader("AWS::CloudWatch::Dashboard")
def read_dashboard(aws: Aws, dashboard: Deployed) -> Reading:
    """What a dashboard shows."""
    found = aws.client("cloudwatch").get_dashboard(DashboardName=dashboard.id)
    return Reading(
        properties={"DashboardBody": found["DashboardBody"]},
        if_claimed={"DashboardName": found["DashboardName"]},
    )


def _tags(aws: Aws, arn: str) -> list[dict[str, str]]:
    return tag_list(aws.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"])
