import json

import pytest

from secure_bedrock.rules import Parameters

OPEN = {"Ref": "Elsewhere"}
STATEMENT = "Properties.Policies[0].PolicyDocument.Statement[0]"
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/"


def agent(model):
    return {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": model}}


def guardrail(profile):
    arn = f"arn:aws:bedrock:eu-west-1:111122223333:guardrail-profile/{profile}"
    configuration = {"CrossRegionConfig": {"GuardrailProfileArn": arn if profile else OPEN}}
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": configuration}


def residency(*regions):
    return {"parameters": Parameters(allowed_regions=regions), "region": "eu-west-1"}


@pytest.mark.parametrize(
    ("model", "regions", "expected"),
    [
        ("amazon.nova-lite-v1:0", (), []),
        ("global.amazon.nova-lite-v1:0", (), ["fail"]),
        (f"{PROFILE}global.amazon.nova-lite-v1:0", ("eu-west-1", "eu-west-3"), ["fail"]),
        ("eu.amazon.nova-lite-v1:0", (), []),
        ("eu.amazon.nova-lite-v1:0", ("eu-west-1",), ["fail"]),
        ("uk.amazon.nova-lite-v1:0", ("eu-west-2",), ["unknown"]),
        ("eu.amazon.nova-lite-v1:0", ("eu-west-1", "eu-west-3"), ["unknown"]),
        (OPEN, (), ["unknown"]),
    ],
)
def test_models_run_where_they_may(judge, accepting, model, regions, expected):
    lines = [f"{status} Properties.FoundationModel" for status in expected]
    assert judge("MDL10", agent(model), **residency(*regions)) == lines
    assert judge("MDL10", accepting(agent(model), "MDL10"), **residency(*regions)) == []


EU = ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3")


@pytest.mark.parametrize(
    ("profile", "regions", "expected"),
    [
        ("eu.guardrail.v1:0", (), []),
        ("eu.guardrail.v1:0", ("eu-west-1",), ["fail"]),
        ("eu.guardrail.v1:0", (*EU, "il-central-1"), []),
        ("uk.guardrail.v1:0", ("eu-west-2",), []),
        ("mars.guardrail.v1:0", ("eu-west-1",), ["unknown"]),
        (None, ("eu-west-1",), ["unknown"]),
    ],
)
def test_guardrails_evaluate_where_they_may(judge, profile, regions, expected):
    at = "Properties.CrossRegionConfig.GuardrailProfileArn"
    lines = [f"{status} {at}" for status in expected]
    assert judge("MDL10", guardrail(profile), **residency(*regions)) == lines


def test_a_guardrail_without_profile_stays(judge):
    assert judge("MDL10", {"Type": "AWS::Bedrock::Guardrail", "Properties": {}}) == []


THROUGH = {"ArnLike": {"bedrock:InferenceProfileArn": f"{PROFILE}eu.amazon.nova"}}
REQUESTED = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}


@pytest.mark.parametrize(
    ("region", "condition", "expected"),
    [
        ("eu-west-1", {}, []),
        ("us-east-1", {}, ["fail"]),
        ("*", {}, ["fail"]),
        ("", {}, ["fail"]),
        ("*", THROUGH, []),
        ("*", REQUESTED, []),
        ("*", {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}, ["fail"]),
    ],
)
def test_models_of_other_regions_are_not_granted(judge, allowing, region, condition, expected):
    model = f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-lite-v1:0"
    role = allowing("bedrock:InvokeModel", model, Condition=condition)
    assert judge("MDL10", role, **residency()) == [f"{s} {STATEMENT}.Resource" for s in expected]


@pytest.mark.parametrize(
    ("region", "expected"), [("us-east-1", []), ("*", ["fail"]), ("", ["fail"])]
)
def test_a_stack_of_no_known_region_may_be_of_any(judge, allowing, region, expected):
    model = f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-lite-v1:0"
    found = judge("MDL10", allowing("bedrock:InvokeModel", model))
    assert found == [f"{status} {STATEMENT}.Resource" for status in expected]


def test_models_of_other_regions_are_granted_where_these_are_allowed(judge, allowing):
    model = "arn:aws:bedrock:eu-west-3::foundation-model/amazon.nova-lite-v1:0"
    role = allowing("bedrock:InvokeModel", model)
    assert judge("MDL10", role, **residency("eu-west-3")) == []
    assert judge("MDL10", role, **residency("eu-west-1")) == [f"fail {STATEMENT}.Resource"]


def test_the_region_of_the_stack_is_the_region(judge, allowing):
    model = {"Fn::Sub": "arn:aws:bedrock:${AWS::Region}::foundation-model/amazon.nova-lite-v1:0"}
    assert judge("MDL10", allowing("bedrock:InvokeModel", model)) == []
    assert judge("MDL10", allowing("bedrock:InvokeModel", model), **residency()) == []


def test_global_profiles_are_not_granted(judge, allowing):
    role = allowing("bedrock:InvokeModel", f"{PROFILE}global.amazon.nova")
    assert judge("MDL10", role) == [f"fail {STATEMENT}.Resource"]
    assert judge("MDL10", allowing("s3:GetObject", f"{PROFILE}global.amazon.nova")) == []


@pytest.mark.parametrize(
    ("action", "condition", "expected"),
    [
        ("bedrock:PutAccountDataRetention", {}, ["fail"]),
        ("bedrock:Put*", {}, ["fail"]),
        ("bedrock-mantle:PutAccountDataRetention", {}, ["fail"]),
        (
            "bedrock:PutAccountDataRetention",
            {"StringEquals": {"bedrock:DataRetentionMode": "none"}},
            [],
        ),
        (
            "bedrock-mantle:PutAccountDataRetention",
            {"StringEquals": {"bedrock:DataRetentionMode": "none"}},
            ["fail"],
        ),
        ("bedrock:GetAccountDataRetention", {}, []),
        ("bedrock:*", {}, []),
        (OPEN, {}, ["unknown"]),
    ],
)
def test_retention_is_bounded(judge, allowing, action, condition, expected):
    role = allowing(action, Condition=condition)
    assert judge("MDL11", role) == [f"{status} {STATEMENT}.Action" for status in expected]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("provider_data_share", ["fail"]), ("none", []), ("${Elsewhere}", ["unknown"])],
)
def test_prompts_are_not_shared_with_providers(judge, accepting, mode, expected):
    call = {"service": "bedrock", "action": "putAccountDataRetention", "parameters": {"mode": mode}}
    custom = {"Type": "Custom::AWS", "Properties": {"Create": {"Fn::Sub": json.dumps(call)}}}
    lines = [f"{status} Properties.Create.parameters.mode" for status in expected]
    assert judge("MDL11", custom) == lines
    assert judge("MDL11", accepting(custom, "MDL11")) == []
