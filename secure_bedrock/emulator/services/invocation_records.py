"""Writes a record of each model call to where the invocation logging configuration says."""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.logs.models import logs_backends
from moto.s3.models import s3_backends

from secure_bedrock.emulator.services.callers import caller_of
from secure_bedrock.emulator.services.dispatch import Call
from secure_bedrock.emulator.services.invocation_logging import STREAM, configuration


def deliver(call: Call, answer: Mapping[str, Any], tokens_in: int, tokens_out: int) -> None:
    """Deliver one record, if logging is configured. Permissions were checked when it was put."""
    config = configuration(call)
    if config is None:
        return
    text = config.get("textDataDeliveryEnabled", True)
    record = json.dumps(_record(call, answer if text else None, tokens_in, tokens_out), default=str)
    if "cloudWatchConfig" in config:
        _to_log_group(call, config["cloudWatchConfig"]["logGroupName"], record)
    if "s3Config" in config:
        _to_bucket(call, config["s3Config"], record)


def _record(
    call: Call, answer: Mapping[str, Any] | None, tokens_in: int, tokens_out: int
) -> dict[str, Any]:
    asked = {"inputTokenCount": tokens_in, "inputContentType": "application/json"}
    answered = {"outputTokenCount": tokens_out, "outputContentType": "application/json"}
    if answer is not None:
        asked["inputBodyJson"] = _body(call.params)
        answered["outputBodyJson"] = answer
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "accountId": call.account,
        "region": call.region,
        "requestId": str(uuid4()),
        "operation": call.operation,
        "modelId": call.params["modelId"],
        "identity": {"arn": caller_of(call).arn},
        "requestMetadata": call.params.get("requestMetadata", {}),
        "input": asked,
        "output": answered,
    }


def _body(params: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    if "body" in params:
        return json.loads(params["body"])
    return {name: params[name] for name in ("messages", "system") if name in params}


def _to_log_group(call: Call, group: str, record: str) -> None:
    backend: Any = logs_backends[call.account][call.region]
    backend.ensure_log_stream(group, STREAM)
    now = int(datetime.now(UTC).timestamp() * 1000)
    backend.put_log_events(group, STREAM, [{"timestamp": now, "message": record}])


def _to_bucket(call: Call, config: Mapping[str, str], record: str) -> None:
    now = datetime.now(UTC)
    folder = f"AWSLogs/{call.account}/BedrockModelInvocationLogs/{call.region}/{now:%Y/%m/%d/%H}"
    prefix = config.get("keyPrefix", "").strip("/")
    name = f"{folder}/{now:%Y%m%dT%H%M%S%f}Z_{uuid4().hex}.json.gz"
    backend: Any = s3_backends[call.account][call.partition]
    backend.put_object(
        config["bucketName"], f"{prefix}/{name}" if prefix else name, gzip.compress(record.encode())
    )
