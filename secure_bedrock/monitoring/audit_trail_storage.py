"""Where a trail keeps its log files and for how long, as values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import aws_logs as logs

from secure_bedrock.encryption.object_lock import ObjectLock
from secure_bedrock.encryption.tokens import unresolved

_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_ACCOUNT = re.compile(r"\d{12}")
_SHORTEST_LAKE, _LONGEST_LAKE = 7, 3_653


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailStorage:
    """How long log files and events are kept.

    Attributes:
        archive_after_days: Move log files to S3 Glacier Instant Retrieval after so many days, at
            least 1. ``None`` never does. Default: 90.
        expire_after_days: Delete log files after so many days, more than ``archive_after_days``.
            ``None`` keeps them. Default: 2,557, seven years.
        superseded_expire_after_days: Delete overwritten and deleted versions after so many days,
            at least 1. Default: 90.
        object_lock: Makes log files immutable for a time. It cannot be taken off a bucket again.
            Default: no lock; log file validation tells of changes either way.
        log_group_retention: How long events stay in a log group, where metric filters and queries
            see them. ``None``: no log group. Default: three months.
    """

    archive_after_days: int | None = 90
    expire_after_days: int | None = 2_557
    superseded_expire_after_days: int = 90
    object_lock: ObjectLock | None = None
    log_group_retention: logs.RetentionDays | None = logs.RetentionDays.THREE_MONTHS

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        archive, expire = self.archive_after_days, self.expire_after_days
        for name, days in (
            ("archive_after_days", archive),
            ("expire_after_days", expire),
            ("superseded_expire_after_days", self.superseded_expire_after_days),
        ):
            if days is not None and not unresolved(days) and days < 1:
                yield f"storage.{name} is {days}: choose 1 day or more"
        if archive and expire and not unresolved(archive) and 0 < expire <= archive:
            yield (
                f"storage.expire_after_days is {expire}, but archive_after_days is {archive}: "
                "expire later, archive earlier, or set archive_after_days=None"
            )
        if self.object_lock is not None:
            yield from self.object_lock.problems()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationTrail:
    """A trail for every account of an organization.

    CloudFormation makes it in the management account, or in that of a delegated administrator of
    CloudTrail.

    Attributes:
        organization_id: Such as ``o-exampleorgid``.
        management_account: Account id of the management account, which owns the trail also when a
            delegated administrator makes it. Default: the account of the stack.
    """

    organization_id: str
    management_account: str | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        organization, account = self.organization_id, self.management_account
        if not unresolved(organization) and not _ORGANIZATION.fullmatch(organization):
            yield f"organization_id is {organization!r}: it looks like o-exampleorgid"
        if account and not unresolved(account) and not _ACCOUNT.fullmatch(account):
            yield f"management_account is {account!r}: an account id has 12 digits"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDataStore:
    """A copy of the events in CloudTrail Lake, to be queried with SQL.

    AWS takes no new customers of CloudTrail Lake since 31 May 2026: an account that did not use it
    before cannot create one.

    Attributes:
        retention_days: How long events are kept, 7 to 3,653 days. Default: 366, which the price of
            ingestion includes.
    """

    retention_days: int = 366

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        days = self.retention_days
        if not unresolved(days) and not _SHORTEST_LAKE <= days <= _LONGEST_LAKE:
            yield (
                f"lake.retention_days is {days}: choose {_SHORTEST_LAKE} to {_LONGEST_LAKE} days"
            )
