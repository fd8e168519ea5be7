"""Where the accounts of an organization fetch the code of a rollout."""

import re

from aws_cdk import Duration, RemovalPolicy, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.private_bucket import logged_bucket

_PREFIX = re.compile(r"[a-z0-9][a-z0-9-]{1,40}[a-z0-9]")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_DAYS_OF_ACCESS_LOGS = Duration.days(365)


class RolloutAssetBucket(Construct):
    """The bucket of one Region from which accounts of the organization may read a rollout's code.

    It protects against code that others can read or replace: principals of the organization may get
    objects, over TLS 1.2, and may neither list nor write. AWS Lambda reads a function's code in the
    function's own Region, so each Region of a rollout needs its own bucket.

    Objects are encrypted with keys of Amazon S3: they are code and templates without data, and with
    a customer managed key every account would need to decrypt with it.

    Args:
        scope: Parent construct, in a stack whose Region is known.
        id: Construct id.
        prefix: Start of the bucket's name, which ends with the Region: 3 to 42 lower-case letters,
            digits and hyphens. Names of buckets are worldwide, so make it your own.
        organization_id: Id of the organization, such as ``o-exampleorgid``.
        removal_policy: What happens to the buckets when they leave the stack. Default: they stay.

    Attributes:
        prefix: The prefix.
        region: The Region.
        bucket: The bucket.

    Raises:
        ValueError: The prefix or the organization's id is not one, or the stack has no Region.

    Source: AWS Lambda Developer Guide, "Deploying Lambda functions as .zip file archives";
    Amazon S3 User Guide, "Bucket naming rules".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        prefix: str,
        organization_id: str,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        self.prefix = prefix
        self.region = Stack.of(self).region
        self._check(organization_id)
        self.bucket = logged_bucket(
            self,
            encryption_key=None,
            lifecycle_rules=[],
            access_log_rules=[s3.LifecycleRule(expiration=_DAYS_OF_ACCESS_LOGS)],
            removal_policy=removal_policy,
            bucket_name=f"{prefix}-{self.region}",
        ).bucket
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OrganizationReadsCode",
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject"],
                resources=[self.bucket.arn_for_objects("*")],
                conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}},
            )
        )

    def _check(self, organization_id: str) -> None:
        path = self.node.path
        if Token.is_unresolved(self.region):
            raise ValueError(
                f"{path}: the Region is not known: give the stack env with its account and Region"
            )
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError(
                f"{path}: prefix {self.prefix!r} is not allowed: "
                "write 3 to 42 lower-case letters, digits and hyphens"
            )
        if not Token.is_unresolved(organization_id) and not _ORGANIZATION.fullmatch(
            organization_id
        ):
            raise ValueError(
                f"{path}: organization_id {organization_id!r} is not one: write o-exampleorgid"
            )
