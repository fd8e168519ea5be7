import pytest

RESOURCE = "Properties.Policies[0].PolicyDocument.Statement[0].Resource"
MODEL = "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0"
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude"


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:Invoke*",
        "bedrock:*",
        "*",
    ],
)
def test_any_model_fails(judge, allowing, action):
    assert judge("IAM07", allowing(action)) == [f"fail {RESOURCE}"]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:bedrock:*::foundation-model/*",
        "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/*",
        "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/*",
        "arn:aws:bedrock:*",
        {"Fn::Sub": "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/*"},
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":bedrock:*:*:*"]]},
    ],
)
def test_every_model_of_a_region_fails(judge, allowing, resource):
    assert judge("IAM07", allowing("bedrock:InvokeModel", resource)) == [f"fail {RESOURCE}"]


@pytest.mark.parametrize(
    "resource",
    [
        MODEL,
        "arn:aws:bedrock:*::foundation-model/anthropic.*",
        [MODEL, PROFILE],
        {"Fn::Sub": "arn:${AWS::Partition}:bedrock:*::foundation-model/${Vendor}.nova"},
        "arn:aws:s3:::bucket/*",
    ],
)
def test_chosen_models_pass(judge, allowing, resource):
    assert judge("IAM07", allowing("bedrock:InvokeModel", resource)) == []


@pytest.mark.parametrize(
    "action", ["bedrock:ListFoundationModels", "bedrock:ApplyGuardrail", "s3:*"]
)
def test_other_actions_pass(judge, allowing, action):
    assert judge("IAM07", allowing(action)) == []


def test_any_project_of_the_mantle_endpoint_fails(judge, allowing):
    assert judge("IAM07", allowing("bedrock-mantle:CreateInference")) == [f"fail {RESOURCE}"]


def test_a_mantle_model_condition_passes(judge, allowing):
    narrowed = {"StringLike": {"bedrock-mantle:Model": "anthropic.*"}}
    assert judge("IAM07", allowing("bedrock-mantle:CreateInference", Condition=narrowed)) == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"ArnLike": {"Bedrock:inferenceprofilearn": PROFILE}}, []),
        ({"ArnLike": {"bedrock:InferenceProfileArn": "*"}}, [f"fail {RESOURCE}"]),
        ({"ArnNotLike": {"bedrock:InferenceProfileArn": PROFILE}}, [f"fail {RESOURCE}"]),
        ({"ArnLikeIfExists": {"bedrock:InferenceProfileArn": PROFILE}}, [f"fail {RESOURCE}"]),
        ({"ArnLike": {"bedrock:InferenceProfileArn": {"Ref": "P"}}}, [f"unknown {RESOURCE}"]),
    ],
)
def test_models_behind_a_named_profile_pass(judge, allowing, condition, expected):
    anywhere = "arn:aws:bedrock:*::foundation-model/*"
    role = allowing("bedrock:InvokeModel", anywhere, Condition=condition)
    assert judge("IAM07", role) == expected


def test_everything_but_one_model_fails(judge, allowing):
    role = allowing("bedrock:InvokeModel", [], NotResource=MODEL)
    assert judge("IAM07", role) == [f"fail {RESOURCE.replace('Resource', 'NotResource')}"]


def test_a_resource_known_only_at_deployment_is_unknown(judge, allowing):
    role = allowing("bedrock:InvokeModel", {"Fn::ImportValue": "ModelArn"})
    assert judge("IAM07", role) == [f"unknown {RESOURCE}"]


def test_any_model_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM07", accepting(allowing("bedrock:InvokeModel"), "IAM07")) == []


def test_any_model_in_batches_fails(judge, allowing):
    assert judge("IAM07", allowing("bedrock:CreateModelInvocationJob")) == [f"fail {RESOURCE}"]


def test_an_endpoint_that_is_denied_passes(judge, allowing):
    role = allowing(["bedrock-mantle:*", "bedrock:ListAgents"])
    deny = {"Effect": "Deny", "Action": "bedrock-mantle:*", "Resource": "*"}
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(deny)
    assert judge("IAM07", role) == []
