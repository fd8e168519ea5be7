import pytest

STATEMENT = "Properties.Policies[0].PolicyDocument.Statement"
ACTION = f"{STATEMENT}[0].Action"
KEY = "bedrock:GuardrailIdentifier"
GUARDRAIL = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc:1"
MODELS = "arn:aws:bedrock:*::foundation-model/amazon.*"


def denying(role, condition, resource="*", action="bedrock:InvokeModel*"):
    deny = {"Effect": "Deny", "Action": action, "Resource": resource, "Condition": condition}
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(deny)
    return role


def trusting(role, service):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    role["Properties"]["AssumeRolePolicyDocument"] = {"Statement": [statement]}
    return role


@pytest.mark.parametrize("action", ["bedrock:InvokeModel", "bedrock:Invoke*", "*"])
def test_invocation_without_a_guardrail_fails(judge, allowing, action):
    assert judge("IAM08", allowing(action, MODELS)) == [f"fail {ACTION}"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"ArnLike": {KEY: GUARDRAIL}}, []),
        ({"Null": {KEY: "false"}}, []),
        ({"Null": {KEY: "true"}}, [f"fail {ACTION}"]),
        ({"ArnLikeIfExists": {KEY: GUARDRAIL}}, [f"fail {ACTION}"]),
        ({"ArnNotLike": {KEY: GUARDRAIL}}, [f"fail {ACTION}"]),
    ],
)
def test_a_condition_of_the_statement_counts_if_it_asks_for_one(
    judge, allowing, condition, expected
):
    assert judge("IAM08", allowing("bedrock:InvokeModel", Condition=condition)) == expected


@pytest.mark.parametrize(
    ("condition", "place", "fails"),
    [
        ({"ArnNotLike": {KEY: GUARDRAIL}}, ("*", "bedrock:Invoke*"), False),
        ({"Null": {KEY: "true"}}, (MODELS, "bedrock:InvokeModel*"), False),
        ({"ArnNotLike": {KEY: GUARDRAIL}}, ("*", "bedrock:InvokeModel"), True),
        ({"ArnNotLike": {KEY: GUARDRAIL}}, ("arn:aws:bedrock:*::x", "bedrock:*"), True),
        ({"ArnLike": {KEY: GUARDRAIL}}, ("*", "bedrock:*"), True),
        ({"ArnNotLike": {KEY: GUARDRAIL}, "Bool": {"a:b": "true"}}, ("*", "bedrock:*"), True),
    ],
)
def test_a_denial_without_it_counts_if_it_is_complete(judge, allowing, condition, place, fails):
    role = denying(allowing("bedrock:InvokeModel", MODELS), condition, *place)
    assert judge("IAM08", role) == ([f"fail {ACTION}"] if fails else [])


def test_a_role_that_bedrock_assumes_passes(judge, allowing):
    role = allowing("bedrock:InvokeModel")
    assert judge("IAM08", trusting(role, "bedrock.amazonaws.com")) == []


def test_a_role_that_agentcore_assumes_fails(judge, allowing):
    role = allowing("bedrock:InvokeModel")
    assert judge("IAM08", trusting(role, "bedrock-agentcore.amazonaws.com")) == [f"fail {ACTION}"]


def test_embedding_models_pass(judge, allowing):
    model = "arn:aws:bedrock:*::foundation-model/amazon.titan-embed-text-v2:0"
    assert judge("IAM08", allowing("bedrock:InvokeModel", model)) == []
    assert judge("IAM08", allowing("bedrock:InvokeModel", [model, MODELS])) == [f"fail {ACTION}"]


def test_a_guardrail_enforced_on_the_account_passes(judge, allowing):
    enforced = {"Type": "AWS::Bedrock::EnforcedGuardrailConfiguration"}
    assert judge("IAM08", {"R": allowing("bedrock:InvokeModel"), "E": enforced}) == []


def test_the_mantle_endpoint_fails_whatever_the_condition(judge, allowing):
    role = allowing("bedrock-mantle:CreateInference", Condition={"ArnLike": {KEY: GUARDRAIL}})
    assert judge("IAM08", role) == [f"fail {ACTION}"]


def test_an_action_known_only_at_deployment_is_unknown(judge, allowing):
    assert judge("IAM08", allowing({"Ref": "Action"})) == [f"unknown {ACTION}"]


def test_a_missing_guardrail_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM08", accepting(allowing("bedrock:InvokeModel"), "IAM08")) == []


def test_a_policy_of_two_roles_counts_unless_both_are_denied(judge, allowing):
    statement = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": MODELS}
    holders = {"Roles": [{"Ref": "Denied"}, {"Ref": "Free"}]}
    document = {"PolicyDocument": {"Statement": [statement]}}
    shared = {"Type": "AWS::IAM::Policy", "Properties": document | holders}
    denied = denying(allowing("s3:GetObject"), {"ArnNotLike": {KEY: GUARDRAIL}})
    resources = {"Denied": denied, "Free": {"Type": "AWS::IAM::Role"}, "P": shared}
    expected = ["fail Properties.PolicyDocument.Statement[0].Action"]
    assert judge("IAM08", resources) == expected
