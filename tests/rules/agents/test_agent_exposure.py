import pytest

FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {"Role": {"Fn::GetAtt": ["R", "Arn"]}},
}
ARN = {"Fn::GetAtt": ["F", "Arn"]}
URI = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${F.Arn}/invocations"}
AUTH = "Properties.AuthorizationType"


def url(auth="NONE", target=ARN):
    properties = {"AuthType": auth, "TargetFunctionArn": target}
    return {"Type": "AWS::Lambda::Url", "Properties": properties}


def method(auth="NONE", verb="POST", uri=URI):
    properties = {"AuthorizationType": auth, "HttpMethod": verb, "Integration": {"Uri": uri}}
    properties["RestApiId"] = {"Ref": "Api"}
    return {"Type": "AWS::ApiGateway::Method", "Properties": properties}


def route(auth="NONE", key="POST /", protocol="HTTP"):
    properties = {"AuthorizationType": auth, "RouteKey": key, "ApiId": {"Ref": "Api"}}
    properties["Target"] = {"Fn::Join": ["/", ["integrations", {"Ref": "I"}]]}
    integration = {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"IntegrationUri": ARN}}
    api = {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": protocol}}
    door = {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties}
    return {"D": door, "I": integration, "Api": api}


@pytest.fixture
def behind(judge, allowing):
    """What the rule says about doors before a function with a permission."""

    def lines(doors, action="bedrock:InvokeModel"):
        doors = {"D": doors} if "Type" in doors else doors
        return judge("AGT17", doors | {"F": FUNCTION, "R": allowing(action)})

    return lines


@pytest.mark.parametrize(
    ("door", "location"),
    [
        (url(), "Properties.AuthType"),
        (url(target={"Ref": "F"}), "Properties.AuthType"),
        (method(), AUTH),
        (method(None), AUTH),
        (route(), AUTH),
        (route(None), AUTH),
        (route(key="$connect", protocol="WEBSOCKET"), AUTH),
    ],
)
def test_an_open_door_fails(behind, door, location):
    assert behind(door) == [f"fail {location}"]


@pytest.mark.parametrize(
    "door",
    [
        url("AWS_IAM"),
        url(target={"Ref": "Other"}),
        method("COGNITO_USER_POOLS"),
        method(verb="OPTIONS"),
        method(uri="https://example.com"),
        route("JWT"),
        route(key="$disconnect", protocol="WEBSOCKET"),
    ],
)
def test_a_closed_door_passes(behind, door):
    assert behind(door) == []


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:InvokeAgent",
        "bedrock:InvokeInlineAgent",
        "bedrock:InvokeFlow",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:RetrieveAndGenerate",
        "bedrock-agentcore:InvokeHarness",
        ["s3:GetObject", "bedrock:*"],
        "bedrock-mantle:CreateInference",
        "bedrock-websearch:Invoke*",
        "bedrock-agentcore:InvokeAgentRuntime",
    ],
)
def test_every_way_to_bedrock_counts(behind, action):
    assert behind(url(), action) == ["fail Properties.AuthType"]


@pytest.mark.parametrize("action", ["s3:GetObject", "bedrock:ListAgents"])
def test_a_function_that_does_not_call_bedrock_passes(behind, action):
    assert behind(url(), action) == []


def test_a_policy_of_aws_counts(judge):
    arns = ["arn:aws:iam::aws:policy/AmazonBedrockFullAccess"]
    role = {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": arns}}
    assert judge("AGT17", {"D": url(), "F": FUNCTION, "R": role}) == ["fail Properties.AuthType"]


def test_a_policy_of_another_role_does_not_count(judge):
    arns = ["arn:aws:iam::aws:policy/AmazonBedrockFullAccess"]
    resources = {name: {"Type": "AWS::IAM::Role", "Properties": {}} for name in ("R", "Other")}
    resources["Other"] = resources["Other"] | {"Properties": {"ManagedPolicyArns": arns}}
    assert judge("AGT17", resources | {"D": url(), "F": FUNCTION}) == []


def test_one_of_several_statements_is_enough(judge, allowing):
    role = allowing("s3:GetObject")
    role["Properties"]["Policies"] += allowing("bedrock:InvokeModel")["Properties"]["Policies"]
    assert judge("AGT17", {"D": url(), "F": FUNCTION, "R": role}) == ["fail Properties.AuthType"]


@pytest.mark.parametrize(
    ("properties", "lines"),
    [
        ({"EndpointConfiguration": {"Types": ["PRIVATE"]}}, []),
        ({"EndpointConfiguration": {"Types": ["REGIONAL"]}}, [f"fail {AUTH}"]),
        ({"Policy": {"Statement": []}}, [f"unknown {AUTH}"]),
    ],
)
def test_the_api_around_a_method_counts(behind, properties, lines):
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}
    assert behind({"D": method(), "Api": api}) == lines


def serverless(auth=None, **properties):
    event = {"Type": "Api", "Properties": {"Path": "/", "Auth": auth}}
    allowed = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
    properties = {"Events": {"E": event}, "Policies": [{"Statement": [allowed]}]} | properties
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


@pytest.mark.parametrize("auth", [None, {}, {"Authorizer": "NONE"}])
def test_an_open_sam_event_fails(judge, auth):
    assert judge("AGT17", serverless(auth)) == ["fail Properties.Events.E.Properties.Auth"]


def test_an_open_sam_function_url_fails(judge):
    subject = serverless(Events={}, FunctionUrlConfig={"AuthType": "NONE"})
    assert judge("AGT17", subject) == ["fail Properties.FunctionUrlConfig.AuthType"]


def test_a_sam_event_with_an_authorizer_passes(judge):
    assert judge("AGT17", serverless({"Authorizer": "AWS_IAM"})) == []


@pytest.mark.parametrize("kind", ["Api", "HttpApi"])
def test_an_authorizer_for_all_sam_events_passes(judge, kind):
    shared = {kind: {"Auth": {"DefaultAuthorizer": "Cognito"}}}
    function = serverless()
    function["Properties"]["Events"]["E"]["Type"] = kind
    assert judge("AGT17", {"Globals": shared, "Resources": {"F": function}}) == []
    assert judge("AGT17", {"Globals": {}, "Resources": {"F": function}}) != []


def test_an_authorizer_of_the_sam_api_passes(judge):
    auth = {"Auth": {"DefaultAuthorizer": "Cognito"}}
    api = {"Type": "AWS::Serverless::Api", "Properties": auth}
    function = serverless()
    function["Properties"]["Events"]["E"]["Properties"]["RestApiId"] = {"Ref": "Api"}
    assert judge("AGT17", {"Api": api, "F": function}) == []


def test_an_authorization_known_only_at_deployment_is_unknown(behind):
    assert behind(method({"Ref": "Auth"})) == [f"unknown {AUTH}"]


def test_an_open_door_can_be_acknowledged(behind, accepting):
    assert behind(accepting(url(), "AGT17")) == []
