"""Cost anomaly detection: a monitor of all services, and who is told."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aws_cdk import CfnResource, Names, Token
from aws_cdk import aws_ce as ce
from constructs import Construct

from secure_bedrock.cost.alerts import CostAlertsTopic
from secure_bedrock.cost.numbers import outside

_Subscriber = ce.CfnAnomalySubscription.SubscriberProperty
_LEAST = 0.01
_MONITOR_ARN = re.compile(r"arn:[a-z-]+:ce::\d{12}:anomalymonitor/[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAnomalyDetection:
    """When an unusual cost is reported. At least one threshold; with both, either one is enough.

    Attributes:
        threshold_usd: Report an anomaly that costs at least this many US dollars, 0.01 or more.
        threshold_percent: Report an anomaly of at least this many percent more than expected,
            0.01 or more.
        monitor_arn: The account's monitor of services. AWS allows one per account, and many
            accounts were given one named ``Default-Services-Monitor``: pass its ARN. The default
            creates one.
    """

    threshold_usd: float | None = None
    threshold_percent: float | None = None
    monitor_arn: str | None = None


class AnomalyAlerts(Construct):
    """A monitor unless there is one, an immediate subscription to the topic, a daily one by e-mail.

    Tags are left off both resources: there they can only be set at creation, so a new tag on the
    stack would replace the monitor, and the replacement would collide with it.

    Args:
        scope: Parent construct.
        id: Construct id.
        detection: Thresholds and an existing monitor.
        alerts: Its topic is told at once.
        emails: Told once a day: AWS sends no immediate e-mail. Up to 10 addresses.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        detection: CostAnomalyDetection,
        alerts: CostAlertsTopic,
        emails: Sequence[str],
    ) -> None:
        super().__init__(scope, id)
        self.monitor_arn = detection.monitor_arn or self._monitor()
        threshold = _threshold_expression(detection)
        to_topic = [_Subscriber(type="SNS", address=alerts.topic.topic_arn)]
        at_once = self._subscribe("AtOnce", "IMMEDIATE", to_topic, threshold)
        at_once.node.add_dependency(alerts.ready)
        if emails:
            to_people = [_Subscriber(type="EMAIL", address=email) for email in emails]
            self._subscribe("ByEmail", "DAILY", to_people, threshold)

    def _monitor(self) -> str:
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            monitor_name=Names.unique_resource_name(self, max_length=64, separator="-"),
            monitor_type="DIMENSIONAL",
            monitor_dimension="SERVICE",
        )
        _leave_tags_off(monitor)
        return monitor.attr_monitor_arn

    def _subscribe(
        self, id: str, frequency: str, subscribers: Sequence[_Subscriber], threshold: str
    ) -> ce.CfnAnomalySubscription:
        prefix = Names.unique_resource_name(self, max_length=64, separator="-")
        subscription = ce.CfnAnomalySubscription(
            self,
            id,
            subscription_name=f"{prefix}-{id}",
            monitor_arn_list=[self.monitor_arn],
            frequency=frequency,
            subscribers=list(subscribers),
            threshold_expression=threshold,
        )
        _leave_tags_off(subscription)
        return subscription


def anomaly_problems(detection: CostAnomalyDetection | None) -> Iterator[str]:
    """What Cost Anomaly Detection would refuse."""
    if detection is None:
        return
    given = {
        "threshold_usd": detection.threshold_usd,
        "threshold_percent": detection.threshold_percent,
    }
    if all(value is None for value in given.values()):
        yield "anomaly detection has no threshold: give threshold_usd, threshold_percent or both"
    for name, value in given.items():
        if value is not None and outside(value, _LEAST):
            yield f"{name} {value!r} is out of range: use {_LEAST} or more"
    arn = detection.monitor_arn
    if arn is not None and not Token.is_unresolved(arn) and not _MONITOR_ARN.fullmatch(arn):
        yield (
            f"monitor_arn {arn!r} is no anomaly monitor: "
            "copy it from aws ce get-anomaly-monitors, arn:aws:ce::ACCOUNT:anomalymonitor/ID"
        )


def _threshold_expression(detection: CostAnomalyDetection) -> str:
    thresholds = {
        "ANOMALY_TOTAL_IMPACT_ABSOLUTE": detection.threshold_usd,
        "ANOMALY_TOTAL_IMPACT_PERCENTAGE": detection.threshold_percent,
    }
    parts = [
        {
            "Dimensions": {
                "Key": key,
                "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                "Values": [_plain(value)],
            }
        }
        for key, value in thresholds.items()
        if value is not None
    ]
    return json.dumps(parts[0] if len(parts) == 1 else {"Or": parts}, separators=(",", ":"))


def _plain(number: float) -> str:
    """A number without an exponent and without needless zeros."""
    text = format(Decimal(str(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _leave_tags_off(resource: CfnResource) -> None:
    resource.add_property_deletion_override("ResourceTags")
