"""Amazon CloudWatch."""

from secure_bedrock.emulator.resources.declaration import ResourceType, call, get, put
from secure_bedrock.emulator.resources.tagging import arn_tagging

_ALARM_ARN = "arn:${partition}:cloudwatch:${region}:${account}:alarm:${id}"

TYPES = (
    ResourceType(
        name="AWS::CloudWatch::Alarm",
        service="cloudwatch",
        name_property="AlarmName",
        name_length=255,
        exists=get("describe_alarms", "MetricAlarms[0]", AlarmNames=["$name"]),
        create=put("put_metric_alarm", AlarmName="$name"),
        id="$name",
        update=put("put_metric_alarm", AlarmName="$id"),
        delete=call("delete_alarms", AlarmNames=["$id"]),
        reads=(get("describe_alarms", "MetricAlarms[0]", AlarmNames=["$id"]),),
        attributes={"Arn": "$read.AlarmArn"},
        tagging=arn_tagging("ResourceARN", _ALARM_ARN),
        note="Kept as state: not evaluated.",
    ),
    ResourceType(
        name="AWS::CloudWatch::CompositeAlarm",
        service="cloudwatch",
        name_property="AlarmName",
        name_length=255,
        exists=get(
            "describe_alarms",
            "CompositeAlarms[0]",
            AlarmNames=["$name"],
            AlarmTypes=["CompositeAlarm"],
        ),
        create=put("put_composite_alarm", AlarmName="$name"),
        id="$name",
        update=put("put_composite_alarm", AlarmName="$id"),
        delete=call("delete_alarms", AlarmNames=["$id"]),
        reads=(
            get(
                "describe_alarms",
                "CompositeAlarms[0]",
                AlarmNames=["$id"],
                AlarmTypes=["CompositeAlarm"],
            ),
        ),
        attributes={"Arn": "$read.AlarmArn"},
        note="Kept as state: not evaluated.",
    ),
    ResourceType(
        name="AWS::CloudWatch::Dashboard",
        service="cloudwatch",
        name_property="DashboardName",
        name_length=255,
        exists=get("get_dashboard", "@", DashboardName="$name"),
        create=put("put_dashboard", DashboardName="$name"),
        id="$name",
        update=put("put_dashboard", DashboardName="$id"),
        delete=call("delete_dashboards", DashboardNames=["$id"]),
        reads=(get("get_dashboard", "@", DashboardName="$id"),),
    ),
    ResourceType(
        name="AWS::CloudWatch::AnomalyDetector",
        service="cloudwatch",
        create=put("put_anomaly_detector"),
        id="$generated_name",
        update=put("put_anomaly_detector"),
        delete=call(
            "delete_anomaly_detector",
            Namespace="$Namespace",
            MetricName="$MetricName",
            Stat="$Stat",
            Dimensions="$Dimensions",
        ),
        reads=(
            get(
                "describe_anomaly_detectors",
                "AnomalyDetectors[?Stat=='${Stat}'] | [0]",
                Namespace="$Namespace",
                MetricName="$MetricName",
                Dimensions="$Dimensions",
            ),
        ),
        attributes={"Id": "$id"},
        note="Kept as state. Detectors of one metric; no metric maths.",
    ),
)
