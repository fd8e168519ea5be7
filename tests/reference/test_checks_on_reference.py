from pathlib import Path

import pytest

from secure_bedrock.findings.acknowledged import acknowledge
from secure_bedrock.findings.assembly import Assembly
from secure_bedrock.rules import Profile, check, check_all, load_template


@pytest.mark.parametrize("profile", Profile)
def test_our_own_rules_find_nothing_in_the_reference_stack(assembly, profile):
    folder = Path(assembly.directory)
    source = load_template(folder / "SecureBedrock.template.json")
    ((_, report),) = check_all([source], profiles=[profile])
    report = acknowledge(source, report, Assembly(folder), {})
    assert [f"{each.rule_id} {each.location} {each.message}" for each in report.findings] == []
    assert {each.rule_id for each in report.acknowledged} <= {"IAM21"}


def test_they_would_find_a_weakened_one(assembly):
    template = assembly.get_stack_by_name("SecureBedrock").template
    (guardrail,) = (
        r for r in template["Resources"].values() if r["Type"] == "AWS::Bedrock::Guardrail"
    )
    del guardrail["Properties"]["KmsKeyArn"]
    assert "GRD02" in {each.rule_id for each in check(template)}
