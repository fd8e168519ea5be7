import pytest

from secure_bedrock.cost.budget_guard import BudgetGuard

PUBLISHERS = ("budgets.amazonaws.com", "costalerts.amazonaws.com")


@pytest.fixture
def guard(env_stack):
    return BudgetGuard(env_stack, "Guard", monthly_limit_usd=1, emails=["a@example.com"])


@pytest.fixture
def policy(guard, env_stack, resources):  # noqa: ARG001 - the construct has to exist
    def statements(resource_type, name):
        (found,) = resources(env_stack, resource_type).values()
        return found["Properties"][name]["Statement"]

    return statements


def of_service(statements, service):
    return [s for s in statements if s["Principal"] == {"Service": service}]


def test_the_topic_is_encrypted_with_the_key(guard, env_stack, resources):
    (topic,) = resources(env_stack, "AWS::SNS::Topic").values()
    key = env_stack.resolve(guard.encryption_key.key_arn)
    assert topic["Properties"]["KmsMasterKeyId"] == key


@pytest.mark.parametrize("service", PUBLISHERS)
def test_trap_1_and_10_topic_and_key_admit_the_publisher(policy, service):
    (publish,) = of_service(policy("AWS::SNS::TopicPolicy", "PolicyDocument"), service)
    (use_key,) = of_service(policy("AWS::KMS::Key", "KeyPolicy"), service)
    assert publish["Action"] == "sns:Publish"
    assert set(use_key["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}


@pytest.mark.parametrize("service", PUBLISHERS)
def test_only_this_account_s_alerts_are_admitted(policy, service):
    (publish,) = of_service(policy("AWS::SNS::TopicPolicy", "PolicyDocument"), service)
    assert publish["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}


def test_budgets_of_this_account_only(policy):
    (publish,) = of_service(policy("AWS::SNS::TopicPolicy", "PolicyDocument"), PUBLISHERS[0])
    assert publish["Condition"]["ArnLike"] == {"aws:SourceArn": "arn:aws:budgets::111122223333:*"}


def test_publishing_without_tls_is_denied(policy):
    (denied,) = [
        s for s in policy("AWS::SNS::TopicPolicy", "PolicyDocument") if s["Effect"] == "Deny"
    ]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_budget_waits_for_the_topic_s_policy(guard, env_stack, resources):  # noqa: ARG001
    (policy,) = resources(env_stack, "AWS::SNS::TopicPolicy")
    (budget,) = resources(env_stack, "AWS::Budgets::Budget").values()
    assert policy in budget["DependsOn"]
