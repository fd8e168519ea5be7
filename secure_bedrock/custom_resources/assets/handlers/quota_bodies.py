"""Bodies of answers that Amazon Bedrock put into a bucket because they were large."""

import json
import logging
import zlib
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

logger = logging.getLogger("secure_bedrock")

_LARGEST = 32 * 1024 * 1024
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Bodies:
    """Bodies in one bucket. A record that names another bucket is not followed there.

    Attributes:
        s3: Client of Amazon S3.
        bucket: Name of the bucket; empty: there is none.
    """

    s3: Any
    bucket: str

    def fetch(self, path: str) -> Any:  # noqa: ANN401 - any JSON value
        """The body at ``s3://bucket/key``, or None if it cannot be read; the log says why."""
        start = f"s3://{self.bucket}/"
        if not self.bucket or not path.startswith(start):
            logger.warning("a body is not in the bucket of the quota")
            return None
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=path.removeprefix(start))
            if found["ContentLength"] > _LARGEST:
                logger.warning("a body has %d bytes: too many", found["ContentLength"])
                return None
            content = found["Body"].read()
            if content.startswith(_GZIP):
                content = _unzipped(content)
            return json.loads(content)
        except (ClientError, EOFError, OSError, ValueError, zlib.error) as error:
            logger.warning("a body cannot be read: %s", type(error).__name__)
            return None


def _unzipped(content: bytes) -> bytes:
    """What was zipped, unless that is too much.

    Raises:
        ValueError: It is.
    """
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    whole = unpacker.decompress(content, _LARGEST)
    if unpacker.unconsumed_tail:
        raise ValueError("too large when unpacked")
    if not unpacker.eof:
        raise EOFError("cut off")
    return whole
