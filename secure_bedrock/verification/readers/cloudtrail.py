"""AWS CloudTrail."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list, without
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader

_NO_NAME = {"Name": ""}


@reader(
    "AWS::CloudTrail::Trail",
    implied={
        "EnableLogFileValidation": False,
        "IncludeGlobalServiceEvents": False,
        "IsMultiRegionTrail": False,
        "IsOrganizationTrail": False,
    },
)
def read_trail(aws: Aws, trail: Deployed) -> Reading:
    """Key, destinations, selectors of a trail, and that it logs."""
    cloudtrail = aws.client("cloudtrail")
    found = cloudtrail.describe_trails(trailNameList=[trail.id])["trailList"]
    if not found:
        raise GoneError
    (one,) = found
    arn = one["TrailARN"]
    selectors = cloudtrail.get_event_selectors(TrailName=arn)
    tags = cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    claimed = trail.claim.get("AdvancedEventSelectors", [])
    advanced = selectors.get("AdvancedEventSelectors", [])
    return Reading(
        properties={
            "EnableLogFileValidation": one.get("LogFileValidationEnabled", False),
            "IsLogging": cloudtrail.get_trail_status(Name=arn)["IsLogging"],
            "KMSKeyId": one.get("KmsKeyId"),
            **pick(one, "IsMultiRegionTrail", "IsOrganizationTrail", "S3BucketName"),
            **pick(
                one,
                "CloudWatchLogsLogGroupArn",
                "CloudWatchLogsRoleArn",
                "IncludeGlobalServiceEvents",
                "S3KeyPrefix",
            ),
            "AdvancedEventSelectors": without(advanced, _NO_NAME),
        },
        if_claimed={
            "TrailName": one["Name"],
            "EventSelectors": selectors.get("EventSelectors", []),
            "Tags": tag_list(tags[0]["TagsList"] if tags else []),
            **pick(one, SnsTopicName="SnsTopicName"),
        },
        attributes={"Arn": arn},
        claim={"AdvancedEventSelectors": without(claimed, _NO_NAME)},
    )
