"""The table over a CUR 2.0 export, and what is asked of it."""

from aws_cdk import Names
from aws_cdk import aws_glue as glue
from constructs import Construct

from secure_bedrock.encryption.place import place_of

COLUMNS = {
    "bill_billing_entity": "string",
    "bill_billing_period_start_date": "timestamp",
    "bill_payer_account_id": "string",
    "line_item_currency_code": "string",
    "line_item_iam_principal": "string",
    "line_item_line_item_type": "string",
    "line_item_operation": "string",
    "line_item_product_code": "string",
    "line_item_unblended_cost": "double",
    "line_item_usage_account_id": "string",
    "line_item_usage_amount": "double",
    "line_item_usage_start_date": "timestamp",
    "line_item_usage_type": "string",
    "product": "map<string,string>",
    "resource_tags": "map<string,string>",
}
"""Columns of the export, with their types in the files."""

_FIRST_PERIOD = "2026-04"  # the first month whose bill names principals
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
_LONGEST_NAME = 120


class BillingTable(Construct):
    """A database with one table, by billing period.

    Args:
        scope: Parent construct.
        id: Construct id.
        files: Address of the export's data, with a slash at its end.
    """

    def __init__(self, scope: Construct, id: str, *, files: str) -> None:
        super().__init__(scope, id)
        account = place_of(self).account
        self.database_name = Names.unique_resource_name(
            self, max_length=_LONGEST_NAME, separator="_"
        ).lower()
        self.table_name = "bill"
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database_name, description="The bill, CUR 2.0"
            ),
        )
        table = glue.CfnTable(
            self,
            "Table",
            catalog_id=account,
            database_name=self.database_name,
            table_input=_table(self.table_name, files),
        )
        table.node.add_dependency(database)


def principal_query(table: str) -> str:
    """What model calls cost, by month, principal, entity that sells and kind of usage."""
    name = ".".join(f'"{part}"' for part in table.split("."))
    return f"""SELECT billing_period, line_item_iam_principal AS principal,
  bill_billing_entity AS sold_by, line_item_usage_type AS usage_type,
  line_item_currency_code AS currency, SUM(line_item_usage_amount) AS usage_amount,
  ROUND(SUM(line_item_unblended_cost), 6) AS billed_cost
FROM {name}
WHERE billing_period >= date_format(date_add('month', -2, current_date), '%Y-%m')
  AND line_item_iam_principal <> ''
GROUP BY 1, 2, 3, 4, 5
ORDER BY billing_period DESC, billed_cost DESC"""  # noqa: S608 - the name is generated


def _table(name: str, files: str) -> glue.CfnTable.TableInputProperty:
    column = glue.CfnTable.ColumnProperty
    return glue.CfnTable.TableInputProperty(
        name=name,
        description="The bill, CUR 2.0",
        table_type="EXTERNAL_TABLE",
        partition_keys=[column(name="billing_period", type="string")],
        parameters={
            "EXTERNAL": "TRUE",
            "classification": "parquet",
            "projection.enabled": "true",
            "projection.billing_period.type": "date",
            "projection.billing_period.format": "yyyy-MM",
            "projection.billing_period.interval": "1",
            "projection.billing_period.interval.unit": "MONTHS",
            "projection.billing_period.range": f"{_FIRST_PERIOD},NOW",
            "storage.location.template": f"{files}BILLING_PERIOD=${{billing_period}}/",
        },
        storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
            columns=[column(name=name, type=kind) for name, kind in COLUMNS.items()],
            location=files,
            input_format=f"{_PARQUET}.MapredParquetInputFormat",
            output_format=f"{_PARQUET}.MapredParquetOutputFormat",
            serde_info=glue.CfnTable.SerdeInfoProperty(
                serialization_library=f"{_PARQUET}.serde.ParquetHiveSerDe"
            ),
        ),
    )
