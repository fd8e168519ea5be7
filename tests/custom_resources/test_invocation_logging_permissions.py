"""The handler's role grants what the handler calls: no more, no less."""

import json

import aws_cdk as cdk
import pytest

from secure_bedrock import InvocationLogging

FOREIGN = {"s3Config": {"bucketName": "somebody-elses"}}
OWN_LOG = {"logs", "kms"}


@pytest.fixture
def template(env_stack):
    def synth(*, replace_existing):
        InvocationLogging(env_stack, "Logging", replace_existing=replace_existing)
        return cdk.assertions.Template.from_stack(env_stack).to_json()["Resources"]

    return synth


def statements(template):
    (policy,) = [r for name, r in template.items() if "HandlerPermissions" in name]
    return policy["Properties"]["PolicyDocument"]["Statement"]


def actions(statement):
    action = statement["Action"]
    return {action} if isinstance(action, str) else set(action)


def granted(template):
    found = {action for statement in statements(template) for action in actions(statement)}
    return {action for action in found if action.split(":")[0] not in OWN_LOG}


def resource_properties(template, name):
    (custom,) = [r for r in template.values() if r["Type"].startswith("Custom::")]
    config = {
        "cloudWatchConfig": {
            "logGroupName": name,
            "roleArn": "arn:aws:iam::123456789012:role/delivery",
        },
        "s3Config": {"bucketName": name},
    }
    wanted = {key: str(value).lower() for key, value in custom["Properties"].items()}
    wanted["SavedConfigurationParameter"] = custom["Properties"]["SavedConfigurationParameter"]
    return wanted | {"LoggingConfig": config}


def called_in_a_whole_life(account, template):
    """Create, update, restore on delete; then create and delete with nothing to restore."""
    old, new = (resource_properties(template, name) for name in ("old", "new"))
    for name in ("old", "new", "somebody-elses"):
        account.destination(name)
    if new["ReplaceExisting"] == "true":
        account.configuration = FOREIGN
    else:
        saved_earlier = {"Name": new["SavedConfigurationParameter"], "Type": "String"}
        account.ssm.put_parameter(Value=json.dumps(FOREIGN), **saved_earlier)
        account.calls.clear()
    account.operations().create({"ResourceProperties": old})
    account.operations().update({"ResourceProperties": new, "OldResourceProperties": old})
    account.operations().delete({"ResourceProperties": new})
    assert account.configuration == FOREIGN
    account.configuration = {}
    account.operations().create({"ResourceProperties": new})
    account.operations().delete({"ResourceProperties": new})
    return set(account.calls)


@pytest.mark.parametrize("replace_existing", [True, False])
def test_the_role_grants_exactly_what_the_handler_calls(account, template, replace_existing):
    resources = template(replace_existing=replace_existing)
    called = called_in_a_whole_life(account, resources)
    # A configuration with a log group names its role, and AWS demands PassRole for that.
    assert granted(resources) == called | {"iam:PassRole"}


@pytest.mark.parametrize("replace_existing", [True, False])
def test_only_the_three_calls_without_resource_types_have_a_wildcard(template, replace_existing):
    resources = template(replace_existing=replace_existing)
    (wild,) = [s for s in statements(resources) if s["Resource"] == "*"]
    assert {
        action.split(":")[1].removesuffix("ModelInvocationLoggingConfiguration")
        for action in wild["Action"]
    } == {"Get", "Put", "Delete"}


def test_the_parameter_is_the_one_the_handler_is_told(template):
    resources = template(replace_existing=True)
    (statement,) = [s for s in statements(resources) if "ssm:GetParameter" in s["Action"]]
    name = resource_properties(resources, "x")["SavedConfigurationParameter"]
    assert statement["Resource"] == f"arn:aws:ssm:eu-west-1:111122223333:parameter{name}"


def pass_role(resources):
    (statement,) = [s for s in statements(resources) if s["Action"] == "iam:PassRole"]
    condition = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
    assert statement["Condition"] == condition
    return statement["Resource"]


def test_only_the_delivery_role_is_passed(template):
    resources = template(replace_existing=False)
    (custom,) = [r for r in resources.values() if r["Type"].startswith("Custom::")]
    config = custom["Properties"]["LoggingConfig"]["cloudWatchConfig"]
    assert pass_role(resources) == config["roleArn"]


def test_replacing_passes_any_role_of_the_account_because_restoring_has_to(template):
    resources = template(replace_existing=True)
    assert pass_role(resources) == "arn:aws:iam::111122223333:role/*"
