import json

import pytest

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/execution"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/deny"
FILTER = {
    "And": [
        {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Bedrock"]}},
        {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit"]}}},
    ]
}
BUDGET = {
    "BudgetName": "claimed",
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": 200, "Unit": "USD"},
    "FilterExpression": FILTER,
    "Metrics": ["UnblendedCost"],
}
NOTIFICATION = {
    "ComparisonOperator": "GREATER_THAN",
    "NotificationType": "ACTUAL",
    "Threshold": 80,
    "ThresholdType": "PERCENTAGE",
}
CLAIM = {
    "Budget": {name: value for name, value in BUDGET.items() if name != "BudgetName"},
    "NotificationsWithSubscribers": [
        {
            "Notification": NOTIFICATION,
            "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}],
        }
    ],
}


@pytest.fixture
def budgets(aws):
    return aws.client("budgets")


@pytest.fixture
def create(budgets):
    def run(**change):
        budget = {**BUDGET, "BudgetLimit": {"Amount": "200", "Unit": "USD"}, **change}
        budgets.create_budget(
            AccountId=ACCOUNT,
            Budget=budget,
            NotificationsWithSubscribers=CLAIM["NotificationsWithSubscribers"],
        )

    return run


def other_service():
    return {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Kendra"]}}


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({}, []),
        ({"BudgetLimit": {"Amount": "999", "Unit": "USD"}}, ["Budget.BudgetLimit.Amount"]),
        ({"TimeUnit": "ANNUALLY"}, ["Budget.TimeUnit"]),
        (
            {"FilterExpression": other_service()},
            ["Budget.FilterExpression.And", "Budget.FilterExpression.Dimensions"],
        ),
    ],
)
def test_a_budget(create, differences, change, paths):
    create(**change)
    assert differences("AWS::Budgets::Budget", "claimed", CLAIM) == paths


def test_a_budget_that_tells_somebody_else(create, budgets, changed):
    create()
    budgets.create_subscriber(
        AccountId=ACCOUNT,
        BudgetName="claimed",
        Notification=NOTIFICATION,
        Subscriber={"SubscriptionType": "EMAIL", "Address": "b@example.com"},
    )
    assert changed("AWS::Budgets::Budget", "claimed", CLAIM) == ["NotificationsWithSubscribers"]


def test_a_budget_without_its_notification(create, budgets, changed):
    create()
    budgets.delete_notification(AccountId=ACCOUNT, BudgetName="claimed", Notification=NOTIFICATION)
    assert changed("AWS::Budgets::Budget", "claimed", CLAIM) == ["NotificationsWithSubscribers"]


def test_a_budget_that_is_gone(differences):
    assert differences("AWS::Budgets::Budget", "gone", CLAIM) == ["(resource)"]


ACTION = {
    "BudgetName": "claimed",
    "NotificationType": "ACTUAL",
    "ActionType": "APPLY_IAM_POLICY",
    "ApprovalModel": "AUTOMATIC",
    "ActionThreshold": {"Type": "PERCENTAGE", "Value": 100},
    "ExecutionRoleArn": ROLE,
    "Definition": {"IamActionDefinition": {"PolicyArn": POLICY, "Roles": ["invoker"]}},
    "Subscribers": [{"Type": "EMAIL", "Address": "a@example.com"}],
}


@pytest.fixture
def action(aws, create, budgets):
    """The action's physical id, for an action that differs from the claim in some members."""
    iam = aws.client("iam")
    for name in ("execution", "invoker", "other"):
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "budgets.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    deny = {"Effect": "Deny", "Action": "bedrock:Invoke*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [deny]}
    iam.create_policy(PolicyName="deny", PolicyDocument=json.dumps(document))
    create()

    def run(**change):
        made = budgets.create_budget_action(
            AccountId=ACCOUNT,
            **{
                **ACTION,
                "ActionThreshold": {
                    "ActionThresholdType": "PERCENTAGE",
                    "ActionThresholdValue": 100,
                },
                "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}],
                **change,
            },
        )
        return f"{made['ActionId']}|claimed"

    return run


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({}, None),
        ({"ApprovalModel": "MANUAL"}, "ApprovalModel"),
        (
            {"Definition": {"IamActionDefinition": {"PolicyArn": POLICY, "Roles": ["other"]}}},
            "Definition.IamActionDefinition.Roles[]",
        ),
        (
            {
                "ActionThreshold": {
                    "ActionThresholdType": "PERCENTAGE",
                    "ActionThresholdValue": 500,
                }
            },
            "ActionThreshold.Value",
        ),
    ],
)
def test_a_budget_action(action, differences, change, path):
    identifier = action(**change)
    found = differences("AWS::Budgets::BudgetsAction", identifier, ACTION)
    assert found == ([path] if path else [])


MONITOR = {"MonitorName": "m", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
THRESHOLD = {
    "Dimensions": {
        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
        "Values": ["100"],
    }
}


@pytest.fixture
def monitor(aws):
    return aws.client("ce").create_anomaly_monitor(AnomalyMonitor=MONITOR)["MonitorArn"]


@pytest.mark.parametrize(("name", "paths"), [("m", []), ("other", ["MonitorName"])])
def test_a_monitor(monitor, differences, name, paths):
    claim = {**MONITOR, "MonitorName": name}
    assert differences("AWS::CE::AnomalyMonitor", monitor, claim) == paths


def test_a_monitor_that_is_gone(aws, monitor, differences):
    aws.client("ce").delete_anomaly_monitor(MonitorArn=monitor)
    assert differences("AWS::CE::AnomalyMonitor", monitor, MONITOR) == ["(resource)"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({}, None),
        ({"Frequency": "WEEKLY"}, "Frequency"),
        ({"Subscribers": [{"Type": "EMAIL", "Address": "b@example.com"}]}, "Subscribers[].Address"),
        (
            {
                "ThresholdExpression": {
                    "Dimensions": {**THRESHOLD["Dimensions"], "Values": ["100000"]}
                }
            },
            "ThresholdExpression.Dimensions.Values[]",
        ),
    ],
)
def test_a_subscription_to_anomalies(aws, monitor, differences, change, path):
    deployed = {
        "SubscriptionName": "s",
        "MonitorArnList": [monitor],
        "Frequency": "DAILY",
        "Subscribers": [{"Type": "EMAIL", "Address": "a@example.com"}],
        "ThresholdExpression": THRESHOLD,
    }
    made = aws.client("ce").create_anomaly_subscription(AnomalySubscription={**deployed, **change})[
        "SubscriptionArn"
    ]
    claim = {**deployed, "ThresholdExpression": json.dumps(THRESHOLD)}
    found = differences("AWS::CE::AnomalySubscription", made, claim)
    assert found == ([path] if path else [])
