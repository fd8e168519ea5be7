"""Invocation logs in a bucket, copied to this machine."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from secure_bedrock.usage.files import recent

_AT_ONCE = 16


def download(
    client: Any,  # noqa: ANN401 - boto3 has no types
    address: str,
    folder: Path,
    *,
    since: date | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Path:
    """Copy every object below ``s3://BUCKET/PREFIX`` that may hold records since a day.

    Returns:
        The folder, with the objects' keys as paths below it.

    Raises:
        ValueError: The address names no bucket, or nothing lies below it.
    """
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    if not bucket:
        raise ValueError(f"{address!r} names no bucket: write s3://BUCKET/PREFIX")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
    wanted = [key for key in keys if recent(f"/{key}", since) and not key.endswith("/")]
    if not wanted:
        raise ValueError(f"{address} has no objects to read: check the prefix and the day")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        copies = [pool.submit(_copy, client, bucket, key, folder) for key in wanted]
        for done, copy in enumerate(as_completed(copies), start=1):
            copy.result()
            progress(done / len(copies))
    return folder


def _copy(client: Any, bucket: str, key: str, folder: Path) -> None:  # noqa: ANN401 - boto3
    if ".." in PurePosixPath(key).parts:
        raise ValueError(f"s3://{bucket}/{key} would leave the folder: remove the object")
    target = folder / key.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    client.download_file(bucket, key, str(target))
