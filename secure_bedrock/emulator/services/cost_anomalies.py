"""Cost anomaly monitors and subscriptions."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from secure_bedrock.emulator.services.dispatch import MOTO, Call, error, operation
from secure_bedrock.emulator.services.topics import check_publisher

_MONITORS, _SUBSCRIPTIONS, _TAGS = "anomaly monitors", "anomaly subscriptions", "cost tags"
_CHANNEL = {"IMMEDIATE": "SNS", "DAILY": "EMAIL", "WEEKLY": "EMAIL"}
_MAX_EMAILS = 10


@operation("ce", "CreateAnomalyMonitor")
def create_monitor(call: Call) -> Mapping[str, Any]:
    """A monitor; one DIMENSIONAL monitor per dimension and account."""
    monitor = call.params["AnomalyMonitor"]
    dimensional = monitor["MonitorType"] == "DIMENSIONAL"
    if dimensional != ("MonitorDimension" in monitor):
        raise error("ValidationException", "MonitorDimension belongs to DIMENSIONAL monitors")
    if not dimensional and "MonitorSpecification" not in monitor:
        raise error("ValidationException", "A CUSTOM monitor requires a MonitorSpecification")
    others = call.table(_MONITORS).values()
    if dimensional and any(
        each.get("MonitorDimension") == monitor["MonitorDimension"] for each in others
    ):
        raise error("ValidationException", "Limit exceeded on dimensional spend monitor creation")
    arn = call.arn(f"anomalymonitor/{uuid4()}")
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    dates = {"CreationDate": today, "LastUpdatedDate": today}
    call.table(_MONITORS)[arn] = monitor | dates | {"MonitorArn": arn}
    call.table(_TAGS)[arn] = call.params.get("ResourceTags", [])
    return {"MonitorArn": arn}


@operation("ce", "GetAnomalyMonitors")
def get_monitors(call: Call) -> Mapping[str, Any]:
    """All monitors, or the named ones."""
    wanted = call.params.get("MonitorArnList") or list(call.table(_MONITORS))
    return {"AnomalyMonitors": [_one(call, _MONITORS, arn) for arn in wanted]}


@operation("ce", "UpdateAnomalyMonitor", "DeleteAnomalyMonitor")
def change_monitor(call: Call) -> Mapping[str, Any]:
    """Rename or delete a monitor."""
    arn = call.params["MonitorArn"]
    monitor = _one(call, _MONITORS, arn)
    if call.operation == "DeleteAnomalyMonitor":
        del call.table(_MONITORS)[arn]
    else:
        monitor.update({key: call.params[key] for key in ("MonitorName",) if key in call.params})
    return {"MonitorArn": arn}


@operation("ce", "CreateAnomalySubscription")
def create_subscription(call: Call) -> Mapping[str, Any]:
    """Alerts for one or more monitors."""
    subscription = call.params["AnomalySubscription"]
    _check(call, subscription)
    arn = call.arn(f"anomalysubscription/{uuid4()}")
    ids = {"SubscriptionArn": arn, "AccountId": call.account}
    call.table(_SUBSCRIPTIONS)[arn] = subscription | ids
    call.table(_TAGS)[arn] = call.params.get("ResourceTags", [])
    return {"SubscriptionArn": arn}


@operation("ce", "GetAnomalySubscriptions")
def get_subscriptions(call: Call) -> Mapping[str, Any]:
    """All subscriptions, the named ones, or those of a monitor."""
    wanted = call.params.get("SubscriptionArnList") or list(call.table(_SUBSCRIPTIONS))
    found = [_one(call, _SUBSCRIPTIONS, arn) for arn in wanted]
    monitor = call.params.get("MonitorArn")
    of_monitor = [each for each in found if monitor in (None, *each["MonitorArnList"])]
    return {"AnomalySubscriptions": of_monitor}


@operation("ce", "UpdateAnomalySubscription", "DeleteAnomalySubscription")
def change_subscription(call: Call) -> Mapping[str, Any]:
    """Change what is given, or delete the subscription."""
    arn = call.params["SubscriptionArn"]
    subscription = _one(call, _SUBSCRIPTIONS, arn)
    if call.operation == "DeleteAnomalySubscription":
        del call.table(_SUBSCRIPTIONS)[arn]
        return {}
    changed = subscription | call.params
    if "ThresholdExpression" in call.params and "Threshold" not in call.params:
        changed.pop("Threshold", None)
    _check(call, changed)
    call.table(_SUBSCRIPTIONS)[arn] = changed
    return {"SubscriptionArn": arn}


@operation("ce", "TagResource", "UntagResource", "ListTagsForResource")
def tags(call: Call) -> Mapping[str, Any]:
    """Tags of monitors and subscriptions; moto keeps those of cost categories."""
    arn = call.params["ResourceArn"]
    if arn not in call.table(_TAGS):
        return MOTO
    kept = {tag["Key"]: tag for tag in call.table(_TAGS)[arn]}
    kept |= {tag["Key"]: tag for tag in call.params.get("ResourceTags", [])}
    for key in call.params.get("ResourceTagKeys", []):
        kept.pop(key, None)
    call.table(_TAGS)[arn] = list(kept.values())
    listing = call.operation == "ListTagsForResource"
    return {"ResourceTags": list(kept.values())} if listing else {}


def _one(call: Call, table: str, arn: str) -> dict[str, Any]:
    found: dict[str, Any] | None = call.table(table).get(arn)
    if found is None:
        kind = "Monitor" if table == _MONITORS else "Subscription"
        raise error(f"Unknown{kind}Exception", f"{arn} does not exist")
    return found


def _check(call: Call, subscription: dict[str, Any]) -> None:
    broken = list(_broken(subscription))
    if broken:
        raise error("ValidationException", "; ".join(broken))
    for arn in subscription["MonitorArnList"]:
        _one(call, _MONITORS, arn)
    for each in subscription["Subscribers"]:
        if each["Type"] == "SNS":
            check_publisher(call, each["Address"], "costalerts.amazonaws.com")


def _broken(subscription: dict[str, Any]) -> Iterator[str]:
    if not subscription["MonitorArnList"]:
        yield "MonitorArnList must not be empty"
    if ("Threshold" in subscription) == ("ThresholdExpression" in subscription):
        yield "Give exactly one of Threshold and ThresholdExpression"
    frequency = subscription["Frequency"]
    channel = _CHANNEL[frequency]
    channels = [each.get("Type") for each in subscription["Subscribers"]]
    if not channels or set(channels) != {channel}:
        yield f"A subscription with frequency {frequency} takes {channel} subscribers only"
    if channels.count("SNS") > 1 or channels.count("EMAIL") > _MAX_EMAILS:
        yield "A subscription takes one SNS topic or up to 10 e-mail addresses"
