"""Versions of objects in Amazon S3, and what keeps them from being deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object.

    Attributes:
        bucket: Its bucket.
        key: Its key.
        id: Version id; ``null`` in a bucket that never had versions.
        latest: Whether it is what readers get.
        marker: Whether it only says that the object was deleted.
    """

    bucket: str
    key: str
    id: str
    latest: bool
    marker: bool = False

    @property
    def place(self) -> str:
        """The version as a report names it."""
        return f"s3://{self.bucket}/{self.key} (version {self.id})"


class KeptError(Exception):
    """The version cannot be deleted; the message says why and until when."""


def versions(s3: Any, bucket: str, prefix: str) -> Iterator[Version]:  # noqa: ANN401 - boto3
    """Every version below a prefix, newest first for each key."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for kind, marker in (("Versions", False), ("DeleteMarkers", True)):
            for each in page.get(kind, []):
                yield Version(bucket, each["Key"], each["VersionId"], each["IsLatest"], marker)


def versions_of(s3: Any, bucket: str, key: str) -> list[Version]:  # noqa: ANN401 - boto3
    """Every version of one object."""
    return [each for each in versions(s3, bucket, key) if each.key == key]


def lock(s3: Any, version: Version) -> str:  # noqa: ANN401 - boto3
    """Why the version cannot be deleted, or nothing."""
    if version.marker:
        return ""
    found = s3.head_object(Bucket=version.bucket, Key=version.key, VersionId=version.id)
    if found.get("ObjectLockLegalHoldStatus") == "ON":
        return "legal hold: lift it first, if the law allows"
    until = found.get("ObjectLockRetainUntilDate")
    if until is not None:
        mode = found.get("ObjectLockMode", "object")
        return f"{mode} object lock until {until:%Y-%m-%d}: run this again then"
    return ""


def delete(s3: Any, version: Version) -> None:  # noqa: ANN401 - boto3
    """Delete one version for good.

    Raises:
        KeptError: A lock or a missing permission keeps it.
    """
    reason = lock(s3, version)
    if reason:
        raise KeptError(reason)
    try:
        s3.delete_object(Bucket=version.bucket, Key=version.key, VersionId=version.id)
    except ClientError as error:
        details = error.response["Error"]
        raise KeptError(f"{details['Code']}: {details.get('Message', '')}") from error
