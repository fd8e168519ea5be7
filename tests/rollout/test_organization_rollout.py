import json
from pathlib import Path

import aws_cdk as cdk
import pytest

from secure_bedrock.guardrails import presets
from secure_bedrock.guardrails.topics import DeniedTopic
from secure_bedrock.monitoring.alarm_settings import MonitoredModel
from secure_bedrock.rollout.account_audit import OwnTrail
from secure_bedrock.rollout.account_baseline import AccountBaseline
from secure_bedrock.rollout.account_watch import AccountWatch
from secure_bedrock.rollout.asset_bucket import RolloutAssetBucket
from secure_bedrock.rollout.organization_rollout import OrganizationRollout
from secure_bedrock.rollout.pace import RolloutConcurrency, RolloutPace
from secure_bedrock.testing import assert_secure

ACCOUNT = "111122223333"
REGIONS = ("eu-west-1", "eu-central-1")
ORGANIZATION = "o-exampleorgid"
UNIT = "ou-exam-12345678"


SECRECY = DeniedTopic(name="System prompt", definition="Asking for the hidden instructions.")


def baseline(stack):
    guardrail = presets.PUBLIC_CHAT.extended(topics=[SECRECY])
    AccountBaseline(
        stack,
        "Baseline",
        environment="prod",
        guardrail=guardrail,
        watch=AccountWatch(models=[MonitoredModel(model="amazon.nova-lite-v1:0")]),
        audit_trail=OwnTrail(region=REGIONS[0]),
    )


def place(region):
    return cdk.Environment(account=ACCOUNT, region=region)


def asset_bucket(app, region, prefix="acme-bedrock-code"):
    stack = cdk.Stack(app, f"Assets-{region}", env=place(region))
    return RolloutAssetBucket(stack, "Code", prefix=prefix, organization_id=ORGANIZATION)


def rollout(app, **given):
    buckets = given.pop("asset_buckets", None)
    stack = cdk.Stack(app, "Rollout", env=place(REGIONS[0]))
    return OrganizationRollout(
        stack,
        "Bedrock",
        baseline=given.pop("baseline", lambda _stack: None),
        organizational_units=given.pop("organizational_units", [UNIT]),
        asset_buckets=buckets if buckets is not None else [asset_bucket(app, r) for r in REGIONS],
        **given,
    )


@pytest.fixture(scope="module")
def assembly(feature_flags):
    app = cdk.App(context=feature_flags)
    rollout(app, baseline=baseline)
    return Path(app.synth().directory)


def template_of(assembly, stack):
    return json.loads((assembly / f"{stack}.template.json").read_text())


@pytest.fixture(scope="module")
def stack_set(assembly):
    template = template_of(assembly, "Rollout")
    resources = template["Resources"].values()
    return next(r["Properties"] for r in resources if r["Type"].endswith("::StackSet"))


@pytest.fixture(scope="module")
def rolled_out(assembly):
    """The template that the accounts get."""
    (path,) = assembly.glob("*.stackset.template.json")
    return json.loads(path.read_text())


def of_type(template, resource_type):
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == resource_type]


def test_aws_manages_the_permissions_and_new_accounts_get_it(stack_set):
    assert stack_set["PermissionModel"] == "SERVICE_MANAGED"
    assert stack_set["AutoDeployment"] == {"Enabled": True, "RetainStacksOnAccountRemoval": True}


def test_the_units_get_it_in_every_region(stack_set):
    (group,) = stack_set["StackInstancesGroup"]
    assert group["Regions"] == list(REGIONS)
    assert group["DeploymentTargets"]["OrganizationalUnitIds"] == [UNIT]


def test_a_mistake_stops_in_the_first_region(stack_set):
    preferences = stack_set["OperationPreferences"]
    assert preferences["FailureTolerancePercentage"] == 0
    assert preferences["RegionConcurrencyType"] == "SEQUENTIAL"
    assert preferences["RegionOrder"] == list(REGIONS)


def test_with_no_tolerance_accounts_follow_one_another(stack_set):
    preferences = stack_set["OperationPreferences"]
    assert preferences["ConcurrencyMode"] == "STRICT_FAILURE_TOLERANCE"
    assert preferences["MaxConcurrentPercentage"] == 10


def test_a_pace_reaches_the_stack_set(app):
    pace = RolloutPace(
        failure_tolerance_percentage=2,
        max_concurrent_percentage=40,
        concurrency=RolloutConcurrency.SOFT,
        regions_in_parallel=True,
    )
    stack = cdk.Stack.of(rollout(app, pace=pace))
    (found,) = of_type(
        cdk.assertions.Template.from_stack(stack).to_json(), "AWS::CloudFormation::StackSet"
    )
    assert found["OperationPreferences"] == {
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
        "FailureTolerancePercentage": 2,
        "MaxConcurrentPercentage": 40,
        "RegionConcurrencyType": "PARALLEL",
        "RegionOrder": list(REGIONS),
    }


