import json
import re

import aws_cdk as cdk
import pytest

from secure_bedrock.access.organization_guards import (
    OrganizationGuards,
    service_control_policies,
)
from secure_bedrock.access.service_control.keys import NoApiKeys
from secure_bedrock.access.service_control.models import (
    GuardrailRequired,
    NoNewModels,
    OnlyModels,
)
from secure_bedrock.access.service_control.perimeter import OnlyVpcEndpoints
from secure_bedrock.access.service_control.regions import OnlyRegions
from secure_bedrock.access.service_control.tampering import NoTampering, OnlyDataRetention

GUARDRAIL = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/gr1"
EVERYTHING = [
    OnlyModels(models=("anthropic.claude-*", "amazon.nova-*")),
    GuardrailRequired(guardrails=(GUARDRAIL,)),
    OnlyRegions(regions=("eu-west-1", "eu-central-1"), geographies=("eu",)),
    NoApiKeys(),
    OnlyVpcEndpoints(vpc_endpoint_ids=("vpce-1",)),
    NoTampering(except_roles=("cdk-*-cfn-exec-role-*",)),
    OnlyDataRetention(),
    NoNewModels(),
]
TYPE = "AWS::Organizations::Policy"


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


def many_models(count):
    return OnlyModels(models=tuple(f"vendor{n}.model-with-a-long-name-v1" for n in range(count)))


def test_all_guards_fit_into_two_small_policies():
    texts = service_control_policies(EVERYTHING)
    assert len(texts) == 2
    assert all(len(text) <= 5120 for text in texts)


def test_nothing_is_lost_when_guards_are_split():
    sids = [
        s["Sid"] for t in service_control_policies(EVERYTHING) for s in json.loads(t)["Statement"]
    ]
    wanted = [s["Sid"] for guard in EVERYTHING for s in guard.statements("aws")]
    assert sids == wanted


def test_policies_have_no_white_space():
    assert all(
        " " not in text and "\n" not in text for text in service_control_policies(EVERYTHING)
    )


def test_a_larger_limit_needs_fewer_policies():
    assert len(service_control_policies(EVERYTHING, limit=10_240)) == 1


@pytest.mark.parametrize(
    ("guards", "limit", "message"),
    [
        ([], 5120, "guards is empty"),
        ([NoApiKeys(), NoApiKeys(short_term_use=True)], 5120, "two guards make the statement No"),
        ([NoApiKeys()], 5119, "limit is 5119: choose 5120 to 10240 characters"),
        ([NoApiKeys()], 10241, "limit is 10241: choose 5120 to 10240 characters"),
        ([many_models(80)], 5120, "statement OnlyModels needs 6,"),
    ],
)
def test_guards_that_do_not_fit_are_refused(guards, limit, message):
    with refused(message):
        service_control_policies(guards, limit=limit)


def test_the_same_statement_fits_the_larger_limit():
    assert len(service_control_policies([many_models(80)], limit=10_240)) == 1


def test_more_policies_than_can_be_attached_are_refused():
    class Large:
        def statements(self, partition):
            return [
                {
                    "Sid": f"S{n}",
                    "Effect": "Deny",
                    "Action": ["bedrock:*"],
                    "Resource": [partition * 900],
                }
                for n in range(10)
            ]

    with refused("the guards need 10 policies, 9 can be attached beside FullAWSAccess"):
        service_control_policies([Large()])


def test_policies_are_attached_one_after_the_other(env_stack, resources):
    OrganizationGuards(env_stack, "Guards", guards=EVERYTHING, target_ids=["ou-ab12-34cd56ef"])
    first, second = resources(env_stack, TYPE).values()
    assert first["Properties"]["Type"] == "SERVICE_CONTROL_POLICY"
    assert first["Properties"]["TargetIds"] == ["ou-ab12-34cd56ef"]
    assert second["DependsOn"] == [next(iter(resources(env_stack, TYPE)))]
    assert first["Properties"]["Name"] != second["Properties"]["Name"]


