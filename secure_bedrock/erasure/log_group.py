"""Invocation log events in a log group: they can be found and counted, not deleted one by one."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from secure_bedrock.erasure.report import Find, Outcome
from secure_bedrock.erasure.subject import Subject


def finds_in_log_group(logs: Any, name: str, subject: Subject) -> Iterator[Find]:  # noqa: ANN401
    """One find for the events of the person, with the day the last of them expires."""
    times: list[int] = []
    for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
        times += [event["timestamp"] for event in page["events"] if _about(event, subject)]
    if times:
        days = _retention(logs, name)
        yield Find(f"log group {name}", f"{len(times)} events", Outcome.KEPT, _reason(days, times))


def _about(event: dict[str, Any], subject: Subject) -> bool:
    try:
        record = json.loads(event["message"])
    except ValueError:
        return False
    return isinstance(record, dict) and subject.in_record(record)


def _retention(logs: Any, name: str) -> int | None:  # noqa: ANN401 - boto3
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    for page in pages:
        for group in page["logGroups"]:
            if group["logGroupName"] == name:
                days: int | None = group.get("retentionInDays")
                return days
    return None


def _reason(days: int | None, times: list[int]) -> str:
    cannot = "CloudWatch Logs cannot delete single events"
    if days is None:
        return f"{cannot} and this group keeps them for ever: give it a retention"
    last = datetime.fromtimestamp(max(times) / 1000, tz=UTC) + timedelta(days=days)
    return f"{cannot}: the last of these expires on {last:%Y-%m-%d}"