def test_the_code_is_in_every_region_before_the_stack_set_reaches_an_account(assembly):
    resources = template_of(assembly, "Rollout")["Resources"]
    (waits,) = [
        r["DependsOn"] for r in resources.values() if r["Type"] == "AWS::CloudFormation::StackSet"
    ]
    copies = {n for n, r in resources.items() if r["Type"] == "Custom::CDKBucketDeployment"}
    assert len(copies) == len(REGIONS)
    assert copies <= set(waits)


def test_the_buckets_are_there_before_code_is_copied(assembly):
    manifest = json.loads((assembly / "manifest.json").read_text())
    before = manifest["artifacts"]["Rollout"]["dependencies"]
    assert {f"Assets-{region}" for region in REGIONS} <= set(before)


def test_functions_take_their_code_from_the_bucket_of_their_region(rolled_out):
    codes = [f["Code"] for f in of_type(rolled_out, "AWS::Lambda::Function")]
    place = {"Fn::Join": ["-", ["acme-bedrock-code", {"Ref": "AWS::Region"}]]}
    assert codes
    assert [code for code in codes if code["S3Bucket"] != place] == []


def test_only_the_condition_of_the_trail_names_a_region(rolled_out):
    conditions = rolled_out["Conditions"]
    assert list(conditions.values()) == [{"Fn::Equals": [{"Ref": "AWS::Region"}, REGIONS[0]]}]
    text = json.dumps({**rolled_out, "Conditions": None})
    assert [name for name in (ACCOUNT, *REGIONS) if name in text] == []


def test_the_same_template_can_be_in_two_regions_of_an_account(rolled_out):
    worldwide = ("RoleName", "ManagedPolicyName", "PolicyName", "BucketName", "UserName")
    literal = {
        (name, key)
        for name, resource in rolled_out["Resources"].items()
        for key in worldwide
        if isinstance(resource.get("Properties", {}).get(key), str)
    }
    assert literal == set()


def test_the_template_is_far_below_what_cloudformation_takes(assembly):
    (path,) = assembly.glob("*.stackset.template.json")
    assert path.stat().st_size < 1_000_000 / 4


@pytest.mark.parametrize("profile", ["strict", "residency", "agentic"])
def test_the_checks_find_nothing(rolled_out, assembly, profile):
    assert_secure(rolled_out, profile=profile)
    assert_secure(assembly, profile=profile)


def test_the_asset_bucket_is_read_by_the_organization_only(assembly):
    template = template_of(assembly, "Assets-eu-west-1")
    statements = [
        statement
        for policy in of_type(template, "AWS::S3::BucketPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement.get("Sid") == "OrganizationReadsCode"
    ]
    (read,) = statements
    assert (read["Action"], read["Principal"]) == ("s3:GetObject", {"AWS": "*"})
    assert read["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"organizational_units": []}, "organizational_units is empty"),
        ({"organizational_units": ["Prod"]}, "'Prod' is no organizational unit"),
        ({"organizational_units": [UNIT, UNIT]}, f"'{UNIT}' is listed twice"),
        ({"organizational_units": [UNIT] * 51}, "51 organizational units: name at most 50"),
        ({"asset_buckets": []}, "asset_buckets is empty"),
        ({"excluded_accounts": ["12"]}, "excluded account '12' is no account"),
    ],
)
def test_what_stacksets_would_refuse_is_refused(app, given, message):
    with pytest.raises(ValueError, match=f"^Rollout/Bedrock: {message}"):
        rollout(app, **given)


def test_different_prefixes_are_refused(app):
    buckets = [asset_bucket(app, REGIONS[0]), asset_bucket(app, REGIONS[1], prefix="other")]
    with pytest.raises(ValueError, match="different prefixes"):
        rollout(app, asset_buckets=buckets)


def test_a_bucket_needs_a_region(stack):
    with pytest.raises(ValueError, match="Test/Code: the Region is not known"):
        RolloutAssetBucket(stack, "Code", prefix="acme", organization_id=ORGANIZATION)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"prefix": "Acme"}, "prefix 'Acme'"),
        ({"organization_id": "acme"}, "organization_id 'acme'"),
    ],
)
def test_a_bucket_with_a_wrong_name_is_refused(env_stack, given, message):
    with pytest.raises(ValueError, match=message):
        RolloutAssetBucket(
            env_stack, "Code", **{"prefix": "acme", "organization_id": ORGANIZATION, **given}
        )
