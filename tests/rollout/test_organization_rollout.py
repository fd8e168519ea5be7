import json
from pathlib import Path

import aws_cdk as cdk
import pytest

from secure_bedrock.guardrails import presets
from secure_bedrock.guardrails.topics import DeniedTopic
from secure_bedrock.rollout.account_baseline import AccountBaseline
from secure_bedrock.rollout.asset_bucket import RolloutAssetBucket
from secure_bedrock.rollout.organization_rollout import OrganizationRollout, RolloutPace
from secure_bedrock.testing import assert_secure

ACCOUNT = "111122223333"
REGIONS = ("eu-west-1", "eu-central-1")
ORGANIZATION = "o-exampleorgid"
UNIT = "ou-exam-12345678"


SECRECY = DeniedTopic(name="System prompt", definition="Asking for the hidden instructions.")


def baseline(stack):
    guardrail = presets.PUBLIC_CHAT.extended(topics=[SECRECY])
    AccountBaseline(stack, "Baseline", environment="prod", guardrail=guardrail)


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
    return app.synth()


@pytest.fixture(scope="module")
def stack_set(assembly):
    template = assembly.get_stack_by_name("Rollout").template
    resources = template["Resources"].values()
    return next(r["Properties"] for r in resources if r["Type"].endswith("::StackSet"))


@pytest.fixture(scope="module")
def rolled_out(assembly):
    """The template that the accounts get."""
    (path,) = Path(assembly.directory).glob("*.stackset.template.json")
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


def test_functions_take_their_code_from_the_bucket_of_their_region(rolled_out):
    (code, *others) = [f["Code"] for f in of_type(rolled_out, "AWS::Lambda::Function")]
    assert code["S3Bucket"] == {
        "Fn::Join": ["", ["acme-bedrock-code-", {"Ref": "AWS::Region"}]]
    } or code["S3Bucket"] == {"Fn::Join": ["-", ["acme-bedrock-code", {"Ref": "AWS::Region"}]]}
    assert all(other == code for other in others)


def test_nothing_in_the_template_names_an_account_or_a_region(rolled_out):
    text = json.dumps(rolled_out)
    assert ACCOUNT not in text
    assert [region for region in REGIONS if region in text] == []


@pytest.mark.parametrize("profile", ["strict", "residency", "agentic"])
def test_the_checks_find_nothing(rolled_out, profile):
    assert_secure(rolled_out, profile=profile)


def test_the_asset_bucket_is_read_by_the_organization_only(assembly):
    template = assembly.get_stack_by_name("Assets-eu-west-1").template
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


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"failure_tolerance_percentage": 100}, "choose 0 to 99"),
        ({"max_concurrent_percentage": 0}, "choose 1 to 100"),
    ],
)
def test_a_pace_outside_its_limits_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        RolloutPace(**given)


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
