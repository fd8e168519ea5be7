import pytest

from secure_bedrock import ApiGatewayLogging
from secure_bedrock.testing import assert_secure


@pytest.fixture
def role(env_stack):
    return ApiGatewayLogging(env_stack, "Logging").role


def test_api_gateway_writes_logs_with_it_and_nobody_else_takes_it_on(env_stack, role, resources):
    (found,) = resources(env_stack, "AWS::IAM::Role").values()
    (statement,) = found["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    (account,) = resources(env_stack, "AWS::ApiGateway::Account").values()
    arn = {"CloudWatchRoleArn": env_stack.resolve(role.role_arn)}
    assert account["Properties"] == arn


def test_the_setting_waits_for_the_permissions_that_aws_checks(env_stack, role, resources):  # noqa: ARG001
    (account,) = resources(env_stack, "AWS::ApiGateway::Account").values()
    assert any("Permissions" in name for name in account["DependsOn"])


@pytest.mark.usefixtures("role")
def test_role_and_permissions_stay_because_the_setting_does(env_stack, resources):
    for kind in ("Role", "ManagedPolicy"):
        (found,) = resources(env_stack, f"AWS::IAM::{kind}").values()
        assert found["DeletionPolicy"] == "Retain"


@pytest.mark.usefixtures("role")
def test_it_writes_to_log_groups_of_its_own_account_and_region(env_stack, resources):
    (policy,) = resources(env_stack, "AWS::IAM::ManagedPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == "arn:aws:logs:eu-west-1:111122223333:log-group:*"
    assert "logs:PutLogEvents" in statement["Action"]


@pytest.mark.usefixtures("role")
@pytest.mark.parametrize("profile", ["baseline", "strict"])
def test_no_rule_finds_anything(env_stack, profile):
    assert_secure(env_stack, profile=profile)
