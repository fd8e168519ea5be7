import pytest

SUBNET = {"Ref": "Subnet"}
AT = "Properties.VpcConfig.SubnetIds[0]"


def endpoint(service, vpc="Vpc"):
    name = {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"}
    properties = {"ServiceName": name, "VpcId": {"Ref": vpc}}
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}


def vpc(role, *services, subnet=SUBNET):
    """A function in a VPC with endpoints."""
    config = {"SubnetIds": [subnet]}
    function = {"VpcConfig": config, "Role": {"Fn::GetAtt": ["Role", "Arn"]}}
    endpoints = {f"Endpoint{i}": endpoint(service) for i, service in enumerate(services)}
    return endpoints | {
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Role": role,
        "Subnet": {"Type": "AWS::EC2::Subnet"},
        "Vpc": {"Type": "AWS::EC2::VPC"},
    }


ACTIONS = {
    "bedrock-runtime": [
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:ApplyGuardrail",
        "bedrock:CountTokens",
    ],
    "bedrock-runtime-fips": ["bedrock:InvokeModel"],
    "bedrock-agent-runtime": [
        "bedrock:InvokeAgent",
        "bedrock:InvokeFlow",
        "bedrock:InvokeInlineAgent",
        "bedrock:Retrieve",
        "bedrock:RetrieveAndGenerate",
    ],
    "bedrock-mantle": ["bedrock-mantle:CreateInference"],
    "bedrock-agentcore": [
        "bedrock-agentcore:CreateEvent",
        "bedrock-agentcore:GetWorkloadAccessToken",
        "bedrock-agentcore:InvokeAgentRuntime",
        "bedrock-agentcore:InvokeCodeInterpreter",
        "bedrock-agentcore:RetrieveMemoryRecords",
        "bedrock-agentcore:StartBrowserSession",
        "bedrock-agentcore:StartCodeInterpreterSession",
    ],
    "bedrock-agentcore.gateway": ["bedrock-agentcore:InvokeGateway"],
}
SERVICES = [
    ("NET02" if "agentcore" in service else "NET01", action, service)
    for service, actions in ACTIONS.items()
    for action in actions
]
each_service = pytest.mark.parametrize(("rule", "action", "service"), SERVICES)


@each_service
def test_an_endpoint_for_what_is_used_passes(judge, allowing, rule, action, service):
    assert judge(rule, vpc(allowing(action), service)) == []


@each_service
def test_no_endpoint_for_what_is_used_fails(judge, allowing, rule, action, service):
    other = "bedrock" if rule == "NET01" else f"{service}-control"
    assert judge(rule, vpc(allowing(action), other)) == [f"fail {AT}"]


@each_service
def test_an_action_known_at_deployment_is_unknown(judge, allowing, rule, action, service):
    assert action
    assert f"unknown {AT}" in judge(rule, vpc(allowing({"Ref": "Action"}), "s3", f"x{service}"))


@pytest.mark.parametrize(("rule", "action"), [each[:2] for each in SERVICES])
def test_no_endpoint_can_be_acknowledged(judge, allowing, accepting, rule, action):
    resources = vpc(allowing(action))
    assert judge(rule, resources | {"Function": accepting(resources["Function"], rule)}) == []


def test_wildcards_ask_for_each_service(judge, allowing):
    found = judge("NET01", vpc(allowing("bedrock*:*"), "bedrock-runtime"))
    assert found == [f"fail {AT}"] * 2


@pytest.mark.parametrize("subnet", ["subnet-1", {"Ref": "SubnetId"}])
def test_the_endpoints_of_a_vpc_from_elsewhere_are_elsewhere(judge, allowing, subnet):
    assert judge("NET01", vpc(allowing("bedrock:InvokeModel"), subnet=subnet)) == []


def test_a_function_without_bedrock_needs_no_endpoint(judge, allowing):
    assert judge("NET01", vpc(allowing("s3:GetObject"))) == []


ROLE = {"Fn::GetAtt": ["Role", "Arn"]}
PROFILE = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}}
TASK = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"TaskRoleArn": ROLE}}


@pytest.mark.parametrize(
    ("kind", "properties", "at"),
    [
        (
            "EC2::Instance",
            {"SubnetId": SUBNET, "IamInstanceProfile": {"Ref": "Profile"}},
            "SubnetId",
        ),
        (
            "ECS::Service",
            {
                "TaskDefinition": {"Ref": "Task"},
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [SUBNET]}},
            },
            "NetworkConfiguration.AwsvpcConfiguration.Subnets[0]",
        ),
        (
            "BedrockAgentCore::Runtime",
            {
                "RoleArn": ROLE,
                "NetworkConfiguration": {"NetworkModeConfig": {"Subnets": [SUBNET]}},
            },
            "NetworkConfiguration.NetworkModeConfig.Subnets[0]",
        ),
        (
            "BedrockAgentCore::BrowserCustom",
            {
                "ExecutionRoleArn": ROLE,
                "NetworkConfiguration": {"VpcConfig": {"Subnets": [SUBNET]}},
            },
            "NetworkConfiguration.VpcConfig.Subnets[0]",
        ),
    ],
)
def test_whatever_runs_in_the_vpc_is_asked(judge, allowing, kind, properties, at):
    resources = vpc(allowing("bedrock:InvokeModel")) | {"Profile": PROFILE, "Task": TASK}
    resources["Function"] = {"Type": f"AWS::{kind}", "Properties": properties}
    assert judge("NET01", resources) == [f"fail Properties.{at}"]


def test_a_serverless_function_has_its_own_policies(judge):
    statement = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
    properties = {"Policies": [{"Statement": [statement]}], "VpcConfig": {"SubnetIds": [SUBNET]}}
    function = {"Type": "AWS::Serverless::Function", "Properties": properties}
    assert judge("NET01", {"F": function, "Subnet": {"Type": "AWS::EC2::Subnet"}}) == [f"fail {AT}"]


def beside(*endpoints):
    return {"Vpc": {"Type": "AWS::EC2::VPC"}, "Other": {"Type": "AWS::EC2::VPC"}} | {
        f"E{i}": each for i, each in enumerate(endpoints)
    }


RUNTIME, S3, LOGS = endpoint("bedrock-runtime"), endpoint("s3"), endpoint("logs")


@pytest.mark.parametrize(
    ("endpoints", "expected"),
    [
        ((RUNTIME, S3, LOGS), []),
        ((RUNTIME, endpoint("bedrock"), S3), ["fail Properties.VpcId"]),
        ((RUNTIME, endpoint("s3", vpc="Other"), LOGS), ["fail Properties.VpcId"]),
        ((S3,), []),
    ],
)
def test_documents_and_logs_have_endpoints_too(judge, endpoints, expected):
    assert judge("NET06", beside(*endpoints)) == expected


def test_a_service_known_at_deployment_is_unknown(judge):
    open_service = {"ServiceName": {"Ref": "Service"}, "VpcId": {"Ref": "Vpc"}}
    other = {"Type": "AWS::EC2::VPCEndpoint", "Properties": open_service}
    assert judge("NET06", beside(RUNTIME, S3, other)) == ["unknown Properties.VpcId"]


def test_missing_companions_can_be_acknowledged(judge, accepting):
    assert judge("NET06", beside(accepting(RUNTIME, "NET06"))) == []
