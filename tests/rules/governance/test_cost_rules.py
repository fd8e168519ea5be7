import pytest

OPEN = {"Ref": "Elsewhere"}
TOLD = [{"Notification": {"Threshold": 80}, "Subscribers": [{"Address": "a@example.com"}]}]
BOTH = ["Amazon Bedrock", "Claude (Amazon Bedrock Edition)"]


def budget(services, notifications=TOLD):
    properties = {"Budget": {"CostFilters": {"Service": services}}}
    if notifications:
        properties["NotificationsWithSubscribers"] = notifications
    return {"Type": "AWS::Budgets::Budget", "Properties": properties}


@pytest.mark.parametrize(
    ("services", "notifications", "expected"),
    [
        (BOTH, TOLD, []),
        (BOTH, None, ["fail Properties.NotificationsWithSubscribers"]),
        (BOTH, OPEN, ["unknown Properties.NotificationsWithSubscribers"]),
        (["Amazon Bedrock"], TOLD, ["fail Properties.Budget"]),
        (["Amazon Bedrock", OPEN], TOLD, ["unknown Properties.Budget"]),
        (["Amazon Simple Storage Service"], None, []),
    ],
)
def test_a_budget_for_bedrock_counts_all_and_tells(
    judge, accepting, services, notifications, expected
):
    assert judge("GOV01", budget(services, notifications)) == expected
    assert judge("GOV01", accepting(budget(services, notifications), "GOV01")) == []


def test_a_filter_expression_is_read(judge):
    bedrock = {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Bedrock"]}}
    sold = {"Dimensions": {"Key": "BILLING_ENTITY", "Values": ["AWS Marketplace"]}}
    subject = budget([])
    subject["Properties"]["Budget"] = {"FilterExpression": bedrock}
    assert judge("GOV01", subject) == ["fail Properties.Budget"]
    subject["Properties"]["Budget"] = {"FilterExpression": {"Or": [bedrock, sold]}}
    assert judge("GOV01", subject) == []


def test_an_action_tells_too(judge):
    action = {
        "Type": "AWS::Budgets::BudgetsAction",
        "Properties": {"BudgetName": {"Ref": "Budget"}},
    }
    assert judge("GOV01", {"Budget": budget(BOTH, None), "Action": action}) == []


def monitored(arn):
    subscription = {"MonitorArnList": [arn], "SubscriptionName": "s"}
    return {
        "Monitor": {"Type": "AWS::CE::AnomalyMonitor", "Properties": {"MonitorName": "m"}},
        "Told": {"Type": "AWS::CE::AnomalySubscription", "Properties": subscription},
    }


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ({"Fn::GetAtt": ["Monitor", "MonitorArn"]}, []),
        ({"Ref": "Monitor"}, []),
        ("arn:aws:ce::111122223333:anomalymonitor/other", ["fail "]),
        (OPEN, ["unknown "]),
    ],
)
def test_somebody_is_told_of_anomalies(judge, accepting, arn, expected):
    resources = monitored(arn)
    assert judge("GOV02", resources) == expected
    accepted = accepting(resources["Monitor"], "GOV02")
    assert judge("GOV02", {**resources, "Monitor": accepted}) == []
