"""Where reports are kept for those who audit: written once, and then nobody's to change."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.object_lock import ObjectLock
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.private_bucket import logged_bucket
from secure_bedrock.encryption.tokens import unresolved

REPORTS = "reports/"
_LOCK = ObjectLock(days=365)
_LATER = Duration.days(30)
_ARCHIVE_DAYS = 90


class EvidenceBucket(Construct):
    """An encrypted bucket for reports, which are locked as soon as they are written.

    It protects against evidence that was changed or removed before somebody asked for it: every
    object is locked for a time, nobody may delete below ``reports/``, whoever writes can neither
    read nor delete, older versions stay, and its own access is logged in a second bucket.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the reports. Whoever may administer it can make them unreadable.
        object_lock: How long and how strictly each new object is locked. Default: 365 days, in
            which nobody can delete it, the root user included.
        expire_after_days: Delete reports after so many days, at least one more than they are
            locked. Default: they are kept.
        removal_policy: What happens to both buckets with the stack. The default retains them.

    Attributes:
        bucket: The bucket.
        access_logs: The bucket with its server access logs, which are kept for 400 days.

    Raises:
        ValueError: A number of days is outside its limits.

    Source: Amazon S3 User Guide, "Locking objects with Object Lock".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey,
        object_lock: ObjectLock | None = None,
        expire_after_days: int | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        lock = object_lock or _LOCK
        self._check(lock, expire_after_days)
        self._key = encryption_key
        made = logged_bucket(
            self,
            encryption_key=encryption_key,
            lifecycle_rules=[_reports(expire_after_days)],
            object_lock=lock,
            access_log_rules=[_access_logs()],
            removal_policy=removal_policy,
        )
        self.bucket, self.access_logs = made.bucket, made.access_logs
        self.bucket.add_to_resource_policy(self._nobody_deletes())

    def grant_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let someone, such as a pipeline, add reports: not read, delete, unlock or list them."""
        return self._objects(grantee, "s3:PutObject").combine(
            self._use_of_key(grantee, "kms:Decrypt", "kms:GenerateDataKey")
        )

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let someone, such as an auditor, list and read reports, all versions, and their locks."""
        listed = iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:ListBucket", "s3:ListBucketVersions"],
            resource_arns=[self.bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": [REPORTS, f"{REPORTS}*"]}},
        )
        reading = ("s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention")
        return (
            self._objects(grantee, *reading, "s3:GetObjectLegalHold")
            .combine(listed)
            .combine(self._use_of_key(grantee, "kms:Decrypt"))
        )

    def grant_legal_hold(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let someone put reports on legal hold, and take them off it."""
        return self._objects(grantee, "s3:GetObjectLegalHold", "s3:PutObjectLegalHold")

    def _check(self, lock: ObjectLock, expire_after_days: int | None) -> None:
        problems = list(lock.problems())
        if (
            expire_after_days is not None
            and not unresolved(expire_after_days)
            and not unresolved(lock.days)
            and expire_after_days <= lock.days
        ):
            problems.append(
                f"expire_after_days is {expire_after_days}: reports are locked for {lock.days}"
                f" days, choose {lock.days + 1} or more"
            )
        for problem in problems:
            raise ValueError(f"{self.node.path}: {problem}")

    def _objects(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=list(actions),
            resource_arns=[self.bucket.arn_for_objects(f"{REPORTS}*")],
        )

    def _use_of_key(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        region = place_of(self).region
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=list(actions),
            resource_arns=[self._key.key_arn],
            conditions={"StringLike": {"kms:ViaService": f"s3.{region}.*"}},
        )

    def _nobody_deletes(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid="NobodyDeletesReports",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:DeleteObject", "s3:DeleteObjectVersion"],
            resources=[self.bucket.arn_for_objects(f"{REPORTS}*")],
        )


def _reports(expire_after_days: int | None) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="reports",
        transitions=[
            s3.Transition(
                storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                transition_after=Duration.days(_ARCHIVE_DAYS),
            )
        ],
        expiration=Duration.days(expire_after_days) if expire_after_days else None,
        noncurrent_version_expiration=_LATER if expire_after_days else None,
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )


def _access_logs() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="access-logs",
        expiration=Duration.days(400),
        noncurrent_version_expiration=_LATER,
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )
