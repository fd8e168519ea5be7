"""Widgets of a CloudWatch dashboard as plain values, and how they are laid out.

Source: CloudWatch API Reference, "Dashboard body structure and syntax".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

COLUMNS = 24

Widget = dict[str, Any]
Row = tuple[int, Sequence[tuple[int, Widget]]]
"""Height, and each widget with its width."""

_FIVE_MINUTES = 300


def laid_out(rows: Sequence[Row]) -> Iterator[Widget]:
    """The widgets with their places, row below row, each from left to right.

    Raises:
        ValueError: A row is wider than the dashboard.
    """
    y = 0
    for height, cells in rows:
        x = 0
        for width, widget in cells:
            if x + width > COLUMNS:
                raise ValueError(f"a row of {x + width} columns: a dashboard has {COLUMNS}")
            yield {**widget, "x": x, "y": y, "width": width, "height": height}
            x += width
        y += height


def text(markdown: str) -> Widget:
    """A text."""
    return {"type": "text", "properties": {"markdown": markdown}}


def alarm_states(title: str, arns: Sequence[str]) -> Widget:
    """The states of alarms, those that ring first."""
    properties = {"title": title, "alarms": list(arns), "sortBy": "stateUpdatedTimestamp"}
    return {"type": "alarm", "properties": properties}


def graph(
    title: str,
    metrics: Sequence[Sequence[Any]],
    *,
    region: str,
    stat: str = "Sum",
    stacked: bool = False,
    unit: str = "",
) -> Widget:
    """Lines over time; ``unit`` is written beside the axis, which begins at zero."""
    return _metric(
        title,
        metrics,
        region,
        view="timeSeries",
        stat=stat,
        stacked=stacked,
        legend={"position": "bottom"},
        yAxis={"left": {"min": 0, "label": unit, "showUnits": False}},
    )


def number(title: str, metrics: Sequence[Sequence[Any]], *, region: str) -> Widget:
    """One number for the whole time that is shown, with its course behind it."""
    return _metric(
        title,
        metrics,
        region,
        view="singleValue",
        stat="Sum",
        sparkline=True,
        setPeriodToTimeRange=True,
    )


def ranking(title: str, rule_name: str, *, region: str) -> Widget:
    """The ten first of a Contributor Insights rule."""
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "period": _FIVE_MINUTES,
            "legend": {"position": "right"},
            "insightRule": {"ruleName": rule_name, "maxContributorCount": 10, "orderBy": "Sum"},
        },
    }


def expression(text: str, id: str, **more: object) -> list[Mapping[str, object]]:
    """A metric that is calculated, searched or queried."""
    return [{"expression": text, "id": id, **more}]


def _metric(
    title: str, metrics: Sequence[Sequence[Any]], region: str, **properties: object
) -> Widget:
    body = {"title": title, "region": region, "period": _FIVE_MINUTES, **properties}
    return {"type": "metric", "properties": {**body, "metrics": [list(each) for each in metrics]}}
