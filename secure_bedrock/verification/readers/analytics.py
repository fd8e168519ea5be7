"""AWS Glue and Amazon Athena."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader
from secure_bedrock.verification.values import Json

_TABLE = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
_EFFECTIVE = "EffectiveEngineVersion"


@reader("AWS::Glue::Database")
def read_database(aws: Aws, database: Deployed) -> Reading:
    """Name and description of a database."""
    given = pick(database.claim, "CatalogId")
    found = aws.client("glue").get_database(Name=database.id, **given)["Database"]
    return Reading(
        properties={"DatabaseInput": pick(found, *database.claim["DatabaseInput"])},
        if_claimed=pick(found, "CatalogId"),
    )


@reader("AWS::Glue::Table")
def read_table(aws: Aws, table: Deployed) -> Reading:
    """Columns, partitions, place and format of a table."""
    given = pick(table.claim, "CatalogId", "DatabaseName")
    name = table.claim["TableInput"]["Name"]
    found = aws.client("glue").get_table(Name=name, **given)["Table"]
    return Reading(
        properties={"DatabaseName": found["DatabaseName"], "TableInput": pick(found, *_TABLE)},
        if_claimed=pick(found, "CatalogId"),
    )


@reader("AWS::Athena::WorkGroup", implied={"State": "ENABLED"}, skip=["RecursiveDeleteOption"])
def read_workgroup(aws: Aws, group: Deployed) -> Reading:
    """Limit, encryption and place of results, and that nobody overrides them."""
    athena = aws.client("athena")
    found = _of_athena(athena.get_work_group, WorkGroup=group.id)["WorkGroup"]
    read = found["Configuration"]
    claimed = group.claim.get("WorkGroupConfiguration", {})
    configuration = pick(read, *claimed)
    if "EngineVersion" in configuration:
        engine = configuration["EngineVersion"].items()
        configuration["EngineVersion"] = {k: v for k, v in engine if k != _EFFECTIVE}
    return Reading(
        properties={
            "State": found.get("State", "ENABLED"),
            "WorkGroupConfiguration": configuration,
            **pick(found, "Description"),
        },
        if_claimed={
            "Name": found["Name"],
            **_tags(aws, group),
        },
    )


@reader("AWS::Athena::NamedQuery")
def read_named_query(aws: Aws, query: Deployed) -> Reading:
    """A saved query."""
    get = aws.client("athena").get_named_query
    found = _of_athena(get, NamedQueryId=query.id)["NamedQuery"]
    return Reading(
        properties=pick(found, "Name", "Description", "Database", "QueryString", "WorkGroup"),
        attributes={"NamedQueryId": query.id},
    )


def _tags(aws: Aws, group: Deployed) -> dict[str, Json]:
    if "Tags" not in group.claim:
        return {}
    arn = f"arn:{aws.partition}:athena:{aws.region}:{aws.account}:workgroup/{group.id}"
    found = aws.client("athena").list_tags_for_resource(ResourceARN=arn)
    return {"Tags": tag_list(found["Tags"])}


def _of_athena(get: Callable[..., Any], **arguments: str) -> Any:  # noqa: ANN401 - an answer of boto3
    """What is asked for; Athena has no error of its own for what is not there."""
    try:
        return get(**arguments)
    except ClientError as error:
        if "not found" in error.response["Error"]["Message"]:
            raise GoneError from None
        raise
