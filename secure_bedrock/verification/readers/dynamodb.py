"""Amazon DynamoDB."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, Reading, reader


@reader(
    "AWS::DynamoDB::Table",
    implied={"BillingMode": "PROVISIONED", "DeletionProtectionEnabled": False},
)
def read_table(aws: Aws, table: Deployed) -> Reading:
    """Key, encryption, recovery, time to live and schema of a table."""
    dynamodb = aws.client("dynamodb")
    found = dynamodb.describe_table(TableName=table.id)["Table"]
    encryption = found.get("SSEDescription", {})
    backups = dynamodb.describe_continuous_backups(TableName=table.id)
    recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    ends = dynamodb.describe_time_to_live(TableName=table.id)["TimeToLiveDescription"]
    tags = dynamodb.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"]
    return Reading(
        properties={
            **pick(found, "AttributeDefinitions", "KeySchema"),
            "BillingMode": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            "DeletionProtectionEnabled": found.get("DeletionProtectionEnabled", False),
            "SSESpecification": {
                "SSEEnabled": encryption.get("Status") == "ENABLED",
                **pick(encryption, "SSEType", KMSMasterKeyId="KMSMasterKeyArn"),
            },
            "PointInTimeRecoverySpecification": {
                "PointInTimeRecoveryEnabled": recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
            },
        },
        if_claimed={
            "TableName": table.id,
            "TimeToLiveSpecification": {
                "Enabled": ends["TimeToLiveStatus"] == "ENABLED",
                **pick(ends, "AttributeName"),
            },
            "Tags": tag_list(tags),
        },
        attributes={"Arn": found["TableArn"]},
    )
