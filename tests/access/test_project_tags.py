import json

import pytest

from secure_bedrock import ProjectTagPolicy

TARGETS = ["ou-ab12-11111111"]


@pytest.fixture
def policy(stack, resources):
    def build(**given):
        ProjectTagPolicy(stack, "Tags", target_ids=TARGETS, **given)
        (found,) = resources(stack, "AWS::Organizations::Policy").values()
        return found["Properties"]

    return build


def test_by_default_it_says_the_spelling_and_enforces_nothing(policy):
    found = policy()
    assert (found["Type"], found["TargetIds"]) == ("TAG_POLICY", TARGETS)
    assert json.loads(found["Content"]) == {
        "tags": {"project": {"tag_key": {"@@assign": "project"}}}
    }


def test_values_and_enforcement_are_written_out(policy):
    content = json.loads(
        policy(tag_key="CostCenter", values=["1*", "2"], enforced_for=["ec2:ALL_SUPPORTED"])[
            "Content"
        ]
    )
    assert content["tags"]["costcenter"] == {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@assign": ["1*", "2"]},
        "enforced_for": {"@@assign": ["ec2:ALL_SUPPORTED"]},
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tag_key": "aws:x"}, "reserved for AWS"),
        ({"values": ["a", "a"]}, "is listed twice"),
        ({"values": ["a*b"]}, "must have 1 to 256"),
        ({"enforced_for": ["bedrock"]}, "is no resource type"),
        ({"values": [f"value-{n}" for n in range(2000)]}, "10,000 are allowed"),
    ],
)
def test_what_organizations_would_refuse_is_refused(policy, given, message):
    with pytest.raises(ValueError, match=f"^Test/Tags: .*{message}"):
        policy(**given)
