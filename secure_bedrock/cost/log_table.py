"""The table of invocation logs, whose partitions are known without looking."""

from aws_cdk import Names
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.usage.athena_sql import LINE

_TEXT = "org.apache.hadoop.mapred.TextInputFormat"
_NO_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_NEVER_IN_JSON = "\x01"
_LONGEST_NAME = 120


class LogTable(Construct):
    """A database with one table: a line of text for every record, by Region and day.

    Lines are no typed columns on purpose: a record of another schema, or half a record, would end
    the query or come out as nothing. As text it can be counted.

    Args:
        scope: Parent construct.
        id: Construct id.
        bucket: Where Amazon Bedrock delivers.
        prefix: The delivery's key prefix, empty or ending with a slash.
        first_day: First day of the projected partitions, as YYYY-MM-DD.
    """

    def __init__(
        self, scope: Construct, id: str, *, bucket: s3.IBucket, prefix: str, first_day: str
    ) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        self.database_name = Names.unique_resource_name(
            self, max_length=_LONGEST_NAME, separator="_"
        ).lower()
        self.table_name = "invocations"
        logs = (
            f"s3://{bucket.bucket_name}/{prefix}AWSLogs/{place.account}/BedrockModelInvocationLogs/"
        )
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=place.account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database_name, description="Amazon Bedrock model invocation logs"
            ),
        )
        table = glue.CfnTable(
            self,
            "Table",
            catalog_id=place.account,
            database_name=self.database_name,
            table_input=_table(self.table_name, logs, place.region, first_day),
        )
        table.node.add_dependency(database)


def _table(name: str, logs: str, region: str, first_day: str) -> glue.CfnTable.TableInputProperty:
    column = glue.CfnTable.ColumnProperty
    return glue.CfnTable.TableInputProperty(
        name=name,
        description="A line of text per record",
        table_type="EXTERNAL_TABLE",
        partition_keys=[column(name="region", type="string"), column(name="day", type="string")],
        parameters={
            "EXTERNAL": "TRUE",
            "projection.enabled": "true",
            "projection.region.type": "enum",
            "projection.region.values": region,
            "projection.day.type": "date",
            "projection.day.format": "yyyy/MM/dd",
            "projection.day.interval": "1",
            "projection.day.interval.unit": "DAYS",
            "projection.day.range": f"{first_day.replace('-', '/')},NOW",
            "storage.location.template": f"{logs}${{region}}/${{day}}/",
        },
        storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
            columns=[column(name=LINE, type="string")],
            location=logs,
            input_format=_TEXT,
            output_format=_NO_OUTPUT,
            compressed=True,
            serde_info=glue.CfnTable.SerdeInfoProperty(
                serialization_library=_SERDE,
                parameters={"field.delim": _NEVER_IN_JSON, "serialization.format": _NEVER_IN_JSON},
            ),
        ),
    )
