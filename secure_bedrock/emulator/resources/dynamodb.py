"""Amazon DynamoDB."""

from secure_bedrock.emulator.resources.declaration import (
    Part,
    ResourceType,
    Tagging,
    call,
    get,
    put,
)

_ARN = "arn:${partition}:dynamodb:${region}:${account}:table/${id}"

_TABLE = ResourceType(
    name="AWS::DynamoDB::Table",
    service="dynamodb",
    name_property="TableName",
    name_length=255,
    exists=get("describe_table", "Table", TableName="$name"),
    create=put(
        "create_table",
        TableName="$name",
        SSESpecification={
            "Enabled": "$SSESpecification.SSEEnabled",
            "SSEType": "$SSESpecification.SSEType",
            "KMSMasterKeyId": "$SSESpecification.KMSMasterKeyId",
        },
    ),
    id="$name",
    delete=call("delete_table", TableName="$id"),
    parts=(
        Part(
            property="PointInTimeRecoverySpecification",
            set=call(
                "update_continuous_backups",
                TableName="$id",
                PointInTimeRecoverySpecification="$PointInTimeRecoverySpecification",
            ),
            clear=call(
                "update_continuous_backups",
                TableName="$id",
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
            ),
            read=get(
                "describe_continuous_backups",
                "{PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled:"
                " ContinuousBackupsDescription.PointInTimeRecoveryDescription"
                ".PointInTimeRecoveryStatus=='ENABLED'}}",
                TableName="$id",
            ),
        ),
        Part(
            property="TimeToLiveSpecification",
            set=call(
                "update_time_to_live",
                TableName="$id",
                TimeToLiveSpecification="$TimeToLiveSpecification",
            ),
            read=get(
                "describe_time_to_live",
                "{TimeToLiveSpecification: {AttributeName: TimeToLiveDescription.AttributeName,"
                " Enabled: TimeToLiveDescription.TimeToLiveStatus=='ENABLED'}}",
                TableName="$id",
            ),
        ),
    ),
    reads=(get("describe_table", "Table", TableName="$id"),),
    read_as={
        "BillingMode": "BillingModeSummary.BillingMode",
        "SSESpecification": (
            "{Enabled: SSEDescription.Status=='ENABLED', SSEType: SSEDescription.SSEType,"
            " KMSMasterKeyId: SSEDescription.KMSMasterKeyArn}"
        ),
    },
    attributes={"Arn": "$read.TableArn"},
    tagging=Tagging(
        set=call("tag_resource", ResourceArn=_ARN, Tags="$Tags"),
        clear=call("untag_resource", ResourceArn=_ARN, TagKeys="$keys"),
        read=get("list_tags_of_resource", "@", ResourceArn=_ARN),
    ),
    note="Items whose time to live is over stay; the key encrypts nothing.",
)

TYPES = (_TABLE,)
"""What there is of Amazon DynamoDB."""
