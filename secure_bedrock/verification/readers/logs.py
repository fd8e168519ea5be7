"""Amazon CloudWatch Logs."""

from collections.abc import Mapping

from secure_bedrock.verification.aws import Aws, optional
from secure_bedrock.verification.readers._shaping import capitalized, pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader
from secure_bedrock.verification.values import Json


@reader("AWS::Logs::LogGroup", implied={"LogGroupClass": "STANDARD"})
def read_log_group(aws: Aws, group: Deployed) -> Reading:
    """Key, retention, class and data protection of a log group."""
    logs = aws.client("logs")
    candidates = aws.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=group.id)
    found = next((each for each in candidates if each["logGroupName"] == group.id), None)
    if found is None:
        raise GoneError
    arn = found["arn"].removesuffix(":*")
    protection = optional(logs.get_data_protection_policy, logGroupIdentifier=group.id) or {}
    return Reading(
        properties={
            "KmsKeyId": found.get("kmsKeyId"),
            "RetentionInDays": found.get("retentionInDays"),
            "LogGroupClass": found.get("logGroupClass", "STANDARD"),
            "DataProtectionPolicy": protection.get("policyDocument"),
        },
        if_claimed={
            "LogGroupName": group.id,
            "Tags": tag_list(logs.list_tags_for_resource(resourceArn=arn)["tags"]),
            **pick(found, DeletionProtectionEnabled="deletionProtectionEnabled"),
        },
        attributes={"Arn": f"{arn}:*"},
    )


@reader("AWS::Logs::MetricFilter")
def read_metric_filter(aws: Aws, wanted: Deployed) -> Reading:
    """Pattern and metrics of a metric filter."""
    candidates = aws.pages(
        "logs",
        "describe_metric_filters",
        "metricFilters",
        logGroupName=str(wanted.claim["LogGroupName"]),
    )
    found = next((each for each in candidates if each["filterName"] == wanted.id), None)
    if found is None:
        raise GoneError
    return Reading(
        properties={
            "FilterPattern": found["filterPattern"],
            "LogGroupName": wanted.claim["LogGroupName"],
            "MetricTransformations": [_metric(each) for each in found["metricTransformations"]],
        },
        if_claimed={"FilterName": found["filterName"]},
    )


def _metric(transformation: Mapping[str, Json]) -> dict[str, Json]:
    dimensions = transformation.get("dimensions", {})
    shaped = dict(capitalized({k: v for k, v in transformation.items() if k != "dimensions"}))
    if dimensions:
        shaped["Dimensions"] = [{"Key": key, "Value": value} for key, value in dimensions.items()]
    return shaped
