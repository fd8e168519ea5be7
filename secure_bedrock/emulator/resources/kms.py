"""AWS Key Management Service."""

from secure_bedrock.emulator.resources.declaration import (
    Part,
    ResourceType,
    Tagging,
    call,
    get,
    put,
)

_KEY = ResourceType(
    name="AWS::KMS::Key",
    service="kms",
    create=put("create_key", Policy="$KeyPolicy", Description="$Description"),
    id="$created.KeyMetadata.KeyId",
    delete=call("schedule_key_deletion", KeyId="$id", PendingWindowInDays="$PendingWindowInDays"),
    parts=(
        Part(
            property="KeyPolicy",
            created=True,
            set=call("put_key_policy", KeyId="$id", PolicyName="default", Policy="$KeyPolicy"),
            read=get("get_key_policy", "@", KeyId="$id", PolicyName="default"),
        ),
        Part(
            property="Description",
            created=True,
            set=call("update_key_description", KeyId="$id", Description="$Description"),
            clear=call("update_key_description", KeyId="$id", Description=""),
            read=get("describe_key", "KeyMetadata", KeyId="$id"),
        ),
        Part(
            property="EnableKeyRotation",
            only=True,
            set=call(
                "enable_key_rotation", KeyId="$id", RotationPeriodInDays="$RotationPeriodInDays"
            ),
            clear=call("disable_key_rotation", KeyId="$id"),
            read=get("get_key_rotation_status", "KeyRotationEnabled && @", KeyId="$id"),
        ),
        Part(
            property="Enabled",
            only=False,
            set=call("disable_key", KeyId="$id"),
            clear=call("enable_key", KeyId="$id"),
        ),
    ),
    reads=(get("describe_key", "KeyMetadata", KeyId="$id"),),
    unread=frozenset({"Policy", "BypassPolicyLockoutSafetyCheck"}),
    tagging=Tagging(
        set=call("tag_resource", KeyId="$id", Tags="$Tags"),
        clear=call("untag_resource", KeyId="$id", TagKeys="$keys"),
        read=get("list_resource_tags", "@", KeyId="$id"),
    ),
    renames={"Key": "TagKey", "Value": "TagValue"},
    note="Deleting schedules the deletion, as in AWS. Key policies are kept, not enforced.",
)

_ALIAS = ResourceType(
    name="AWS::KMS::Alias",
    service="kms",
    create=put("create_alias"),
    id="$AliasName",
    update=put("update_alias"),
    delete=call("delete_alias", AliasName="$id"),
    reads=(get("list_aliases", "Aliases[?AliasName=='${id}'] | [0]", KeyId="$TargetKeyId"),),
    unread=frozenset({"TargetKeyId"}),  # read by it
)

TYPES = (_KEY, _ALIAS)