def test_the_content_is_the_policy_itself(env_stack, resources):
    OrganizationGuards(env_stack, "Guards", guards=EVERYTHING, target_ids=["r-ab12"])
    contents = [policy["Properties"]["Content"] for policy in resources(env_stack, TYPE).values()]
    assert contents == service_control_policies(EVERYTHING)


def test_an_unknown_partition_is_left_to_the_deployment(stack, resources):
    guards = [GuardrailRequired(guardrails=(GUARDRAIL,))]
    OrganizationGuards(stack, "Guards", guards=guards, target_ids=["r-ab12"])
    (policy,) = resources(stack, TYPE).values()
    parts = policy["Properties"]["Content"]["Fn::Join"][1]
    assert {"Ref": "AWS::Partition"} in parts
    assert not any("aws-us-gov" in part for part in parts if isinstance(part, str))
    assert any(GUARDRAIL in part for part in parts if isinstance(part, str))


def test_policies_can_be_written_to_files(env_stack, tmp_path):
    guards = OrganizationGuards(env_stack, "Guards", guards=EVERYTHING, target_ids=["r-ab12"])
    files = guards.write_to(tmp_path / "policies")
    assert list(files) == ["Test-Guards-1", "Test-Guards-2"]
    texts = [path.read_text().strip() for path in files.values()]
    assert texts == service_control_policies(EVERYTHING)


def test_files_need_a_known_partition(stack, tmp_path):
    guards = OrganizationGuards(stack, "Guards", guards=[NoApiKeys()], target_ids=["r-ab12"])
    with refused("Test/Guards: the partition is only known at deployment"):
        guards.write_to(tmp_path)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([], "Test/Guards: target_ids is empty"),
        (["prod"], "Test/Guards: 'prod' is no target: write r-..., ou-... or 12 digits"),
        (["12345"], "Test/Guards: '12345' is no target"),
    ],
)
def test_targets_that_are_none_are_refused(env_stack, targets, message):
    with refused(message):
        OrganizationGuards(env_stack, "Guards", guards=EVERYTHING, target_ids=targets)


def test_an_error_of_the_guards_names_the_construct(env_stack):
    with refused("Test/Guards: statement OnlyModels needs"):
        OrganizationGuards(
            env_stack, "Guards", guards=[many_models(80)], target_ids=[cdk.Aws.ACCOUNT_ID]
        )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: OnlyModels(models=()), "models is empty"),
        (lambda: OnlyModels(models=("*",)), "'*' is no model id"),
        (lambda: OnlyModels(models=("a/b",)), "'a/b' is no model id"),
        (lambda: GuardrailRequired(guardrails=()), "guardrails is empty"),
        (lambda: GuardrailRequired(guardrails=(f"{GUARDRAIL}:1",)), "without a version"),
        (lambda: OnlyRegions(regions=()), "regions is empty"),
        (
            lambda: OnlyRegions(regions=("eu-west-1",), geographies=("global",)),
            "'global' is no geography",
        ),
        (lambda: OnlyVpcEndpoints(vpc_endpoint_ids=()), "vpc_endpoint_ids is empty"),
        (lambda: OnlyVpcEndpoints(vpc_endpoint_ids=("vpc-1",)), "'vpc-1' is no VPC endpoint id"),
        (lambda: NoTampering(except_roles=()), "name the role that deploys"),
        (lambda: OnlyDataRetention(modes=("all",)), "'all' is no retention mode"),
        (lambda: NoApiKeys(long_term_days=0), "long_term_days is 0: choose 1 to 36600 days"),
    ],
)
def test_guards_that_make_no_sense_are_refused(make, message):
    with refused(message):
        make()


def test_defaults(env_stack, snapshot):
    OrganizationGuards(env_stack, "Guards", guards=EVERYTHING, target_ids=["r-ab12"])
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot
