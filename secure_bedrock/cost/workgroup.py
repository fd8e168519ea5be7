"""A workgroup of Athena that cannot be overridden, with where its results go."""

from collections.abc import Iterator

from aws_cdk import RemovalPolicy
from aws_cdk import aws_athena as athena
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.cost.numbers import outside
from secure_bedrock.cost.query_results import QueryResults
from secure_bedrock.encryption.place import place_of

_LEAST_GB, _MOST_GB = 1, 1_000_000
_GIGABYTE = 1024**3
_Group = athena.CfnWorkGroup


class EncryptedWorkgroup(Construct):
    """A workgroup whose results are encrypted, whose queries are limited, and nothing else goes.

    Args:
        scope: Parent construct.
        id: Construct id.
        workgroup_name: Its name.
        scan_limit_gb: Gigabytes a query may read, 1 to 1,000,000.
        encryption_key: Encrypts the results. None: a new key, rotated every year.
        removal_policy: What happens to results and key when they leave the stack.

    Source: Amazon Athena User Guide, "Override client-side settings".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        workgroup_name: str,
        scan_limit_gb: float,
        encryption_key: kms.IKey | None,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self.encryption_key = encryption_key or kms.Key(
            self,
            "Key",
            description="Results of queries about Amazon Bedrock usage and cost",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        stored = QueryResults(
            self, "Results", encryption_key=self.encryption_key, removal_policy=removal_policy
        )
        self.results = stored.bucket
        self._workgroup = _Group(
            self,
            "Resource",
            name=workgroup_name,
            description="Questions about Amazon Bedrock usage and cost",
            recursive_delete_option=True,  # else its history keeps the stack from being deleted
            work_group_configuration=self._configuration(scan_limit_gb),
        )
        self.workgroup_name = self._workgroup.ref

    def save(self, id: str, *, name: str, description: str, database: str, query: str) -> None:
        """Keep a query for whoever uses the workgroup."""
        saved = athena.CfnNamedQuery(
            self,
            id,
            database=database,
            work_group=self.workgroup_name,
            name=name,
            description=description,
            query_string=query,
        )
        saved.node.add_dependency(self._workgroup)

    def _configuration(self, scan_limit_gb: float) -> _Group.WorkGroupConfigurationProperty:
        return _Group.WorkGroupConfigurationProperty(
            bytes_scanned_cutoff_per_query=int(scan_limit_gb * _GIGABYTE),
            enforce_work_group_configuration=True,
            publish_cloud_watch_metrics_enabled=True,
            requester_pays_enabled=False,
            engine_version=_Group.EngineVersionProperty(
                selected_engine_version="Athena engine version 3"
            ),
            result_configuration=_Group.ResultConfigurationProperty(
                output_location=f"s3://{self.results.bucket_name}/results/",
                expected_bucket_owner=place_of(self).account,
                encryption_configuration=_Group.EncryptionConfigurationProperty(
                    encryption_option="SSE_KMS", kms_key=self.encryption_key.key_arn
                ),
            ),
        )


def scan_limit_problems(scan_limit_gb: float) -> Iterator[str]:
    """What Athena would refuse, or what would end every query."""
    if outside(scan_limit_gb, _LEAST_GB, _MOST_GB):
        yield (
            f"scan_limit_gb {scan_limit_gb!r} is out of range: "
            f"use {_LEAST_GB} to {_MOST_GB:,} gigabytes"
        )
