import json
from pathlib import Path

import aws_cdk as cdk
import pytest

OUTPUTS = {
    "GuardrailId",
    "GuardrailVersion",
    "InvocationLogBucket",
    "InvocationLogGroup",
    "InvokerRoleArn",
    "Models",
}


@pytest.fixture(scope="session")
def template(assembly):
    return assembly.get_stack_by_name("SecureBedrock").template


def of_type(template, resource_type):
    return {k: v for k, v in template["Resources"].items() if v["Type"] == resource_type}


def test_the_reference_stack(template, snapshot):
    assert template == snapshot


def test_everything_that_can_be_encrypted_names_a_key(template):
    key_property = {
        "AWS::Bedrock::Guardrail": "KmsKeyArn",
        "AWS::Logs::LogGroup": "KmsKeyId",
        "AWS::SNS::Topic": "KmsMasterKeyId",
    }
    for resource_type, name in key_property.items():
        found = of_type(template, resource_type)
        assert found
        assert all(name in resource["Properties"] for resource in found.values())


def test_nothing_leads_to_the_internet(template):
    leaving = {
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::EgressOnlyInternetGateway",
    }
    assert leaving.isdisjoint(r["Type"] for r in template["Resources"].values())


def test_the_budget_stops_the_invoker(template):
    (action,) = of_type(template, "AWS::Budgets::BudgetsAction").values()
    (invoker,) = [k for k in of_type(template, "AWS::IAM::Role") if k.startswith("Invoker")]
    assert action["Properties"]["Definition"]["IamActionDefinition"]["Roles"] == [{"Ref": invoker}]


def test_it_works_without_account_and_region(reference):
    app, stack = reference(account=None, region=None)
    assert cdk.Token.is_unresolved(stack.region)
    assert app.synth().get_stack_by_name("SecureBedrock").template["Resources"]


def test_no_lookup_is_needed(assembly):
    manifest = json.loads((Path(assembly.directory) / "manifest.json").read_text())
    assert "missing" not in manifest


@pytest.mark.parametrize("region", ["eu-north-1", "eu-south-1"])
def test_where_budgets_are_missing_they_get_a_stack_in_us_east_1(reference, region):
    app, stack = reference(region=region)
    assembly = app.synth()
    cost = assembly.get_stack_by_name("SecureBedrockCost")
    assert stack.budget is None
    assert cost.environment.region == "us-east-1"
    assert of_type(cost.template, "AWS::Budgets::Budget")


def test_the_budget_in_another_region_stops_the_invoker_by_its_name(reference):
    app, _ = reference(region="eu-north-1")
    assembly = app.synth()
    (action,) = of_type(
        assembly.get_stack_by_name("SecureBedrockCost").template, "AWS::Budgets::BudgetsAction"
    ).values()
    roles = of_type(assembly.get_stack_by_name("SecureBedrock").template, "AWS::IAM::Role")
    names = [r["Properties"]["RoleName"] for r in roles.values() if "RoleName" in r["Properties"]]
    assert action["Properties"]["Definition"]["IamActionDefinition"]["Roles"] == names


def test_the_cost_stack_is_deployed_after_the_role_exists(reference):
    app, _ = reference(region="eu-north-1")
    cost = app.synth().get_stack_by_name("SecureBedrockCost")
    assert "SecureBedrock" in [d.id for d in cost.dependencies]


def test_no_resource_of_its_own(reference, everything):
    """Composition only: whatever is in the template came from a construct of the library."""
    _, stack = reference(**everything)
    own = [each for each in stack.node.find_all() if is_of_reference(each)]
    children = {child for each in own for child in each.node.children}
    assert len(own) > 5
    foreign = {child.node.id for child in children if not is_of_library(child)}
    assert foreign == {"Projects"} | OUTPUTS


def is_of_library(construct):
    return type(construct).__module__.startswith("secure_bedrock.")


def is_of_reference(construct):
    return type(construct).__module__.startswith("secure_bedrock.reference")
