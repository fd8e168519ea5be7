"""AWS Lambda."""

from secure_bedrock.emulator.resources.declaration import (
    Part,
    ResourceType,
    Tagging,
    call,
    get,
    patch,
)

_ARN = "arn:${partition}:lambda:${region}:${account}:function:${id}"

_FUNCTION = ResourceType(
    name="AWS::Lambda::Function",
    service="lambda",
    name_property="FunctionName",
    name_length=64,
    create=patch("create_function", FunctionName="$name", Code="$Code"),
    id="$name",
    update=patch("update_function_configuration", FunctionName="$id"),
    delete=call("delete_function", FunctionName="$id"),
    parts=(
        Part(
            property="Code",
            created=True,
            set=call(
                "update_function_code",
                FunctionName="$id",
                S3Bucket="$Code.S3Bucket",
                S3Key="$Code.S3Key",
                S3ObjectVersion="$Code.S3ObjectVersion",
            ),
        ),
        Part(
            property="ReservedConcurrentExecutions",
            set=call(
                "put_function_concurrency",
                FunctionName="$id",
                ReservedConcurrentExecutions="$ReservedConcurrentExecutions",
            ),
            clear=call("delete_function_concurrency", FunctionName="$id"),
            read=get("get_function_concurrency", "@", FunctionName="$id"),
        ),
    ),
    reads=(get("get_function_configuration", "@", FunctionName="$id"),),
    unread=frozenset({"Code"}),
    renames={"KmsKeyArn": "KMSKeyArn"},
    attributes={"Arn": "$read.FunctionArn"},
    tagging=Tagging(
        set=call("tag_resource", Resource=_ARN, Tags="$Tags"),
        clear=call("untag_resource", Resource=_ARN, TagKeys="$keys"),
        read=get("list_tags", "@", Resource=_ARN),
    ),
    note="Code from an S3 asset. Only Python runtimes run, with the Python that runs the emulator.",
)

_PERMISSION = ResourceType(
    name="AWS::Lambda::Permission",
    service="lambda",
    create=call(
        "add_permission",
        FunctionName="$FunctionName",
        StatementId="$generated_name",
        Action="$Action",
        Principal="$Principal",
        SourceArn="$SourceArn",
        SourceAccount="$SourceAccount",
        PrincipalOrgID="$PrincipalOrgID",
        EventSourceToken="$EventSourceToken",
    ),
    id="$generated_name",
    delete=call("remove_permission", FunctionName="$FunctionName", StatementId="$id"),
    reads=(get("get_policy", "@", FunctionName="$FunctionName"),),
    unread=frozenset(
        {"FunctionName", "StatementId", "Action", "Principal", "SourceArn", "SourceAccount"}
    ),
    attributes={"Id": "$id"},
    note="Kept, not enforced.",
)

TYPES = (_FUNCTION, _PERMISSION)
