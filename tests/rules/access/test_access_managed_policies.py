import pytest

ARNS = "Properties.ManagedPolicyArns"
NAMES = [
    ("IAM01", "AmazonBedrockFullAccess"),
    ("IAM01", "AmazonBedrockMantleFullAccess"),
    ("IAM02", "BedrockAgentCoreFullAccess"),
]


def principal(arn, kind="Role", **more):
    return {"Type": f"AWS::IAM::{kind}", "Properties": {"ManagedPolicyArns": [arn], **more}}


def trusting(service):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return {"AssumeRolePolicyDocument": {"Statement": [statement]}}


def of_aws(name):
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":iam::aws:policy/{name}"]]}


@pytest.mark.parametrize(("rule", "name"), NAMES)
@pytest.mark.parametrize("kind", ["Role", "User", "Group"])
def test_full_access_fails_whoever_has_it(judge, rule, name, kind):
    assert judge(rule, principal(of_aws(name), kind)) == [f"fail {ARNS}[0]"]


@pytest.mark.parametrize(("rule", "name"), NAMES)
def test_full_access_of_a_serverless_function_fails(judge, rule, name):
    function = {"Type": "AWS::Serverless::Function", "Properties": {"Policies": [name]}}
    assert judge(rule, function) == ["fail Properties.Policies[0]"]


@pytest.mark.parametrize("rule", ["IAM01", "IAM02"])
@pytest.mark.parametrize("name", ["AmazonBedrockReadOnly", "NotAmazonBedrockFullAccess", "x"])
def test_other_managed_policies_pass(judge, rule, name):
    assert judge(rule, principal(of_aws(name))) == []


@pytest.mark.parametrize("rule", ["IAM01", "IAM02"])
def test_a_policy_of_the_template_passes(judge, rule):
    policy = {"Type": "AWS::IAM::ManagedPolicy"}
    assert judge(rule, {"P": policy, "R": principal({"Ref": "P"})}) == []


@pytest.mark.parametrize("rule", ["IAM01", "IAM02"])
def test_a_policy_known_only_at_deployment_is_unknown(judge, rule):
    assert judge(rule, principal({"Ref": "PolicyArn"})) == [f"unknown {ARNS}[0]"]


@pytest.mark.parametrize(("rule", "name"), NAMES)
def test_full_access_can_be_acknowledged(judge, accepting, rule, name):
    assert judge(rule, accepting(principal(of_aws(name)), rule)) == []


@pytest.mark.parametrize("service", ["bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com"])
@pytest.mark.parametrize("name", ["AdministratorAccess", "PowerUserAccess"])
def test_an_administrator_behind_bedrock_fails(judge, service, name):
    role = principal(of_aws(name), **trusting(service))
    assert judge("IAM03", role) == [f"fail {ARNS}[0]"]


def test_an_administrator_behind_another_service_passes(judge):
    role = principal(of_aws("AdministratorAccess"), **trusting("lambda.amazonaws.com"))
    assert judge("IAM03", role) == []


def test_a_modest_role_behind_bedrock_passes(judge):
    role = principal(of_aws("AmazonS3ReadOnlyAccess"), **trusting("bedrock.amazonaws.com"))
    assert judge("IAM03", role) == []


def test_every_action_on_everything_is_an_administrator(judge, allowing):
    role = allowing("*")
    role["Properties"] |= trusting("bedrock.amazonaws.com")
    at = "Properties.Policies[0].PolicyDocument.Statement[0].Action"
    assert judge("IAM03", role) == [f"fail {at}"]


@pytest.mark.parametrize(("action", "resource"), [("*", "arn:aws:s3:::b"), ("s3:*", "*")])
def test_less_than_everything_is_no_administrator(judge, allowing, action, resource):
    role = allowing(action, resource)
    role["Properties"] |= trusting("bedrock.amazonaws.com")
    assert judge("IAM03", role) == []


def test_an_administrator_policy_attached_elsewhere_in_the_template_fails(judge):
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = {"PolicyDocument": {"Statement": statement}, "Roles": [{"Ref": "Role"}]}
    role = {"Type": "AWS::IAM::Role", "Properties": trusting("bedrock.amazonaws.com")}
    resources = {"Role": role, "Wide": {"Type": "AWS::IAM::Policy", "Properties": document}}
    assert judge("IAM03", resources) == ["fail Properties.PolicyDocument.Statement.Action"]


def test_a_role_for_a_service_known_only_at_deployment_is_unknown(judge):
    role = principal(of_aws("AdministratorAccess"), **trusting({"Ref": "Service"}))
    assert judge("IAM03", role) == [f"unknown {ARNS}[0]"]


def test_an_administrator_behind_bedrock_can_be_acknowledged(judge, accepting):
    role = principal(of_aws("AdministratorAccess"), **trusting("bedrock.amazonaws.com"))
    assert judge("IAM03", accepting(role, "IAM03")) == []
