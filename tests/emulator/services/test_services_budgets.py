import pytest

ACCOUNT = "123456789012"
ME = {"AccountId": ACCOUNT, "BudgetName": "b"}
BUDGET = {
    "BudgetName": "b",
    "BudgetLimit": {"Amount": "100", "Unit": "USD"},
    "TimeUnit": "MONTHLY",
    "BudgetType": "COST",
}
EMAIL = {"SubscriptionType": "EMAIL", "Address": "a@example.com"}
AT_80 = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/budget"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/deny"
ACTION = ME | {
    "NotificationType": "ACTUAL",
    "ActionType": "APPLY_IAM_POLICY",
    "ActionThreshold": {"ActionThresholdValue": 100.0, "ActionThresholdType": "PERCENTAGE"},
    "Definition": {"IamActionDefinition": {"PolicyArn": POLICY, "Roles": ["invoker"]}},
    "ExecutionRoleArn": ROLE,
    "ApprovalModel": "AUTOMATIC",
    "Subscribers": [EMAIL],
}


@pytest.fixture
def budgets(client):
    made = client("budgets")
    notice = {"Notification": AT_80, "Subscribers": [EMAIL]}
    made.create_budget(AccountId=ACCOUNT, Budget=BUDGET, NotificationsWithSubscribers=[notice])
    return made


def test_a_budget_reads_back(budgets):
    found = budgets.describe_budget(**ME)["Budget"]
    assert found["BudgetLimit"] == BUDGET["BudgetLimit"]
    assert budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"][0]["BudgetName"] == "b"


def test_a_filter_expression_reads_back(budgets):
    expression = {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Bedrock"]}}
    new = BUDGET | {"FilterExpression": expression, "Metrics": ["UnblendedCost"]}
    budgets.update_budget(AccountId=ACCOUNT, NewBudget=new)
    found = budgets.describe_budget(**ME)["Budget"]
    assert (found["FilterExpression"], "CostTypes" in found) == (expression, False)


def test_a_second_budget_of_the_name_is_refused(budgets, refusal):
    code, _ = refusal(budgets.create_budget, AccountId=ACCOUNT, Budget=BUDGET)
    assert code == "DuplicateRecordException"


def test_two_kinds_of_filter_are_refused(budgets, refusal):
    new = BUDGET | {"Metrics": ["UnblendedCost"], "CostFilters": {"Service": ["x"]}}
    assert refusal(budgets.update_budget, AccountId=ACCOUNT, NewBudget=new)[0] == (
        "InvalidParameterException"
    )


def test_a_notification_and_its_subscribers_read_back(budgets):
    (found,) = budgets.describe_notifications_for_budget(**ME)["Notifications"]
    answer = budgets.describe_subscribers_for_notification(**ME, Notification=found)
    assert (found["Threshold"], answer["Subscribers"]) == (80.0, [EMAIL])


def test_a_subscriber_is_added_and_removed(budgets):
    other = EMAIL | {"Address": "b@example.com"}
    budgets.create_subscriber(**ME, Notification=AT_80, Subscriber=other)
    budgets.delete_subscriber(**ME, Notification=AT_80, Subscriber=EMAIL)
    answer = budgets.describe_subscribers_for_notification(**ME, Notification=AT_80)
    assert answer["Subscribers"] == [other]


def test_an_11th_address_is_refused(budgets, refusal):
    for number in range(9):
        more = EMAIL | {"Address": f"a{number}@example.com"}
        budgets.create_subscriber(**ME, Notification=AT_80, Subscriber=more)
    last = EMAIL | {"Address": "last@example.com"}
    code, _ = refusal(budgets.create_subscriber, **ME, Notification=AT_80, Subscriber=last)
    assert code == "InvalidParameterException"


def test_a_notification_can_be_deleted(budgets):
    budgets.delete_notification(**ME, Notification=AT_80)
    assert budgets.describe_notifications_for_budget(**ME)["Notifications"] == []


def test_a_deleted_budget_is_gone(budgets, refusal):
    budgets.delete_budget(**ME)
    assert refusal(budgets.describe_budget, **ME)[0] == "NotFoundException"


def test_an_action_reads_back_changed(budgets):
    identifier = budgets.create_budget_action(**ACTION)["ActionId"]
    budgets.update_budget_action(**ME, ActionId=identifier, ApprovalModel="MANUAL")
    found = budgets.describe_budget_action(**ME, ActionId=identifier)["Action"]
    assert (found["ApprovalModel"], found["Status"]) == ("MANUAL", "STANDBY")
    assert found["Definition"] == ACTION["Definition"]


def test_a_deleted_action_is_gone(budgets):
    identifier = budgets.create_budget_action(**ACTION)["ActionId"]
    budgets.delete_budget_action(**ME, ActionId=identifier)
    assert budgets.describe_budget_actions_for_budget(**ME)["Actions"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"Definition": {"IamActionDefinition": {"PolicyArn": POLICY, "Roles": [ROLE]}}},
        {"Definition": {"IamActionDefinition": {"PolicyArn": POLICY}}},
        {"ActionType": "APPLY_SCP_POLICY"},
    ],
)
def test_an_action_the_service_refuses(budgets, refusal, change):
    assert refusal(budgets.create_budget_action, **(ACTION | change))[0] == (
        "InvalidParameterException"
    )


def test_an_action_without_approval_model_is_refused(budgets, refusal):
    budgets.meta.service_model.shape_for("CreateBudgetActionRequest").required_members.remove(
        "ApprovalModel"
    )
    wrong = {key: value for key, value in ACTION.items() if key != "ApprovalModel"}
    code, text = refusal(budgets.create_budget_action, **wrong)
    assert (code, "ApprovalModel" in text) == ("InvalidParameterException", True)


def test_tags_of_a_budget_change(budgets):
    arn = f"arn:aws:budgets::{ACCOUNT}:budget/b"
    budgets.tag_resource(ResourceARN=arn, ResourceTags=[{"Key": "a", "Value": "1"}])
    found = budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"]
    assert found == [{"Key": "a", "Value": "1"}]
