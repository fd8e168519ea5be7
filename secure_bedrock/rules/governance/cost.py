"""Whether somebody hears of cost."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    NO,
    Node,
    Profile,
    Resource,
    Severity,
    Verdicts,
    any_of,
    forbid,
    matches,
    present,
    refers_to,
    require,
    rule,
)

_GUIDE = "https://docs.aws.amazon.com/cost-management/latest/userguide"


@rule(
    "GOV01",
    resource="AWS::Budgets::Budget",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add notifications with subscribers, and count AWS Marketplace too.",
    source=f"{_GUIDE}/budgets-create-filters.html",
)
def bedrock_budget_counts_all_and_tells(budget: Resource) -> Verdicts:
    """A budget for Bedrock counts models from AWS Marketplace too, and somebody is told.

    Models of other providers are billed as services of AWS Marketplace, so a filter for Amazon
    Bedrock alone misses them. Whether an account has a budget at all is no template matter.
    """
    filters = [
        name
        for key in ("CostFilters", "FilterExpression")
        for name in _texts(budget["Budget"][key].parsed())
    ]
    if any_of(matches(each, "*Bedrock*") for each in filters) is NO:
        return
    told = present(budget["NotificationsWithSubscribers"])
    actions = budget.template.of_type("AWS::Budgets::BudgetsAction")
    acts = any_of(refers_to(each["BudgetName"], budget) for each in actions)
    yield from require(told | acts, budget["NotificationsWithSubscribers"])
    counted = any_of(matches(each, "*Marketplace*", "*Bedrock Edition*") for each in filters)
    message = "the filter leaves out models that AWS Marketplace sells"
    yield from forbid(~counted, budget["Budget"], message)


def _texts(node: Node) -> Iterator[Node]:
    members = [each for _, each in node.items()] if isinstance(node.value, dict) else []
    members += list(node) if isinstance(node.value, list) else []
    for each in members:
        yield from _texts(each)
    if node.text is not None or node.unknown:
        yield node


@rule(
    "GOV02",
    resource="AWS::CE::AnomalyMonitor",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add an AWS::CE::AnomalySubscription that names the monitor.",
    source=f"{_GUIDE}/getting-started-ad.html",
)
def anomaly_monitor_tells(monitor: Resource) -> Verdicts:
    """Somebody is told of the anomalies that a cost monitor finds.

    Whether an account has a monitor at all is no template matter.
    """
    subscriptions = monitor.template.of_type("AWS::CE::AnomalySubscription")
    told = any_of(
        refers_to(arn, monitor) for each in subscriptions for arn in each["MonitorArnList"]
    )
    return require(told, monitor, "no subscription of the template names the monitor")
