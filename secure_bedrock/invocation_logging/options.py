"""What a user chooses about model invocation logging, as values."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from aws_cdk import Token
from aws_cdk import aws_logs as logs

from secure_bedrock.encryption.object_lock import ObjectLock


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedData:
    """Which kinds of data are logged. All of them by default; at least one.

    Attributes:
        text: Prompts and answers in text.
        image: Images sent to or made by a model.
        embedding: Embedding vectors.
        video: Videos sent to or made by a model.
        audio: Speech and other sound.
    """

    text: bool = True
    image: bool = True
    embedding: bool = True
    video: bool = True
    audio: bool = True

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        if not any(astuple(self)):
            yield (
                "data_types logs no kind of data: "
                "switch at least one of the five on, or leave InvocationLogging out"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroupOptions:
    """How the log group keeps and shows what is logged.

    Attributes:
        retention: How long events are kept. The default is 13 months.
        mask_personal_data: Hide names, addresses, card numbers, keys and the like from readers
            without ``logs:Unmask``. Only the log group can do that, the bucket cannot.
        also_mask: Further kinds of data, for example ``logs.DataIdentifier.SSN_US``.
        findings: A log group that is told what was masked. The default tells nobody; the metric
            ``LogEventsWithFindings`` counts either way.
    """

    retention: logs.RetentionDays = logs.RetentionDays.THIRTEEN_MONTHS
    mask_personal_data: bool = True
    also_mask: Sequence[logs.DataIdentifier] = ()
    findings: logs.ILogGroup | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        if not self.mask_personal_data and (self.also_mask or self.findings):
            yield (
                "also_mask and findings have no effect with mask_personal_data=False: "
                "leave them out, or leave masking on"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBucketOptions:
    """How long the bucket keeps log objects, and what protects them meanwhile.

    Attributes:
        archive_after_days: Move objects of 128 KB or more to S3 Glacier Instant Retrieval after so
            many days, at least 1. ``None`` never does. The default is 90.
        expire_after_days: Delete objects after so many days. ``None`` keeps them. The default is
            400, 13 months.
        superseded_expire_after_days: Delete overwritten and deleted versions after so many days,
            at least 1. The default is 90.
        access_logs_expire_after_days: Delete the server access logs after so many days, at least 1.
            The default is 400.
        object_lock: Makes log objects immutable for a time. The default is no lock. It cannot be
            taken off a bucket again.
        legal_holds: Whether single objects can be put on legal hold, which keeps them until it is
            lifted. The default is no, unless there is an object lock. It cannot be undone either.
    """

    archive_after_days: int | None = 90
    expire_after_days: int | None = 400
    superseded_expire_after_days: int = 90
    access_logs_expire_after_days: int = 400
    object_lock: ObjectLock | None = None
    legal_holds: bool = False

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        for name in (
            "archive_after_days",
            "expire_after_days",
            "superseded_expire_after_days",
            "access_logs_expire_after_days",
        ):
            days: int | None = getattr(self, name)
            if days is not None and days < 1 and not Token.is_unresolved(days):
                yield f"{name} is {days}: choose 1 day or more"
        archive, expire = self.archive_after_days, self.expire_after_days
        if archive and expire and 0 < expire <= archive:
            yield (
                f"expire_after_days is {expire}, but archive_after_days is {archive}: "
                "expire later, archive earlier, or set archive_after_days=None"
            )
        if self.object_lock is not None:
            yield from self.object_lock.problems()
