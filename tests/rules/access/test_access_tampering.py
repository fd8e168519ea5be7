import pytest

STATEMENT = "Properties.Policies[0].PolicyDocument.Statement[0]"
ACTION = f"{STATEMENT}.Action"
LOGGING = "bedrock:PutModelInvocationLoggingConfiguration"


def run_by(role, service):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    role["Properties"]["AssumeRolePolicyDocument"] = {"Statement": [statement]}
    return role


def behind_a_custom_resource(role):
    to_role, to_function = {"Fn::GetAtt": ["Role", "Arn"]}, {"Fn::GetAtt": ["Handler", "Arn"]}
    return {
        "Role": run_by(role, "lambda.amazonaws.com"),
        "Handler": {"Type": "AWS::Lambda::Function", "Properties": {"Role": to_role}},
        "Custom": {"Type": "Custom::Setting", "Properties": {"ServiceToken": to_function}},
    }


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:UpdateAgent",
        "bedrock:CreateAgentActionGroup",
        "bedrock:UpdateAgentActionGroup",
        "bedrock:AssociateAgentKnowledgeBase",
        "bedrock:UpdateFlow",
        "bedrock:UpdatePrompt",
        "bedrock:UpdateGuardrail",
        "bedrock:DeleteGuardrail",
        "bedrock:PutEnforcedGuardrailConfiguration",
        "bedrock:DeleteEnforcedGuardrailConfiguration",
        "bedrock:Update*",
        "*",
    ],
)
@pytest.mark.parametrize(
    "service",
    [
        *("bedrock", "bedrock-agentcore", "build.apprunner", "ec2", "ecs-tasks", "lambda"),
        *("pods.eks", "sagemaker", "states", "tasks.apprunner"),
    ],
)
def test_an_application_that_changes_its_protection_fails(judge, allowing, action, service):
    role = run_by(allowing(action), f"{service}.amazonaws.com")
    assert judge("IAM20", role) == [f"fail {ACTION}"]


@pytest.mark.parametrize("service", ["cloudformation", "codebuild", "codedeploy", "codepipeline"])
def test_a_role_that_deploys_passes(judge, allowing, service):
    role = run_by(allowing(["bedrock:UpdateAgent", LOGGING]), f"{service}.amazonaws.com")
    assert judge("IAM20", role) == []
    assert judge("IAM21", role) == []


def test_the_handler_of_a_custom_resource_passes(judge, allowing):
    resources = behind_a_custom_resource(allowing(["bedrock:DeleteGuardrail", LOGGING]))
    assert judge("IAM20", resources) == []
    assert judge("IAM21", resources) == []


def test_the_function_behind_a_provider_framework_passes(judge, allowing):
    resources = behind_a_custom_resource(allowing(LOGGING))
    variables = {"USER_ON_EVENT_FUNCTION_ARN": {"Fn::GetAtt": ["Handler", "Arn"]}}
    framework = {"Environment": {"Variables": variables}}
    resources["Framework"] = {"Type": "AWS::Lambda::Function", "Properties": framework}
    resources["Custom"]["Properties"]["ServiceToken"] = {"Fn::GetAtt": ["Framework", "Arn"]}
    assert judge("IAM21", resources) == []


def test_a_serverless_function_that_tampers_fails(judge):
    statement = {"Effect": "Allow", "Action": "bedrock:UpdateFlow", "Resource": "*"}
    policies = [{"Statement": [statement]}]
    function = {"Type": "AWS::Serverless::Function", "Properties": {"Policies": policies}}
    assert judge("IAM20", function) == ["fail Properties.Policies[0].Statement[0].Action"]


def test_an_application_that_only_invokes_passes(judge, allowing):
    role = run_by(allowing("bedrock:Invoke*"), "lambda.amazonaws.com")
    assert judge("IAM20", role) == []


