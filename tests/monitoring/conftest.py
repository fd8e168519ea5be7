import re

import pytest

_QUERY = re.compile(r'SELECT \w+\((\w+)\) FROM SCHEMA\("([^"]+)"((?:, \w+)*)\)')


@pytest.fixture(scope="session")
def series_of():
    """The series an alarm's properties name: (namespace, metric, dimension names)."""

    def found(properties):
        if "MetricName" in properties:
            yield _series(properties)
        for each in properties.get("Metrics", []):
            if "MetricStat" in each:
                yield _series(each["MetricStat"]["Metric"])
            else:
                yield from queried(text_of(each["Expression"]))

    return found


def queried(expression):
    """The series that a Metrics Insights query names, if the expression is one."""
    for metric, namespace, dimensions in _QUERY.findall(expression):
        yield namespace, metric, frozenset(filter(None, dimensions.split(", ")))


def text_of(value):
    """A text of a template with its references left out."""
    if isinstance(value, dict) and "Fn::Join" in value:
        return "".join(part for part in value["Fn::Join"][1] if isinstance(part, str))
    return value


def _series(metric):
    names = frozenset(each["Name"] for each in metric.get("Dimensions", []))
    return metric["Namespace"], metric["MetricName"], names
