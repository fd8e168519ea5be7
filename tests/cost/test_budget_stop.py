import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.spending import SPENDING_ACTIONS
from secure_bedrock.cost.budget_guard import BudgetGuard
from secure_bedrock.cost.stop import BudgetStop, StopApproval
from secure_bedrock.cost.thresholds import SpendKind

ACCOUNT_ROLE = "arn:aws:iam::111122223333:role"


@pytest.fixture
def invoker(env_stack):
    return iam.Role(env_stack, "Invoker", assumed_by=iam.AccountRootPrincipal())


@pytest.fixture
def stopped(env_stack, resources):
    """Builds a guard that stops the given roles, and reads the resource of a type."""

    def build(*roles, **how):
        return BudgetGuard(
            env_stack,
            "Guard",
            monthly_limit_usd=1,
            emails=["a@example.com"],
            stop_at=BudgetStop(roles=roles, **how),
        )

    def read(resource_type, logical_id=""):
        found = resources(env_stack, resource_type)
        (one,) = [found[name] for name in found if name.startswith(logical_id)]
        return one

    build.read = read
    return build


def action(stopped):
    return stopped.read("AWS::Budgets::BudgetsAction")["Properties"]


def named_roles(stopped):
    return action(stopped)["Definition"]["IamActionDefinition"]["Roles"]


def test_trap_8_the_approval_model_is_always_set(stopped, invoker):
    stopped(invoker)
    assert action(stopped)["ApprovalModel"] == "AUTOMATIC"


def test_a_person_may_have_to_approve(stopped, invoker):
    stopped(invoker, approval=StopApproval.MANUAL)
    assert action(stopped)["ApprovalModel"] == "MANUAL"


def test_the_action_follows_percentage_and_kind(stopped, invoker):
    stopped(invoker, at_percent=120, kind=SpendKind.FORECASTED)
    assert action(stopped)["NotificationType"] == "FORECASTED"
    assert action(stopped)["ActionThreshold"] == {"Type": "PERCENTAGE", "Value": 120}


def test_the_action_refers_to_the_budget_s_generated_name(env_stack, stopped, invoker):
    guard = stopped(invoker)
    assert action(stopped)["BudgetName"] == env_stack.resolve(guard.budget_name)


def test_the_policy_denies_every_spending_action_everywhere(stopped, invoker):
    stopped(invoker)
    policy = stopped.read("AWS::IAM::ManagedPolicy", "GuardStopDeny")["Properties"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", "*")
    assert set(statement["Action"]) == set(SPENDING_ACTIONS)


def test_the_guard_shows_its_deny_policy(env_stack, stopped, invoker):
    arn = env_stack.resolve(stopped(invoker).deny_policy.managed_policy_arn)
    assert action(stopped)["Definition"]["IamActionDefinition"]["PolicyArn"] == arn


def test_without_a_stop_there_is_no_action_and_no_role(env_stack, resources):
    guard = BudgetGuard(env_stack, "Guard", monthly_limit_usd=1)
    assert guard.deny_policy is None
    assert resources(env_stack, "AWS::Budgets::BudgetsAction") == {}
    assert resources(env_stack, "AWS::IAM::Role") == {}


def test_trap_8_roles_are_named_not_given_as_arns(env_stack, stopped, invoker):
    stopped(invoker)
    assert named_roles(stopped) == [env_stack.resolve(invoker.role_name)]


def test_trap_8_an_imported_role_keeps_its_path(env_stack, stopped):
    stopped(iam.Role.from_role_arn(env_stack, "Imported", f"{ACCOUNT_ROLE}/team/app/Invoker"))
    assert named_roles(stopped) == ["team/app/Invoker"]


def test_trap_8_a_role_of_the_stack_keeps_its_path(env_stack, stopped):
    role = iam.Role(env_stack, "R", assumed_by=iam.AccountRootPrincipal(), path="/team/")
    stopped(role)
    name = env_stack.resolve(role.role_name)
    assert named_roles(stopped) == [{"Fn::Join": ["", ["team/", name]]}]


def test_a_role_known_by_its_name_is_named(env_stack, stopped):
    stopped(iam.Role.from_role_name(env_stack, "Named", "Invoker"))
    assert named_roles(stopped) == ["Invoker"]


def test_an_arn_known_only_at_deployment_warns_that_its_path_is_lost(env_stack, stopped):
    arn = cdk.CfnParameter(env_stack, "Arn").value_as_string
    stopped(iam.Role.from_role_arn(env_stack, "Late", arn))
    annotations = cdk.assertions.Annotations.from_stack(env_stack)
    found = annotations.find_warning("*", cdk.assertions.Match.any_value())
    assert ["a path in it would be lost" in entry.entry.data for entry in found] == [True]


def test_only_budgets_of_this_account_take_the_execution_role(env_stack, stopped):
    stopped(iam.Role.from_role_name(env_stack, "Named", "Invoker"))
    role = stopped.read("AWS::IAM::Role")["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "budgets.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": "arn:aws:budgets::111122223333:budget/*"},
    }


def test_the_execution_role_attaches_this_policy_to_these_roles_only(env_stack, stopped, invoker):
    guard = stopped(invoker)
    policy = stopped.read("AWS::IAM::ManagedPolicy", "GuardStopAttach")["Properties"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    assert statement["Resource"] == env_stack.resolve(invoker.role_arn)
    policy_arn = env_stack.resolve(guard.deny_policy.managed_policy_arn)
    assert statement["Condition"] == {"ArnEquals": {"iam:PolicyARN": policy_arn}}


def test_the_action_waits_for_its_role_s_permissions(env_stack, stopped, resources):
    stopped(iam.Role.from_role_name(env_stack, "Named", "Invoker"))
    waits_for = stopped.read("AWS::Budgets::BudgetsAction")["DependsOn"]
    policies = resources(env_stack, "AWS::IAM::ManagedPolicy")
    assert [name for name in waits_for if name in policies and "Attach" in name]
