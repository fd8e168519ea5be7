"""Where a model invocation log record keeps what the questions ask for.

Top-level token counts exclude what the prompt cache read and wrote. Newer records count the cache
beside them, older ones only inside the answer of the model, in a form that depends on the API and
on streaming; answers above 100 KB lie in files of their own.

Source: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3";
Amazon Bedrock API Reference, "TokenUsage"; where the cache counts lie was read from public log
processors, because the guide does not say.
"""

from dataclasses import dataclass

SCHEMA_TYPE = "ModelInvocationLog"
SCHEMA_VERSIONS = ("1.0",)
PROJECT_KEY = "project"
"""Key of ``requestMetadata`` that names the project of a call."""

Step = str | int
Path = tuple[Step, ...]

BODY: Path = ("output", "outputBodyJson")

ENVELOPE: dict[str, Path] = {
    "schema_type": ("schemaType",),
    "schema_version": ("schemaVersion",),
    "logged_at": ("timestamp",),
    "account": ("accountId",),
    "region": ("region",),
    "request_id": ("requestId",),
    "operation": ("operation",),
    "model_id": ("modelId",),
    "principal": ("identity", "arn"),
    "error_code": ("errorCode",),
    "logged_input": ("input", "inputTokenCount"),
    "logged_output": ("output", "outputTokenCount"),
    "logged_cache_read": ("input", "cacheReadInputTokenCount"),
    "logged_cache_write": ("input", "cacheWriteInputTokenCount"),
    "body_path": ("output", "outputBodyS3Path"),
}
"""Column -> path in the record."""

_METRICS = "amazon-bedrock-invocationMetrics"
_ACTION = "amazon-bedrock-guardrailAction"

IN_BODY: dict[str, tuple[Path, ...]] = {
    "body_cache_read": (
        ("usage", "cacheReadInputTokens"),
        ("usage", "cacheReadInputTokenCount"),
        ("usage", "cache_read_input_tokens"),
        (0, "message", "usage", "cache_read_input_tokens"),
        (-1, "metadata", "usage", "cacheReadInputTokens"),
        (-1, _METRICS, "cacheReadInputTokenCount"),
    ),
    "body_cache_write": (
        ("usage", "cacheWriteInputTokens"),
        ("usage", "cacheWriteInputTokenCount"),
        ("usage", "cache_creation_input_tokens"),
        (0, "message", "usage", "cache_creation_input_tokens"),
        (-1, "metadata", "usage", "cacheWriteInputTokens"),
        (-1, _METRICS, "cacheWriteInputTokenCount"),
    ),
    "body_latency": (
        ("metrics", "latencyMs"),
        (-1, "metadata", "metrics", "latencyMs"),
        (-1, _METRICS, "invocationLatency"),
    ),
    "body_stop": (
        ("stopReason",),
        (_ACTION,),
        (-1, _ACTION),
        (-2, "messageStop", "stopReason"),
    ),
}
"""Column -> paths in the answer of the model, the first that is there counts."""

INTERVENED = ("guardrail_intervened", "INTERVENED")


@dataclass(frozen=True, slots=True)
class Field:
    """One place to look at: a column may have several."""

    column: str
    path: Path
    in_body: bool


def all_fields(project_key: str) -> tuple[Field, ...]:
    """Every place of a record, in the order of the columns."""
    envelope = {**ENVELOPE, "metadata_project": ("requestMetadata", project_key)}
    return (
        *(Field(column, path, in_body=False) for column, path in envelope.items()),
        *body_fields(),
    )


def body_fields() -> tuple[Field, ...]:
    """Every place of an answer."""
    return tuple(
        Field(column, path, in_body=True) for column, paths in IN_BODY.items() for path in paths
    )
