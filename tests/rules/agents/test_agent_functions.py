import pytest

INLINE = "Properties.Policies[0].PolicyDocument.Statement[0]"
ARN = "Properties.SourceArn"
AGENT_ARN = "arn:aws:bedrock:eu-west-1:111122223333:agent/*"


def agent(function="F", **more):
    called = {"Fn::GetAtt": [function, "Arn"]}
    properties = {"ActionGroups": [{"ActionGroupExecutor": {"Lambda": called}}]} | more
    return {"Type": "AWS::Bedrock::Agent", "Properties": properties}


def function(**properties):
    role = {"Role": {"Fn::GetAtt": ["R", "Arn"]}}
    return {"Type": "AWS::Lambda::Function", "Properties": role | properties}


def working(holder, **resources):
    return {"A": agent(), "F": function(), "R": holder} | resources


@pytest.mark.parametrize("action", ["*", "dynamodb:*"])
def test_a_whole_service_behind_an_agent_fails(judge, allowing, action):
    subject = working(allowing(action, "arn:aws:dynamodb:*:*:table/t"))
    assert judge("AGT15", subject) == [f"fail {INLINE}.Action"]


@pytest.mark.parametrize(
    "action", ["dynamodb:PutItem", "s3:Get*", "sqs:SendMessage", "cloudwatch:PutMetricAlarm"]
)
def test_every_resource_behind_an_agent_fails(judge, allowing, action):
    assert judge("AGT15", working(allowing(action))) == [f"fail {INLINE}.Resource"]


@pytest.mark.parametrize(
    "action",
    [
        "logs:PutLogEvents",
        "xray:PutTraceSegments",
        "cloudwatch:PutMetricData",
        "ec2:CreateNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ecr:GetAuthorizationToken",
        "bedrock:InvokeModel",
    ],
)
def test_what_only_works_everywhere_passes(judge, allowing, action):
    assert judge("AGT15", working(allowing(action))) == []


def test_named_resources_pass(judge, allowing):
    subject = working(allowing("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/t"))
    assert judge("AGT15", subject) == []


def test_a_function_that_no_agent_calls_passes(judge, allowing):
    subject = {"A": agent("G"), "F": function(), "R": allowing("*")}
    assert judge("AGT15", subject) == []


def test_an_alias_leads_to_its_function(judge, allowing):
    alias = {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "F"}}}
    subject = {"A": agent("Live"), "Live": alias, "F": function(), "R": allowing("s3:*")}
    assert judge("AGT15", subject) == [f"fail {INLINE}.Action"]


@pytest.mark.parametrize(
    "more",
    [
        {"CustomOrchestration": {"Executor": {"Lambda": {"Fn::GetAtt": ["F", "Arn"]}}}},
        {"PromptOverrideConfiguration": {"OverrideLambda": {"Fn::GetAtt": ["F", "Arn"]}}},
    ],
)
def test_orchestration_and_parsers_count(judge, allowing, more):
    subject = working(allowing("dynamodb:PutItem"), A=agent("Other", **more))
    assert judge("AGT15", subject) == [f"fail {INLINE}.Resource"]


def test_a_sam_function_holds_its_own_policies(judge):
    sam = {"Policies": ["AmazonDynamoDBFullAccess"]}
    resources = {"A": agent(), "F": {"Type": "AWS::Serverless::Function", "Properties": sam}}
    assert judge("AGT15", resources) == ["fail Properties.Policies[0]"]


def test_a_resource_known_only_at_deployment_is_unknown(judge, allowing):
    subject = working(allowing("dynamodb:PutItem", {"Ref": "Table"}))
    assert judge("AGT15", subject) == [f"unknown {INLINE}.Resource"]


def test_wide_permissions_can_be_acknowledged(judge, allowing, accepting):
    assert judge("AGT15", working(accepting(allowing("s3:*"), "AGT15"))) == []


def permission(principal="bedrock.amazonaws.com", **more):
    return {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": principal} | more}


@pytest.mark.parametrize("principal", ["bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com"])
@pytest.mark.parametrize("arn", [None, "*", "arn:aws:bedrock:*:*:agent/*", "arn:aws:bedrock:*"])
def test_a_permission_for_any_account_fails(judge, principal, arn):
    assert judge("AGT16", permission(principal, SourceArn=arn)) == [f"fail {ARN}"]


@pytest.mark.parametrize(
    "more",
    [
        {"SourceAccount": {"Ref": "AWS::AccountId"}},
        {"SourceAccount": "111122223333", "SourceArn": "*"},
        {"SourceArn": AGENT_ARN},
        {"SourceArn": {"Fn::GetAtt": ["A", "AgentArn"]}},
        {"SourceArn": {"Fn::Sub": "arn:aws:bedrock:*:${AWS::AccountId}:agent/*"}},
    ],
)
def test_a_permission_for_one_account_passes(judge, more):
    assert judge("AGT16", {"P": permission(**more), "A": agent()}) == []


@pytest.mark.parametrize("principal", ["apigateway.amazonaws.com", "111122223333"])
def test_permissions_for_others_pass(judge, principal):
    assert judge("AGT16", permission(principal)) == []


@pytest.mark.parametrize("more", [{"SourceArn": {"Ref": "Arn"}}, {"SourceAccount": {"Ref": "Id"}}])
def test_a_source_known_only_at_deployment_is_unknown(judge, more):
    assert judge("AGT16", permission(**more)) == [f"unknown {ARN}"]


def test_a_permission_for_any_account_can_be_acknowledged(judge, accepting):
    assert judge("AGT16", accepting(permission(), "AGT16")) == []


def test_no_reserved_concurrency_fails(judge):
    assert judge("AGT18", {"A": agent(), "F": function()}) == [
        "fail Properties.ReservedConcurrentExecutions"
    ]


def test_reserved_concurrency_passes(judge):
    resources = {"A": agent(), "F": function(ReservedConcurrentExecutions=5)}
    assert judge("AGT18", resources) == []


def test_other_functions_need_no_reserved_concurrency(judge):
    assert judge("AGT18", {"A": agent("G"), "F": function()}) == []


def test_concurrency_known_only_at_deployment_is_unknown(judge):
    resources = {"A": agent(), "F": function(ReservedConcurrentExecutions={"Ref": "N"})}
    assert judge("AGT18", resources) == ["unknown Properties.ReservedConcurrentExecutions"]


def test_no_reserved_concurrency_can_be_acknowledged(judge, accepting):
    assert judge("AGT18", {"A": agent(), "F": accepting(function(), "AGT18")}) == []
