"""A trail that records what happens in Amazon Bedrock, and keeps it from being changed."""

from collections.abc import Iterator

from aws_cdk import Names, RemovalPolicy
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.key_policies import allow_event_data_stores, allow_trail
from secure_bedrock.encryption.place import place_of
from secure_bedrock.monitoring.audit_trail_bucket import TrailBucket
from secure_bedrock.monitoring.audit_trail_events import Selector, TrailEvents
from secure_bedrock.monitoring.audit_trail_log_group import TrailLogGroup
from secure_bedrock.monitoring.audit_trail_storage import (
    EventDataStore,
    OrganizationTrail,
    TrailStorage,
)

_TRAIL, _STORE = cloudtrail.CfnTrail, cloudtrail.CfnEventDataStore
_LAKE_INCLUDES_DAYS = 366


class AuditTrail(Construct):
    """Records who did what with Amazon Bedrock, in every Region of the account.

    It protects against calls that leave no trace: management events are recorded with reads, which
    ``InvokeModel`` is; data events of every Bedrock, AgentCore and bedrock-mantle resource; calls
    that a VPC endpoint refused. Digests show whether log files were changed or deleted.

    Args:
        scope: Parent construct.
        id: Construct id. Another id later is another trail, bucket and log group.
        encryption_key: Encrypts log files and log group; its key policy is completed. Default: a
            new key, rotated every year.
        events: What is recorded. Default: everything; ``TrailEvents`` says what that costs.
        storage: How long it is kept, and whether it is locked. Default: seven years in the bucket,
            three months in a log group, no lock.
        organization: Records every account of an organization. Default: this account.
        lake: A copy in CloudTrail Lake, which is closed to new customers. Default: none.
        removal_policy: What happens to buckets, log group, key and event data store when they leave
            the stack. Default: they stay. ``DESTROY`` fails while a bucket has objects.

    Attributes:
        trail_arn: ARN of the trail.
        trail_name: Its name.
        bucket: Receives the log files, under ``AWSLogs/``.
        access_log_bucket: Who read or changed log files.
        log_group: Receives events within minutes, or None.
        encryption_key: The key.

    Raises:
        ValueError: A value is outside its limits, or nothing would be recorded.

    Sources: Amazon Bedrock User Guide, "Monitor Amazon Bedrock API calls using CloudTrail"; AWS
    CloudTrail User Guide, "Logging data events" and "Logging network activity events".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey | None = None,
        events: TrailEvents | None = None,
        storage: TrailStorage | None = None,
        organization: OrganizationTrail | None = None,
        lake: EventDataStore | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        events, storage = events or TrailEvents(), storage or TrailStorage()
        for problem in _problems(events, storage, organization, lake, removal_policy):
            raise ValueError(f"{self.node.path}: {problem}")
        self.encryption_key = encryption_key or _new_key(self, removal_policy)
        self.trail_name = Names.unique_resource_name(self, max_length=100, separator="-")
        place = place_of(self)
        owner = (organization and organization.management_account) or place.account
        self.trail_arn = (
            f"arn:{place.partition}:cloudtrail:{place.region}:{owner}:trail/{self.trail_name}"
        )
        allow_trail(self.encryption_key, trail_name=self.trail_name, account=owner)
        self._storage = TrailBucket(
            self,
            "Storage",
            encryption_key=self.encryption_key,
            trail_arn=self.trail_arn,
            prefixes=(owner, organization.organization_id) if organization else (owner,),
            storage=storage,
            removal_policy=removal_policy,
        )
        self.bucket = self._storage.bucket
        delivery = self._log_group(storage, organization, owner, removal_policy)
        self._new_trail(events.selectors(), organization, delivery)
        if lake is not None:
            self._new_store(events.selectors(), lake, organization, removal_policy)

    @property
    def access_log_bucket(self) -> s3.Bucket:
        """Who read or changed log files."""
        return self._storage.access_logs

    def _log_group(
        self,
        storage: TrailStorage,
        organization: OrganizationTrail | None,
        owner: str,
        removal_policy: RemovalPolicy,
    ) -> TrailLogGroup | None:
        self.log_group: logs.LogGroup | None = None
        if storage.log_group_retention is None:
            return None
        found = TrailLogGroup(
            self,
            "LogGroup",
            encryption_key=self.encryption_key,
            retention=storage.log_group_retention,
            stream_owners=(owner, organization.organization_id) if organization else (owner,),
            removal_policy=removal_policy,
        )
        self.log_group = found.log_group
        return found

    def _new_trail(
        self,
        selectors: list[Selector],
        organization: OrganizationTrail | None,
        delivery: TrailLogGroup | None,
    ) -> None:
        trail = _TRAIL(
            self,
            "Trail",
            trail_name=self.trail_name,
            is_logging=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            is_organization_trail=True if organization else None,
            enable_log_file_validation=True,
            kms_key_id=self.encryption_key.key_arn,
            s3_bucket_name=self.bucket.bucket_name,
            cloud_watch_logs_log_group_arn=delivery and delivery.log_group.log_group_arn,
            cloud_watch_logs_role_arn=delivery and delivery.role.role_arn,
            advanced_event_selectors=[
                _TRAIL.AdvancedEventSelectorProperty(
                    name=selector["Name"],
                    field_selectors=[
                        _TRAIL.AdvancedFieldSelectorProperty(
                            field=each["Field"], equal_to=each["Equals"]
                        )
                        for each in selector["FieldSelectors"]
                    ],
                )
                for selector in selectors
            ],
        )
        # CloudTrail tries bucket, key and role out while the trail is made.
        trail.node.add_dependency(self.bucket, self.encryption_key)
        if delivery is not None:
            trail.node.add_dependency(delivery)

    def _new_store(
        self,
        selectors: list[Selector],
        lake: EventDataStore,
        organization: OrganizationTrail | None,
        removal_policy: RemovalPolicy,
    ) -> None:
        allow_event_data_stores(self.encryption_key)
        fixed = lake.retention_days > _LAKE_INCLUDES_DAYS
        store = _STORE(
            self,
            "Lake",
            name=self.trail_name,
            multi_region_enabled=True,
            organization_enabled=True if organization else None,
            billing_mode="FIXED_RETENTION_PRICING" if fixed else "EXTENDABLE_RETENTION_PRICING",
            retention_period=lake.retention_days,
            termination_protection_enabled=removal_policy != RemovalPolicy.DESTROY,
            kms_key_id=self.encryption_key.key_arn,
            advanced_event_selectors=[
                _STORE.AdvancedEventSelectorProperty(
                    name=selector["Name"],
                    field_selectors=[
                        _STORE.AdvancedFieldSelectorProperty(
                            field=each["Field"], equal_to=each["Equals"]
                        )
                        for each in selector["FieldSelectors"]
                    ],
                )
                for selector in selectors
            ],
        )
        store.apply_removal_policy(removal_policy)
        store.node.add_dependency(self.encryption_key)


def _problems(
    events: TrailEvents,
    storage: TrailStorage,
    organization: OrganizationTrail | None,
    lake: EventDataStore | None,
    removal_policy: RemovalPolicy,
) -> Iterator[str]:
    for values in (events, storage, organization, lake):
        if values is not None:
            yield from values.problems()
    if removal_policy == RemovalPolicy.SNAPSHOT:
        yield "removal_policy is SNAPSHOT, which buckets do not have: choose RETAIN or DESTROY"


def _new_key(scope: Construct, removal_policy: RemovalPolicy) -> kms.Key:
    return kms.Key(
        scope,
        "Key",
        description="Audit trail of Amazon Bedrock",
        enable_key_rotation=True,
        removal_policy=removal_policy,
    )
