import pytest

GUEST = "Properties.Roles.unauthenticated"


def attached(role=None, guests=True, pool=None):
    return {
        "Attachment": {
            "Type": "AWS::Cognito::IdentityPoolRoleAttachment",
            "Properties": {
                "IdentityPoolId": pool or {"Ref": "Pool"},
                "Roles": {"unauthenticated": {"Fn::GetAtt": ["Guest", "Arn"]}},
            },
        },
        "Pool": {
            "Type": "AWS::Cognito::IdentityPool",
            "Properties": {"AllowUnauthenticatedIdentities": guests},
        },
        "Guest": role or {"Type": "AWS::IAM::Role"},
    }


@pytest.mark.parametrize("action", ["bedrock:InvokeModel", "bedrock-mantle:*", "*"])
@pytest.mark.parametrize("guests", [True, "true"])
def test_guests_that_may_use_bedrock_fail(judge, allowing, action, guests):
    assert judge("IAM32", attached(allowing(action), guests)) == [f"fail {GUEST}"]


def test_guests_with_a_managed_policy_fail(judge):
    arns = {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonBedrockReadOnly"]}
    role = {"Type": "AWS::IAM::Role", "Properties": arns}
    assert judge("IAM32", attached(role)) == [f"fail {GUEST}"]


@pytest.mark.parametrize("action", ["mobileanalytics:PutEvents", "polly:*"])
def test_guests_that_may_use_other_services_pass(judge, allowing, action):
    assert judge("IAM32", attached(allowing(action))) == []


@pytest.mark.parametrize("guests", [False, "false", None])
def test_a_pool_without_guests_passes(judge, allowing, guests):
    assert judge("IAM32", attached(allowing("bedrock:*"), guests)) == []


def test_no_role_for_guests_passes(judge):
    resources = attached()
    del resources["Attachment"]["Properties"]["Roles"]
    assert judge("IAM32", resources) == []


@pytest.mark.parametrize("guests", [{"Ref": "Guests"}])
def test_guests_known_only_at_deployment_are_unknown(judge, allowing, guests):
    assert judge("IAM32", attached(allowing("bedrock:*"), guests)) == [f"unknown {GUEST}"]


def test_a_pool_elsewhere_is_unknown(judge, allowing):
    resources = attached(allowing("bedrock:*"), pool="eu-west-1:1")
    assert judge("IAM32", resources) == [f"unknown {GUEST}"]


def test_a_role_elsewhere_is_unknown(judge):
    resources = attached()
    roles = {"unauthenticated": {"Fn::ImportValue": "GuestRole"}}
    resources["Attachment"]["Properties"]["Roles"] = roles
    assert judge("IAM32", resources) == [f"unknown {GUEST}"]


def test_guests_can_be_acknowledged(judge, allowing, accepting):
    resources = attached(allowing("bedrock:*"))
    resources["Attachment"] = accepting(resources["Attachment"], "IAM32")
    assert judge("IAM32", resources) == []


def test_a_guest_action_known_only_at_deployment_is_unknown(judge, allowing):
    assert judge("IAM32", attached(allowing({"Ref": "Action"}))) == [f"unknown {GUEST}"]
