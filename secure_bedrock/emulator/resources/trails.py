"""AWS CloudTrail."""

from secure_bedrock.emulator.resources.declaration import (
    Each,
    Part,
    ResourceType,
    Tagging,
    call,
    get,
    put,
)


def _selectors(property_name: str, operation: str, read: str, argument: str) -> Part:
    return Part(
        property=property_name,
        set=call(operation, TrailName="$id", **{argument: f"${property_name}"}),
        read=get(read, "@", TrailName="$id"),
    )


_TRAIL = ResourceType(
    name="AWS::CloudTrail::Trail",
    service="cloudtrail",
    name_property="TrailName",
    name_length=128,
    create=put("create_trail", Name="$name"),
    id="$name",
    update=put("update_trail", Name="$id"),
    delete=call("delete_trail", Name="$id"),
    parts=(
        Part(
            property="IsLogging",
            only=True,
            set=call("start_logging", Name="$id"),
            clear=call("stop_logging", Name="$id"),
        ),
        _selectors(
            "EventSelectors", "put_event_selectors", "get_event_selectors", "EventSelectors"
        ),
        _selectors(
            "AdvancedEventSelectors",
            "put_event_selectors",
            "get_event_selectors",
            "AdvancedEventSelectors",
        ),
        _selectors(
            "InsightSelectors", "put_insight_selectors", "get_insight_selectors", "InsightSelectors"
        ),
    ),
    reads=(get("describe_trails", "trailList[0]", trailNameList=["$id"]),),
    read_as={"EnableLogFileValidation": "LogFileValidationEnabled"},
    renames={
        "EnableLogFileValidation": "EnableLogFileValidation",
        "CloudWatchLogsLogGroupArn": "CloudWatchLogsLogGroupArn",
        "KMSKeyId": "KmsKeyId",
    },
    attributes={"Arn": "$read.TrailARN", "SnsTopicArn": "$read.SnsTopicARN"},
    tagging=Tagging(
        set=call(
            "add_tags",
            ResourceId="arn:${partition}:cloudtrail:${region}:${account}:trail/${id}",
            TagsList="$Tags",
        ),
        clear=call(
            "remove_tags",
            ResourceId="arn:${partition}:cloudtrail:${region}:${account}:trail/${id}",
            TagsList=Each("$keys", {"Key": "$item"}),
        ),
        read=get(
            "list_tags",
            "ResourceTagList[0]",
            ResourceIdList=["arn:${partition}:cloudtrail:${region}:${account}:trail/${id}"],
        ),
    ),
    note="Kept as state: nothing is recorded.",
)

TYPES = (_TRAIL,)
