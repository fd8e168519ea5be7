"""Turns what a topic is told into findings of AWS Security Hub.

A finding's id follows from what is told, so what is delivered twice is one finding: an alarm is one
finding for as long as it exists, archived when it is over; a signal is one for each recorded call.
Source: AWS Security Hub User Guide, "AWS Security Finding Format".
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config

from .patience import Patience
from .protocol import logger

RETRY_SECONDS = 60

_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 4})
_SIGNAL = re.compile(r"(critical|high|medium): ([a-z0-9-]+)")
_EVENT = re.compile(r"Event ([0-9a-f-]{36})\.")
_ALARM_SEVERITY = re.compile(r"Severity: (critical|high|medium|low)", re.IGNORECASE)
_STATES = {"ALARM": "ACTIVE", "OK": "ARCHIVED"}
_LONGEST_TITLE, _LONGEST_DESCRIPTION = 256, 1024

Finding = dict[str, Any]


def handler(event: Mapping[str, Any], _context: object) -> None:
    """The entry point of the function."""
    client = boto3.client("securityhub", config=_CLIENT)
    run(event, json.loads(os.environ["SETTINGS"]), client, Patience(RETRY_SECONDS))


def run(
    event: Mapping[str, Any],
    settings: Mapping[str, str],
    client: Any,  # noqa: ANN401 - a client of boto3
    patience: Patience,
) -> None:
    """Import a finding for each message.

    Raises:
        RuntimeError: Security Hub did not take a finding.
    """
    found = [one for record in event["Records"] for one in _findings(record["Sns"], settings)]
    if not found:
        return
    answer = patience.call(client.batch_import_findings, Findings=found)
    if answer["FailedCount"]:
        raise RuntimeError(f"AWS Security Hub did not take findings: {answer['FailedFindings']}")


def _findings(message: Mapping[str, Any], settings: Mapping[str, str]) -> Iterator[Finding]:
    body = _parsed(message["Message"])
    if "AlarmName" in body:
        if (state := body["NewStateValue"]) in _STATES:
            yield _of_alarm(body, state, message, settings)
        else:
            logger.info("%s has too little data: no finding", body["AlarmName"])
    elif "signal" in body:
        text = "; ".join(f"{name}: {value}" for name, value in body.items())
        told = {"Id": body.get("event") or message["MessageId"], "Description": text}
        yield _of_signal(body["severity"], body["signal"], told, message, settings)
    else:
        yield _of_text(message, settings)


def _of_alarm(
    alarm: Mapping[str, Any],
    state: str,
    message: Mapping[str, Any],
    settings: Mapping[str, str],
) -> Finding:
    described = alarm.get("AlarmDescription") or alarm["AlarmName"]
    severity = _ALARM_SEVERITY.search(described)
    return {
        **_common(message, settings),
        "Id": alarm["AlarmArn"],
        "GeneratorId": alarm["AlarmArn"],
        "Title": alarm["AlarmName"][:_LONGEST_TITLE],
        "Description": f"{described} {alarm['NewStateReason']}"[:_LONGEST_DESCRIPTION],
        "Severity": {"Label": severity[1].upper() if severity else "MEDIUM"},
        "RecordState": _STATES[state],
    }


def _of_signal(
    severity: str,
    signal: str,
    told: Mapping[str, str],
    message: Mapping[str, Any],
    settings: Mapping[str, str],
) -> Finding:
    return {
        **_common(message, settings),
        "Id": f"{settings['product']}/{signal}/{told['Id']}",
        "GeneratorId": f"secure-bedrock/{signal}",
        "Title": f"Amazon Bedrock: {signal}",
        "Description": told["Description"][:_LONGEST_DESCRIPTION],
        "Severity": {"Label": severity.upper()},
    }


def _of_text(message: Mapping[str, Any], settings: Mapping[str, str]) -> Finding:
    """A signal in lines of text, or anything else that somebody publishes."""
    text = "\n".join(line.strip('"') for line in message["Message"].splitlines())
    if signal := _SIGNAL.match(text):
        event = _EVENT.search(text)
        told = {"Id": event[1] if event else message["MessageId"], "Description": text}
        return _of_signal(signal[1], signal[2], told, message, settings)
    title = message.get("Subject") or text.partition("\n")[0]
    return {
        **_common(message, settings),
        "Id": f"{settings['product']}/message/{message['MessageId']}",
        "GeneratorId": "secure-bedrock/message",
        "Title": title[:_LONGEST_TITLE] or "Amazon Bedrock",
        "Description": text[:_LONGEST_DESCRIPTION] or title,
        "Severity": {"Label": "INFORMATIONAL"},
    }


def _common(message: Mapping[str, Any], settings: Mapping[str, str]) -> Finding:
    account = {"Type": "AwsAccount", "Id": f"AWS::::Account:{settings['account']}"}
    return {
        "SchemaVersion": "2018-10-08",
        "ProductArn": settings["product"],
        "AwsAccountId": settings["account"],
        "Types": ["Unusual Behaviors"],
        "CreatedAt": message["Timestamp"],
        "UpdatedAt": message["Timestamp"],
        "Resources": [
            {**account, "Partition": settings["partition"], "Region": settings["region"]}
        ],
    }


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
