"""The bill with the IAM principal of every model call, exported and ready to be queried."""

from collections.abc import Iterator

from aws_cdk import Names, RemovalPolicy
from aws_cdk import aws_bcmdataexports as exports
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.cost.billing_table import COLUMNS, BillingTable, principal_query
from secure_bedrock.cost.numbers import outside
from secure_bedrock.cost.query_results import ACCESS_KEPT_DAYS, deleted_after
from secure_bedrock.cost.workgroup import EncryptedWorkgroup, scan_limit_problems
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.private_bucket import logged_bucket
from secure_bedrock.encryption.tokens import unresolved

_HOME = "us-east-1"
_PREFIX = "exports"
_TABLE = "COST_AND_USAGE_REPORT"
_LEAST_DAYS = 31
_Export = exports.CfnExport


class CostExport(Construct):
    """A CUR 2.0 export with caller identities, its table, and a saved query by IAM principal.

    It protects against a bill that says what was used but not by whom. What it says is what AWS
    charges, third-party models sold through AWS Marketplace included; it arrives a day or two
    later. The whole bill is exported, because models of AWS Marketplace have no common name.

    Args:
        scope: Parent construct.
        id: Construct id.
        expire_after_days: Days until an exported file is deleted, 31 or more. The default is 1,095.
        scan_limit_gb: Gigabytes a query may read before Athena ends it, 1 to 1,000,000. The default
            is 100.
        encryption_key: Encrypts results of queries. The default is a new key, rotated every year.
            Exported files are encrypted with keys of Amazon S3: AWS documents no way for Data
            Exports to use a customer managed key.
        removal_policy: What happens to buckets and the new key with the stack. The default retains
            them.

    Attributes:
        bucket: Where files are delivered.
        export_name: Generated, because the identity option can only be chosen at creation.
        database_name: Database of the table.
        table_name: The bill.
        workgroup_name: Where to query.

    Raises:
        ValueError: The stack is not in us-east-1, or a limit is out of range.

    Source: AWS Data Exports User Guide, "Setting up an Amazon S3 bucket for data exports" and "Cost
    and Usage Report (CUR) 2.0"; Amazon Bedrock User Guide, "IAM principal attribution".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        expire_after_days: float = 1095,
        scan_limit_gb: float = 100,
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        for problem in self._problems(expire_after_days, scan_limit_gb):
            raise ValueError(f"{self.node.path}: {problem}")
        self.export_name = Names.unique_resource_name(self, max_length=128, separator="-")
        self.bucket = self._bucket(expire_after_days, removal_policy)
        self._export()
        table = BillingTable(
            self, "Bill", files=f"s3://{self.bucket.bucket_name}/{_PREFIX}/{self.export_name}/data/"
        )
        self.database_name, self.table_name = table.database_name, table.table_name
        workgroup = EncryptedWorkgroup(
            self,
            "Workgroup",
            workgroup_name=self.database_name,
            scan_limit_gb=scan_limit_gb,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        self.workgroup_name = workgroup.workgroup_name
        workgroup.save(
            "ByPrincipal",
            name="Billed cost by IAM principal",
            description="What model calls cost on the bill, of three months",
            database=self.database_name,
            query=principal_query(f"{self.database_name}.{self.table_name}"),
        )

    def _problems(self, expire_after_days: float, scan_limit_gb: float) -> Iterator[str]:
        region = place_of(self).region
        if not unresolved(region) and region != _HOME:
            yield (
                f"AWS Data Exports is in {_HOME} and the stack in {region}: "
                f"put the CostExport in a stack of its own in {_HOME}, it exports all Regions"
            )
        if outside(expire_after_days, _LEAST_DAYS):
            yield (
                f"expire_after_days {expire_after_days!r} is out of range: use {_LEAST_DAYS} or "
                "more, a month of the bill is rewritten until it is closed"
            )
        yield from scan_limit_problems(scan_limit_gb)

    def _bucket(self, expire_after_days: float, removal_policy: RemovalPolicy) -> s3.Bucket:
        bucket = logged_bucket(
            self,
            encryption_key=None,
            lifecycle_rules=[deleted_after(expire_after_days)],
            access_log_rules=[deleted_after(ACCESS_KEPT_DAYS)],
            removal_policy=removal_policy,
        ).bucket
        place = place_of(self)
        sources = [
            f"arn:{place.partition}:bcm-data-exports:{_HOME}:{place.account}:export/*",
            f"arn:{place.partition}:cur:{_HOME}:{place.account}:definition/*",
        ]
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="DataExportsWrite",
                principals=[
                    iam.ServicePrincipal("bcm-data-exports.amazonaws.com"),
                    iam.ServicePrincipal("billingreports.amazonaws.com"),
                ],
                actions=["s3:PutObject", "s3:GetBucketPolicy"],
                resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
                conditions={
                    "StringEquals": {"aws:SourceAccount": place.account},
                    "ArnLike": {"aws:SourceArn": sources},
                },
            )
        )
        return bucket

    def _export(self) -> None:
        told = {
            "TIME_GRANULARITY": "DAILY",
            "INCLUDE_IAM_PRINCIPAL_DATA": "TRUE",
            "INCLUDE_RESOURCES": "FALSE",
            "INCLUDE_SPLIT_COST_ALLOCATION_DATA": "FALSE",
        }
        export = _Export(
            self,
            "Export",
            export=_Export.ExportProperty(
                name=self.export_name,
                description="The bill with the IAM principal of every model call",
                data_query=_Export.DataQueryProperty(
                    query_statement=f"SELECT {', '.join(COLUMNS)} FROM {_TABLE}",  # noqa: S608 - names of ours
                    table_configurations={_TABLE: told},
                ),
                destination_configurations=_Export.DestinationConfigurationsProperty(
                    s3_destination=_Export.S3DestinationProperty(
                        s3_bucket=self.bucket.bucket_name,
                        s3_prefix=_PREFIX,
                        s3_region=place_of(self).region,
                        s3_output_configurations=_Export.S3OutputConfigurationsProperty(
                            output_type="CUSTOM",
                            format="PARQUET",
                            compression="PARQUET",
                            overwrite="OVERWRITE_REPORT",
                        ),
                    )
                ),
                refresh_cadence=_Export.RefreshCadenceProperty(frequency="SYNCHRONOUS"),
            ),
        )
        if self.bucket.policy is not None:
            export.node.add_dependency(self.bucket.policy)
