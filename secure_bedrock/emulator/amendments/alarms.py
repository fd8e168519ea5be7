"""Composite alarms and anomaly detectors."""

import json
from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse

from secure_bedrock.emulator.services.dispatch import Call, error, operation
from secure_bedrock.emulator.values import Members

_IDENTITY = ("Namespace", "MetricName", "Stat")

# moto keeps composite alarms with the others, but has no operation that makes one
CloudWatchResponse.put_composite_alarm = CloudWatchResponse.put_metric_alarm


def _metric(params: Members) -> str:
    found = params.get("SingleMetricAnomalyDetector", params)
    if any(name not in found for name in _IDENTITY):
        raise error("InvalidParameterValue", f"{', '.join(_IDENTITY)} are needed")
    dimensions = sorted(found.get("Dimensions", []), key=lambda entry: str(entry["Name"]))
    return json.dumps([*(found[name] for name in _IDENTITY), dimensions])


def _table(call: Call) -> dict[str, Any]:
    return call.table("anomaly detectors")


@operation("cloudwatch", "PutAnomalyDetector")
def _put(call: Call) -> Members:
    if "MetricMathAnomalyDetector" in call.params:
        raise error("InvalidParameterValue", "metric maths is not emulated")
    detector = {**call.params, **call.params.get("SingleMetricAnomalyDetector", {})}
    detector["SingleMetricAnomalyDetector"] = {
        name: detector[name] for name in (*_IDENTITY, "Dimensions") if name in detector
    }
    _table(call)[_metric(call.params)] = detector | {"StateValue": "PENDING_TRAINING"}
    return {}


@operation("cloudwatch", "DescribeAnomalyDetectors")
def _describe(call: Call) -> Members:
    asked = {
        name: call.params[name]
        for name in ("Namespace", "MetricName", "Dimensions")
        if name in call.params
    }
    return {
        "AnomalyDetectors": [
            detector
            for detector in _table(call).values()
            if all(detector.get(name) == value for name, value in asked.items())
        ]
    }


@operation("cloudwatch", "DeleteAnomalyDetector")
def _delete(call: Call) -> Members:
    if _table(call).pop(_metric(call.params), None) is None:
        raise error("ResourceNotFoundException", "There is no such anomaly detector")
    return {}
