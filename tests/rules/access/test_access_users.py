import pytest

STATEMENT = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
POLICY = {"PolicyName": "p", "PolicyDocument": {"Statement": [STATEMENT]}}
ACTION = "PolicyDocument.Statement[0].Action"


def made(kind, **properties):
    return {"Type": f"AWS::IAM::{kind}", "Properties": properties}


@pytest.mark.parametrize("kind", ["User", "Group"])
def test_an_inline_policy_of_a_person_fails(judge, kind):
    assert judge("IAM11", made(kind, Policies=[POLICY])) == [
        f"fail Properties.Policies[0].{ACTION}"
    ]


@pytest.mark.parametrize(
    ("kind", "attached"),
    [
        ("UserPolicy", {"UserName": "ada"}),
        ("GroupPolicy", {"GroupName": "staff"}),
        ("Policy", {"Users": ["ada"]}),
        ("ManagedPolicy", {"Groups": [{"Ref": "Staff"}]}),
    ],
)
def test_a_policy_attached_to_a_person_fails(judge, kind, attached):
    policy = made(kind, **POLICY, **attached)
    assert judge("IAM11", policy) == [f"fail Properties.{ACTION}"]


def test_a_managed_policy_that_a_user_of_the_template_names_fails(judge):
    resources = {
        "P": made("ManagedPolicy", **POLICY),
        "U": made("User", ManagedPolicyArns=[{"Ref": "P"}]),
    }
    assert judge("IAM11", resources) == [f"fail Properties.{ACTION}"]


@pytest.mark.parametrize(
    "name", ["AmazonBedrockReadOnly", "BedrockAgentCoreFullAccess", "AdministratorAccess"]
)
def test_a_managed_policy_of_aws_for_bedrock_fails(judge, name):
    user = made("User", ManagedPolicyArns=[f"arn:aws:iam::aws:policy/{name}"])
    assert judge("IAM11", user) == ["fail Properties.ManagedPolicyArns[0]"]


@pytest.mark.parametrize("action", ["s3:*", "bedrock:NoSuchAction", "iam:ChangePassword"])
def test_a_user_without_bedrock_passes(judge, action):
    policy = {"PolicyDocument": {"Statement": [STATEMENT | {"Action": action}]}}
    assert judge("IAM11", made("User", Policies=[policy])) == []


def test_a_role_passes(judge):
    assert judge("IAM11", made("Role", Policies=[POLICY])) == []


def test_a_user_with_a_boundary_that_leaves_bedrock_out_passes(judge):
    limit = {"Statement": [STATEMENT | {"Action": "s3:*"}]}
    user = made("User", Policies=[POLICY], PermissionsBoundary={"Ref": "Limit"})
    assert judge("IAM11", {"U": user, "Limit": made("ManagedPolicy", PolicyDocument=limit)}) == []


def test_an_action_of_a_user_known_only_at_deployment_is_unknown(judge):
    policy = {"PolicyDocument": {"Statement": [STATEMENT | {"Action": {"Ref": "Action"}}]}}
    expected = f"unknown Properties.Policies[0].{ACTION}"
    assert judge("IAM11", made("User", Policies=[policy])) == [expected]


def test_a_user_with_bedrock_can_be_acknowledged(judge, accepting):
    assert judge("IAM11", accepting(made("User", Policies=[POLICY]), "IAM11")) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BedrockAPIKey-x1y2", ["fail Properties.UserName"]),
        ({"Fn::Sub": "BedrockAPIKey-${AWS::Region}"}, ["fail Properties.UserName"]),
        ({"Fn::Sub": "${Name}-ci"}, ["unknown Properties.UserName"]),
        ({"Ref": "Name"}, []),
        ("ci", []),
        (["BedrockAPIKey-"], []),
    ],
)
def test_a_user_named_after_an_api_key_fails(judge, name, expected):
    assert judge("IAM16", made("User", UserName=name)) == expected


def test_a_user_without_a_name_passes(judge):
    assert judge("IAM16", made("User")) == []


def test_a_user_named_after_an_api_key_can_be_acknowledged(judge, accepting):
    assert judge("IAM16", accepting(made("User", UserName="BedrockAPIKey-1"), "IAM16")) == []
