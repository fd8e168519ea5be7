"""Writes down what guardrails acted on, from model invocation logs, without prompts and answers.

CloudWatch Logs delivers events at least once, and AWS Lambda repeats what failed: a violation may
be written twice, never not at all.
"""

import base64
import gzip
import json
import logging
import os
from typing import Any

import boto3
from botocore.config import Config

from .guardrail_assessments import UNKNOWN, Violation, violations

logger = logging.getLogger("secure_bedrock")
logger.setLevel(logging.INFO)

SCHEMA, VERSION = "GuardrailViolation", "1"

_STANDARD = Config(retries={"mode": "standard", "max_attempts": 5})


class NotWrittenError(Exception):
    """CloudWatch Logs refused some of the violations."""


def handler(event: dict[str, Any], context: Any) -> int:  # noqa: ANN401 - AWS Lambda's own
    """Write the violations of one delivery; gives their number."""
    data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    if data["messageType"] != "DATA_MESSAGE":
        return 0
    found = [
        {"timestamp": each["timestamp"], "message": line}
        for each in data["logEvents"]
        for line in lines(each["message"])
    ]
    if found:
        _write(sorted(found, key=lambda each: each["timestamp"]), context.aws_request_id)
    return len(found)


def lines(message: str) -> list[str]:
    """One line of JSON for each violation in a record.

    A record that is cut off cannot be read. It was delivered because a guardrail is named in it, so
    it counts as a violation about which nothing is known.
    """
    try:
        record = json.loads(message)
    except ValueError:
        return [_line({}, Violation(action="unreadable record"))]
    if not isinstance(record, dict):
        return [_line({}, Violation(action="unreadable record"))]
    return [_line(record, each) for each in violations(record)]


def _line(record: dict[str, Any], violation: Violation) -> str:
    identity = record.get("identity")
    told = {
        "schema": SCHEMA,
        "version": VERSION,
        "time": _text(record, "timestamp"),
        "account": _text(record, "accountId"),
        "region": _text(record, "region"),
        "requestId": _text(record, "requestId"),
        "operation": _text(record, "operation"),
        "modelId": _text(record, "modelId"),
        "principal": _text(identity if isinstance(identity, dict) else {}, "arn"),
        "guardrail": violation.guardrail,
        "guardrailVersion": violation.version,
        "source": violation.source,
        "policy": violation.policy,
        "category": violation.category,
        "action": violation.action,
    }
    return json.dumps(told, separators=(",", ":"))


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) and value else UNKNOWN


def _write(found: list[dict[str, Any]], stream: str) -> None:
    """Write to a stream of this delivery's own; a repetition finds it there.

    Raises:
        NotWrittenError: Some were too old or too new for the log group.
    """
    client = boto3.client("logs", config=_STANDARD)
    group = os.environ["LOG_GROUP"]
    try:
        client.create_log_stream(logGroupName=group, logStreamName=stream)
    except client.exceptions.ResourceAlreadyExistsException:
        logger.info("delivery %s is repeated", stream)
    answer = client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=found)
    if refused := answer.get("rejectedLogEventsInfo"):
        raise NotWrittenError(f"{len(found)} violations, of which some were refused: {refused}")
    logger.info("%d violations written", len(found))
