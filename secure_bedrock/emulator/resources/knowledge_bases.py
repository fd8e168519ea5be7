"""Knowledge bases of Amazon Bedrock, their vectors, schedules and log delivery."""

from secure_bedrock.emulator.resources.declaration import (
    ResourceType,
    call,
    get,
    put,
)

_LOG_SOURCE_OF = {"name": "$Name", "resourceArn": "$ResourceArn", "logType": "$LogType"}
_BASE = {"knowledgeBaseId": "$id"}
_SOURCE = {"knowledgeBaseId": "$id.0", "dataSourceId": "$id.1"}
_SCHEDULE = {"Name": "$id.1", "GroupName": "$id.0"}

_VECTORS = ResourceType(
    name="AWS::S3Vectors::VectorBucket",
    service="s3vectors",
    name_property="VectorBucketName",
    lowercase=True,
    create=put("create_vector_bucket", vectorBucketName="$name"),
    id="arn:${partition}:s3vectors:${region}:${account}:bucket/${name}",
    delete=call("delete_vector_bucket", vectorBucketArn="$id"),
    reads=(get("get_vector_bucket", "vectorBucket", vectorBucketArn="$id"),),
    attributes={"VectorBucketArn": "$id"},
    note="The key encrypts nothing.",
)

_INDEX = ResourceType(
    name="AWS::S3Vectors::Index",
    service="s3vectors",
    name_property="IndexName",
    lowercase=True,
    create=put("create_index", indexName="$name"),
    id="${VectorBucketArn}/index/${name}",
    delete=call("delete_index", indexArn="$id"),
    reads=(get("get_index", "index", indexArn="$id"),),
    unread=frozenset({"metadataConfiguration", "vectorBucketArn"}),
    attributes={"IndexArn": "$id"},
    note="Keys of metadata are taken and not read back.",
)

_KNOWLEDGE_BASE = ResourceType(
    name="AWS::Bedrock::KnowledgeBase",
    service="bedrock-agent",
    create=put("create_knowledge_base"),
    id="$created.knowledgeBase.knowledgeBaseId",
    update=put("update_knowledge_base", **_BASE),
    delete=call("delete_knowledge_base", **_BASE),
    reads=(get("get_knowledge_base", "knowledgeBase", **_BASE),),
    attributes={"KnowledgeBaseId": "$id", "KnowledgeBaseArn": "$read.knowledgeBaseArn"},
    note="Kept as state: nothing is retrieved. No tags.",
)

_DATA_SOURCE = ResourceType(
    name="AWS::Bedrock::DataSource",
    service="bedrock-agent",
    create=put("create_data_source"),
    id="${KnowledgeBaseId}|${created.dataSource.dataSourceId}",
    update=put("update_data_source", **_SOURCE),
    delete=call("delete_data_source", **_SOURCE),
    reads=(get("get_data_source", "dataSource", **_SOURCE),),
    attributes={"DataSourceId": "$id.1"},
    note="Kept as state: nothing is ingested.",
)

_GROUP = ResourceType(
    name="AWS::Scheduler::ScheduleGroup",
    service="scheduler",
    name_property="Name",
    create=call("create_schedule_group", Name="$name"),
    id="$name",
    delete=call("delete_schedule_group", Name="$id"),
    reads=(get("get_schedule_group", "@", Name="$id"),),
    attributes={"Arn": "$read.Arn"},
)

_SCHEDULED = ResourceType(
    name="AWS::Scheduler::Schedule",
    service="scheduler",
    name_property="Name",
    create=put("create_schedule", Name="$name"),
    id="${GroupName}|${name}",
    ref="$id.1",
    update=put("update_schedule", **_SCHEDULE),
    delete=call("delete_schedule", **_SCHEDULE),
    reads=(get("get_schedule", "@", **_SCHEDULE),),
    attributes={"Arn": "$read.Arn"},
    note="Kept as state: nothing is started.",
)

_LOG_SOURCE = ResourceType(
    name="AWS::Logs::DeliverySource",
    service="logs",
    create=call("put_delivery_source", **_LOG_SOURCE_OF),
    id="$Name",
    update=call("put_delivery_source", **_LOG_SOURCE_OF),
    delete=call("delete_delivery_source", name="$id"),
    exists=get("get_delivery_source", "deliverySource", name="$Name"),
    reads=(get("get_delivery_source", "deliverySource", name="$id"),),
    read_as={"resourceArn": "resourceArns[0]"},
    note="Kept as state: nothing is delivered.",
)

_LOG_DESTINATION = ResourceType(
    name="AWS::Logs::DeliveryDestination",
    service="logs",
    create=call(
        "put_delivery_destination",
        name="$Name",
        outputFormat="$OutputFormat",
        deliveryDestinationConfiguration={"destinationResourceArn": "$DestinationResourceArn"},
    ),
    id="$Name",
    delete=call("delete_delivery_destination", name="$id"),
    exists=get("get_delivery_destination", "deliveryDestination", name="$Name"),
    reads=(get("get_delivery_destination", "deliveryDestination", name="$id"),),
    attributes={"Arn": "$read.arn"},
    note="Kept as state: nothing is delivered.",
)

_LOG_DELIVERY = ResourceType(
    name="AWS::Logs::Delivery",
    service="logs",
    create=call(
        "create_delivery",
        deliverySourceName="$DeliverySourceName",
        deliveryDestinationArn="$DeliveryDestinationArn",
    ),
    id="$created.delivery.id",
    delete=call("delete_delivery", id="$id"),
    reads=(get("get_delivery", "delivery", id="$id"),),
    note="Kept as state: nothing is delivered.",
)

TYPES = (
    _VECTORS,
    _INDEX,
    _KNOWLEDGE_BASE,
    _DATA_SOURCE,
    _GROUP,
    _SCHEDULED,
    _LOG_SOURCE,
    _LOG_DESTINATION,
    _LOG_DELIVERY,
)
