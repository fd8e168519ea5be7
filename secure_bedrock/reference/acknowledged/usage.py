"""Questions and limits of use."""

from collections.abc import Iterator

from secure_bedrock.reference import acknowledgement_reasons as why
from secure_bedrock.reference.acknowledgement_entry import (
    Entry,
    of_buckets,
    of_event_function,
    of_table,
    wildcard,
)
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.stack import SecureBedrockStack

_QUOTA = "Usage/TokenQuota"


def entries(stack: SecureBedrockStack, settings: Settings) -> Iterator[Entry]:
    """What stays of what counts use."""
    if settings.usage_analytics:
        yield from of_buckets("Usage/Analytics/Workgroup/Results", why.SHORT_LIVED)
    if settings.token_limits:
        yield from of_event_function(f"{_QUOTA}/Handler")
        yield of_table(f"{_QUOTA}/Table")
        bucket, _ = stack.resolve(stack.logging.bucket.bucket_arn)["Fn::GetAtt"]
        bodies = f"<{bucket}.Arn>/large-data/*"
        yield wildcard(f"{_QUOTA}/Handler/Permissions/Resource", bodies, why.LARGE_BODIES)