def test_tampering_outside_the_boundary_passes(judge, allowing):
    role = run_by(allowing("bedrock:*"), "lambda.amazonaws.com")
    role["Properties"]["PermissionsBoundary"] = {"Ref": "Limit"}
    statement = {"Effect": "Allow", "Action": "bedrock:Invoke*", "Resource": "*"}
    document = {"PolicyDocument": {"Statement": [statement]}}
    limit = {"Type": "AWS::IAM::ManagedPolicy", "Properties": document}
    assert judge("IAM20", {"R": role, "Limit": limit}) == []


def test_a_tampering_action_known_only_at_deployment_is_unknown(judge, allowing):
    role = run_by(allowing({"Fn::Sub": "bedrock:${Verb}Guardrail"}), "lambda.amazonaws.com")
    assert judge("IAM20", role) == [f"unknown {ACTION}"]


def test_tampering_can_be_acknowledged(judge, allowing, accepting):
    role = run_by(allowing("bedrock:UpdateAgent"), "lambda.amazonaws.com")
    assert judge("IAM20", accepting(role, "IAM20")) == []


@pytest.mark.parametrize(
    "action", [LOGGING, "bedrock:DeleteModelInvocationLoggingConfiguration", "bedrock:Put*"]
)
def test_switching_invocation_logging_off_fails(judge, allowing, action):
    assert judge("IAM21", allowing(action)) == [f"fail {ACTION}"]


def test_reading_the_logging_configuration_passes(judge, allowing):
    assert judge("IAM21", allowing("bedrock:GetModelInvocationLoggingConfiguration")) == []


@pytest.mark.parametrize("rule", ["IAM21", "IAM22", "IAM23"])
def test_an_action_known_only_at_deployment_is_unknown(judge, allowing, rule):
    assert judge(rule, allowing({"Ref": "Action"})) == [f"unknown {ACTION}"]


@pytest.mark.parametrize("rule", ["IAM21", "IAM22", "IAM23"])
def test_a_dangerous_permission_can_be_acknowledged(judge, allowing, accepting, rule):
    assert judge(rule, allowing("*")) == [f"fail {ACTION}"]
    assert judge(rule, accepting(allowing("*"), rule)) == []


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:PutFoundationModelEntitlement",
        "bedrock:PutUseCaseForModelAccess",
        "bedrock:CreateFoundationModelAgreement",
        "bedrock:Put*",
    ],
)
def test_enabling_model_access_fails(judge, allowing, action):
    assert judge("IAM22", allowing(action)) == [f"fail {ACTION}"]


def test_asking_for_model_access_passes(judge, allowing):
    assert judge("IAM22", allowing("bedrock:GetFoundationModelAvailability")) == []


@pytest.mark.parametrize("action", ["aws-marketplace:Subscribe", "aws-marketplace:*"])
def test_subscribing_to_anything_fails(judge, allowing, action):
    assert judge("IAM23", allowing(action)) == [f"fail {ACTION}"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"ForAnyValue:StringEquals": {"aws-marketplace:ProductId": ["a"]}}, []),
        ({"StringEquals": {"aws:CalledViaLast": "bedrock.amazonaws.com"}}, []),
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": ["bedrock.amazonaws.com"]}}, []),
        ({"StringEquals": {"aws:CalledViaLast": "athena.amazonaws.com"}}, ["fail"]),
        ({"ForAllValues:StringEquals": {"aws-marketplace:ProductId": ["a"]}}, ["fail"]),
        ({"StringLike": {"aws-marketplace:ProductId": "*"}}, ["fail"]),
    ],
)
def test_subscriptions_may_be_limited_by_a_condition(judge, allowing, condition, expected):
    found = judge("IAM23", allowing("aws-marketplace:Subscribe", Condition=condition))
    assert found == [f"{status} {ACTION}" for status in expected]


def test_viewing_subscriptions_passes(judge, allowing):
    assert judge("IAM23", allowing("aws-marketplace:ViewSubscriptions")) == []
