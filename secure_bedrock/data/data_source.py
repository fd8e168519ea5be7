"""Where a knowledge base reads documents: a bucket, and what happens to them in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.object_lock import ObjectLock
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_PREFIX_LENGTH = 300


class VectorDeletion(StrEnum):
    """What happens to the vectors of a data source that is deleted."""

    DELETE = "DELETE"
    """They go, so that nothing answers from documents nobody looks after."""

    RETAIN = "RETAIN"
    """They stay, and are found by searches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBucket:
    """A new bucket for documents.

    Attributes:
        superseded_expire_after_days: Delete overwritten and deleted versions after so many days, at
            least 1. The default is 30: an erased document is gone for good by then.
        access_logs_expire_after_days: Delete the server access logs after so many days, at least 1.
            The default is 400.
        object_lock: Makes documents immutable for a time. The default is no lock. It cannot be
            taken off a bucket again, and nobody can erase a document meanwhile.
        legal_holds: Whether single documents can be put on legal hold. The default is no.
    """

    superseded_expire_after_days: int = 30
    access_logs_expire_after_days: int = 400
    object_lock: ObjectLock | None = None
    legal_holds: bool = False

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        for name in ("superseded_expire_after_days", "access_logs_expire_after_days"):
            days: int = getattr(self, name)
            if not unresolved(days) and days < 1:
                yield f"{name} is {days}: choose 1 day or more"
        if self.object_lock is not None:
            yield from self.object_lock.problems()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingBucket:
    """A bucket of the same account and Region that exists already.

    Attributes:
        bucket: The bucket.
        encryption_key: The key that encrypts it, if it is not the one the bucket says. The default
            is ``bucket.encryption_key``; without a key, nothing is granted, which is right for
            buckets encrypted with keys of Amazon S3.
    """

    bucket: s3.IBucket
    encryption_key: kms.IKey | None = None

    @property
    def key(self) -> kms.IKey | None:
        """The key, if there is one."""
        return self.encryption_key or self.bucket.encryption_key

    def problems(self, scope: Construct) -> Iterator[str]:
        """Why a knowledge base in this place cannot read the bucket, if so."""
        place, theirs = place_of(scope), self.bucket.env
        where = (
            ("account", place.account, theirs.account),
            ("Region", place.region, theirs.region),
        )
        for what, ours, other in where:
            if not unresolved(ours) and not unresolved(other) and ours != other:
                yield (
                    f"bucket {self.bucket.node.path} is of {what} {other}, the knowledge base of "
                    f"{ours}: replicate the documents into a bucket of the same {what}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What a knowledge base reads.

    Attributes:
        bucket: ``NewBucket`` or ``ExistingBucket``. The default is a new one.
        prefix: Only objects whose key begins so, up to 300 characters. The default is all.
        vectors_of_deleted_source: What happens to vectors when the data source is deleted. The
            default deletes them.
    """

    bucket: NewBucket | ExistingBucket = NewBucket()
    prefix: str | None = None
    vectors_of_deleted_source: VectorDeletion = VectorDeletion.DELETE

    def problems(self, scope: Construct) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        if isinstance(self.bucket, ExistingBucket):
            yield from self.bucket.problems(scope)
        else:
            yield from self.bucket.problems()
        prefix = self.prefix
        if prefix is not None and not unresolved(prefix):
            if not 1 <= len(prefix) <= _PREFIX_LENGTH:
                yield f"prefix has {len(prefix)} characters: write 1 to {_PREFIX_LENGTH}"
            if "*" in prefix or "?" in prefix or prefix.startswith("/"):
                yield f"prefix {prefix!r} is no beginning of keys: leave out *, ? and a first /"
