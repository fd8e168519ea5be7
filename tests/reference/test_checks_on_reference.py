import pytest

from secure_bedrock.rules import Profile, check


@pytest.mark.parametrize("profile", Profile)
def test_our_own_rules_find_nothing_in_the_reference_stack(assembly, profile):
    template = assembly.get_stack_by_name("SecureBedrock").template
    found = check(template, profiles=[profile], region="eu-west-1", account="111122223333")
    assert [f"{each.rule_id} {each.location} {each.message}" for each in found] == []


def test_they_would_find_a_weakened_one(assembly):
    template = assembly.get_stack_by_name("SecureBedrock").template
    (guardrail,) = (
        r for r in template["Resources"].values() if r["Type"] == "AWS::Bedrock::Guardrail"
    )
    del guardrail["Properties"]["KmsKeyArn"]
    assert "GRD02" in {each.rule_id for each in check(template)}
