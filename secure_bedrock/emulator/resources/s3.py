"""Amazon S3."""

from secure_bedrock.emulator.resources.declaration import (
    Default,
    Each,
    Part,
    ResourceType,
    Tagging,
    call,
    get,
)

_LIFECYCLE = {
    "ID": "$item.Id",
    "Status": "$item.Status",
    "Filter": {"Prefix": Default("$item.Prefix", "")},
    "Expiration": {
        "Days": "$item.ExpirationInDays",
        "ExpiredObjectDeleteMarker": "$item.ExpiredObjectDeleteMarker",
    },
    "NoncurrentVersionExpiration": "$item.NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload": {
        "DaysAfterInitiation": "$item.AbortIncompleteMultipartUpload.DaysAfterInitiation"
    },
    "Transitions": Each(
        "$item.Transitions",
        {"Days": "$item.TransitionInDays", "StorageClass": "$item.StorageClass"},
    ),
    "NoncurrentVersionTransitions": Each(
        "$item.NoncurrentVersionTransitions",
        {"NoncurrentDays": "$item.TransitionInDays", "StorageClass": "$item.StorageClass"},
    ),
}

_PARTS = (
    Part(
        property="BucketEncryption",
        set=call(
            "put_bucket_encryption",
            Bucket="$id",
            ServerSideEncryptionConfiguration={
                "Rules": Each(
                    "$BucketEncryption.ServerSideEncryptionConfiguration",
                    {
                        "ApplyServerSideEncryptionByDefault": "$item.ServerSideEncryptionByDefault",
                        "BucketKeyEnabled": "$item.BucketKeyEnabled",
                    },
                )
            },
        ),
        clear=call("delete_bucket_encryption", Bucket="$id"),
        read=get("get_bucket_encryption", "@", Bucket="$id"),
    ),
    Part(
        property="PublicAccessBlockConfiguration",
        set=call(
            "put_public_access_block",
            Bucket="$id",
            PublicAccessBlockConfiguration="$PublicAccessBlockConfiguration",
        ),
        clear=call("delete_public_access_block", Bucket="$id"),
        read=get("get_public_access_block", "@", Bucket="$id"),
    ),
    Part(
        property="VersioningConfiguration",
        set=call(
            "put_bucket_versioning",
            Bucket="$id",
            VersioningConfiguration="$VersioningConfiguration",
        ),
        clear=call(
            "put_bucket_versioning", Bucket="$id", VersioningConfiguration={"Status": "Suspended"}
        ),
        read=get("get_bucket_versioning", "{VersioningConfiguration: @}", Bucket="$id"),
    ),
    Part(
        property="OwnershipControls",
        set=call(
            "put_bucket_ownership_controls", Bucket="$id", OwnershipControls="$OwnershipControls"
        ),
        clear=call("delete_bucket_ownership_controls", Bucket="$id"),
        read=get("get_bucket_ownership_controls", "@", Bucket="$id"),
    ),
    Part(
        property="LifecycleConfiguration",
        set=call(
            "put_bucket_lifecycle_configuration",
            Bucket="$id",
            LifecycleConfiguration={"Rules": Each("$LifecycleConfiguration.Rules", _LIFECYCLE)},
        ),
        clear=call("delete_bucket_lifecycle", Bucket="$id"),
        read=get("get_bucket_lifecycle_configuration", "{LifecycleConfiguration: @}", Bucket="$id"),
    ),
    Part(
        property="ObjectLockConfiguration",
        set=call(
            "put_object_lock_configuration",
            Bucket="$id",
            ObjectLockConfiguration="$ObjectLockConfiguration",
        ),
        read=get("get_object_lock_configuration", "@", Bucket="$id"),
    ),
    Part(
        property="AccessControl",
        only="Private",
        set=call("put_bucket_acl", Bucket="$id", ACL="private"),
    ),
    Part(
        property="NotificationConfiguration",
        only={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        set=call(
            "put_bucket_notification_configuration",
            Bucket="$id",
            NotificationConfiguration={"EventBridgeConfiguration": {}},
        ),
        clear=call(
            "put_bucket_notification_configuration", Bucket="$id", NotificationConfiguration={}
        ),
        read=get(
            "get_bucket_notification_configuration", "{NotificationConfiguration: @}", Bucket="$id"
        ),
    ),
    Part(
        property="LoggingConfiguration",
        set=call(
            "put_bucket_logging",
            Bucket="$id",
            BucketLoggingStatus={
                "LoggingEnabled": {
                    "TargetBucket": Default("$LoggingConfiguration.DestinationBucketName", "$id"),
                    "TargetPrefix": Default("$LoggingConfiguration.LogFilePrefix", ""),
                }
            },
        ),
        clear=call("put_bucket_logging", Bucket="$id", BucketLoggingStatus={}),
        read=get("get_bucket_logging", "{BucketLoggingStatus: @}", Bucket="$id"),
    ),
)

TYPES = (
    ResourceType(
        name="AWS::S3::Bucket",
        service="s3",
        name_property="BucketName",
        lowercase=True,
        exists=get("head_bucket", "@", Bucket="$name"),
        create=call(
            "create_bucket",
            Bucket="$name",
            CreateBucketConfiguration={"LocationConstraint": "$location"},
            ObjectLockEnabledForBucket="$ObjectLockEnabled",
        ),
        id="$name",
        delete=call("delete_bucket", Bucket="$id"),
        parts=_PARTS,
        reads=(get("get_bucket_location", "@", Bucket="$id"),),
        read_as={"CreateBucketConfiguration": "@", "ObjectLockEnabledForBucket": "@"},
        unread=frozenset({"ObjectLockEnabledForBucket"}),
        attributes={
            "Arn": "arn:${partition}:s3:::${id}",
            "DomainName": "${id}.s3.${suffix}",
            "RegionalDomainName": "${id}.s3.${region}.${suffix}",
        },
        tagging=Tagging(
            set=call("put_bucket_tagging", Bucket="$id", Tagging={"TagSet": "$Tags"}),
            clear=call("delete_bucket_tagging", Bucket="$id"),
            read=get("get_bucket_tagging", "{Tagging: @}", Bucket="$id"),
        ),
        note="A bucket that is not empty is not deleted.",
    ),
    ResourceType(
        name="AWS::S3::BucketPolicy",
        service="s3",
        exists=get("get_bucket_policy", "@", Bucket="$Bucket"),
        create=call("put_bucket_policy", Bucket="$Bucket", Policy="$PolicyDocument"),
        id="$Bucket",
        update=call("put_bucket_policy", Bucket="$Bucket", Policy="$PolicyDocument"),
        delete=call("delete_bucket_policy", Bucket="$id"),
        reads=(get("get_bucket_policy", "@", Bucket="$id"),),
        unread=frozenset({"Bucket"}),
        note="Kept and read back; its conditions are not enforced.",
    ),
)
