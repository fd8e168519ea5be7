"""What the mixin makes of applications written with peers, see harden_fixtures.py."""

import json
from collections import Counter
from pathlib import Path

import pytest

from secure_bedrock.rules import Status, check

FIXTURES = Path(__file__).parent / "fixtures"
GUARDRAIL = {"GRD02", "GRD03", "GRD06", "GRD11"}
AGENT = {"AGT01", "AGT02"}
BEFORE = {"alpha": {*GUARDRAIL, *AGENT}, "cdklabs": {*GUARDRAIL, *AGENT, "GRD14", "KBS01"}}


def application(peer, state):
    return json.loads((FIXTURES / f"{peer}_hardened.json").read_text())[state]


def broken(template):
    """Baseline rules that resources of Amazon Bedrock break."""
    types = {name: each["Type"] for name, each in template["Resources"].items()}
    found = [each for each in check(template) if each.status is Status.FAIL]
    return Counter(
        each.rule_id for each in found if types[each.logical_id].startswith("AWS::Bedrock::")
    )


@pytest.mark.parametrize("peer", BEFORE)
def test_applications_of_peers_break_the_baseline_and_are_repaired(peer):
    assert set(broken(application(peer, "before"))) == BEFORE[peer]
    assert broken(application(peer, "after")) == Counter()


@pytest.mark.parametrize("peer", BEFORE)
def test_everything_could_be_completed_and_is_listed(peer):
    after = application(peer, "after")
    assert after["gaps"] == []
    changed = {path.split("/")[1] for path, _ in after["changes"]}
    assert {"Guardrail", "Agent"} <= changed


@pytest.mark.parametrize("peer", BEFORE)
def test_roles_of_peers_get_what_the_changes_need(peer):
    policies = str(
        [
            each["Properties"]["PolicyDocument"]
            for each in application(peer, "after")["Resources"].values()
            if each["Type"] == "AWS::IAM::ManagedPolicy"
        ]
    )
    assert "bedrock:ApplyGuardrail" in policies
    assert "kms:GenerateDataKey" in policies


def test_without_the_mixin_nothing_is_changed():
    assert all(application(peer, "before")["changes"] == [] for peer in BEFORE)
