"""AWS Glue tables, and workgroups and saved queries of Amazon Athena."""

from secure_bedrock.emulator.resources.declaration import (
    Default,
    ResourceType,
    Tagging,
    call,
    get,
)

_CATALOG = {"CatalogId": "$CatalogId"}
_TABLE = {"CatalogId": "$CatalogId", "DatabaseName": "$DatabaseName"}
_GROUP_ARN = "arn:${partition}:athena:${region}:${account}:workgroup/${id}"
_RESULTS = "$WorkGroupConfiguration.ResultConfiguration"

_DATABASE = ResourceType(
    name="AWS::Glue::Database",
    service="glue",
    name_property="DatabaseInput.Name",
    name_length=255,
    lowercase=True,
    exists=get("get_database", "Database", **_CATALOG, Name="$name"),
    create=call(
        "create_database",
        **_CATALOG,
        DatabaseInput={"Name": "$name", "Description": "$DatabaseInput.Description"},
    ),
    id="$name",
    update=call(
        "update_database",
        **_CATALOG,
        Name="$id",
        DatabaseInput={"Name": "$id", "Description": "$DatabaseInput.Description"},
    ),
    delete=call("delete_database", **_CATALOG, Name="$id"),
    reads=(get("get_database", "Database", **_CATALOG, Name="$id"),),
    read_as={"DatabaseInput": "{Name: Name, Description: Description}"},
    note="Kept as state: nothing is catalogued. Name and description only.",
)

_TABLES = ResourceType(
    name="AWS::Glue::Table",
    service="glue",
    create=call("create_table", **_TABLE, TableInput="$TableInput"),
    id="${DatabaseName}|${TableInput.Name}",
    ref="$id.1",
    update=call("update_table", **_TABLE, TableInput="$TableInput"),
    delete=call("delete_table", **_TABLE, Name="$id.1"),
    reads=(get("get_table", "Table", **_TABLE, Name="$id.1"),),
    read_as={"TableInput": "@"},
    note="Kept as state: there is no data behind it.",
)

_WORKGROUP = ResourceType(
    name="AWS::Athena::WorkGroup",
    service="athena",
    name_property="Name",
    name_length=128,
    exists=get("get_work_group", "WorkGroup", WorkGroup="$name"),
    create=call(
        "create_work_group",
        Name="$name",
        Description="$Description",
        Configuration="$WorkGroupConfiguration",
    ),
    id="$name",
    update=call(
        "update_work_group",
        WorkGroup="$id",
        Description="$Description",
        ConfigurationUpdates={
            "BytesScannedCutoffPerQuery": "$WorkGroupConfiguration.BytesScannedCutoffPerQuery",
            "EnforceWorkGroupConfiguration": (
                "$WorkGroupConfiguration.EnforceWorkGroupConfiguration"
            ),
            "EngineVersion": "$WorkGroupConfiguration.EngineVersion",
            "PublishCloudWatchMetricsEnabled": (
                "$WorkGroupConfiguration.PublishCloudWatchMetricsEnabled"
            ),
            "RequesterPaysEnabled": "$WorkGroupConfiguration.RequesterPaysEnabled",
            "ResultConfigurationUpdates": {
                "EncryptionConfiguration": f"{_RESULTS}.EncryptionConfiguration",
                "ExpectedBucketOwner": f"{_RESULTS}.ExpectedBucketOwner",
                "OutputLocation": f"{_RESULTS}.OutputLocation",
            },
        },
    ),
    delete=call(
        "delete_work_group",
        WorkGroup="$id",
        RecursiveDeleteOption=Default("$RecursiveDeleteOption", value=False),
    ),
    reads=(get("get_work_group", "WorkGroup", WorkGroup="$id"),),
    tagging=Tagging(
        set=call("tag_resource", ResourceARN=_GROUP_ARN, Tags="$Tags"),
        clear=call("untag_resource", ResourceARN=_GROUP_ARN, TagKeys="$keys"),
        read=get("list_tags_for_resource", "@", ResourceARN=_GROUP_ARN),
    ),
    note="Kept as state: no query runs.",
)

_QUERY = ResourceType(
    name="AWS::Athena::NamedQuery",
    service="athena",
    create=call(
        "create_named_query",
        Name="$Name",
        Description="$Description",
        Database="$Database",
        QueryString="$QueryString",
        WorkGroup="$WorkGroup",
    ),
    id="$created.NamedQueryId",
    delete=call("delete_named_query", NamedQueryId="$id"),
    reads=(get("get_named_query", "NamedQuery", NamedQueryId="$id"),),
    attributes={"NamedQueryId": "$id"},
    note="Kept as state: never run.",
)

TYPES = (_DATABASE, _TABLES, _WORKGROUP, _QUERY)
"""What there is for questions about logs."""
