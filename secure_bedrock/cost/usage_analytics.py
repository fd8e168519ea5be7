"""Questions about model usage, asked of invocation logs with Amazon Athena."""

from collections.abc import Iterator
from datetime import date

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.cost.log_table import LogTable
from secure_bedrock.cost.query_access import grant_query
from secure_bedrock.cost.workgroup import EncryptedWorkgroup, scan_limit_problems
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.usage.athena_sql import athena_query
from secure_bedrock.usage.saved import saved_questions


class UsageAnalytics(Construct):
    """A log table, an encrypted workgroup with a scan limit, and saved questions about usage.

    It protects against not knowing who spends: tokens and estimated cost by principal, model,
    project and day, with what the prompt cache read and wrote, latency, guardrail interventions and
    the largest prompts. It also protects against queries that cost more than they should, and
    against results that lie about unencrypted.

    Args:
        scope: Parent construct.
        id: Construct id.
        bucket: Where Amazon Bedrock delivers invocation logs of this account and Region.
        logs_prefix: The key prefix of that delivery. The default is the one of InvocationLogging;
            an empty text stands for none.
        prices: What tokens cost, with the models behind application inference profiles. The default
            is the packaged table.
        first_day: The first day that may have logs, as YYYY-MM-DD. The default is 2025-01-01.
        scan_limit_gb: Gigabytes a query may read before Athena ends it, 1 to 1,000,000. The default
            is 100, which costs about half a US dollar.
        encryption_key: Encrypts results. The default is a new key, rotated every year.
        removal_policy: What happens to results, their access logs and the new key with the stack.
            The default retains them.

    Attributes:
        database_name: Database of the log table.
        table_name: The log table: a line of text per record, so that damaged lines can be counted.
        workgroup_name: Where to query. Its settings cannot be overridden.
        results: Bucket of results, which are deleted after 30 days.
        encryption_key: Key of the results.

    Raises:
        ValueError: A limit, a day or a prefix that cannot be meant.

    Source: Amazon Athena User Guide, "Use partition projection with Amazon Athena" and "Override
    client-side settings"; Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch
    Logs and Amazon S3".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: s3.IBucket,
        logs_prefix: str = "invocations",
        prices: PriceTable | None = None,
        first_day: str = "2025-01-01",
        scan_limit_gb: float = 100,
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        for problem in _problems(logs_prefix, first_day, scan_limit_gb):
            raise ValueError(f"{self.node.path}: {problem}")
        self._bucket, self._prefix = bucket, f"{logs_prefix}/" if logs_prefix else ""
        logs = LogTable(self, "Logs", bucket=bucket, prefix=self._prefix, first_day=first_day)
        self.database_name, self.table_name = logs.database_name, logs.table_name
        self._workgroup = EncryptedWorkgroup(
            self,
            "Workgroup",
            workgroup_name=self.database_name,
            scan_limit_gb=scan_limit_gb,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        self.workgroup_name = self._workgroup.workgroup_name
        self.results = self._workgroup.results
        self.encryption_key = self._workgroup.encryption_key
        self._save(prices or PriceTable.load())

    def grant_query(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal query the logs in the workgroup, and nothing else.

        It includes reading the log objects and their key: who may query logs sees prompts.
        """
        return grant_query(
            grantee,
            place=place_of(self),
            workgroup=self.workgroup_name,
            database=self.database_name,
            table=self.table_name,
            logs=self._bucket,
            prefix=self._prefix,
            results=self.results,
            results_key=self.encryption_key,
        )

    def _save(self, prices: PriceTable) -> None:
        table = f"{self.database_name}.{self.table_name}"
        for id, question in saved_questions().items():
            self._workgroup.save(
                id,
                name=question.title,
                description=f"{question.title}, of the last 30 days",
                database=self.database_name,
                query=athena_query(question, table, prices, last_days=30),
            )


def _problems(prefix: str, first_day: str, scan_limit_gb: float) -> Iterator[str]:
    if not unresolved(prefix) and prefix != prefix.strip("/"):
        yield f"logs_prefix {prefix!r} begins or ends with a slash: leave it out"
    try:
        date.fromisoformat(first_day)
    except ValueError:
        yield f"first_day {first_day!r} is no day: write it as YYYY-MM-DD"
    yield from scan_limit_problems(scan_limit_gb)
