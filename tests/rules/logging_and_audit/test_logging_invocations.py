import json

import pytest

from secure_bedrock.rules import Parameters

TRAIL = {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True}}
AGENT = {"Type": "AWS::Bedrock::Agent"}
CONFIG = {
    "cloudWatchConfig": {"logGroupName": "/prompts", "roleArn": "arn"},
    "textDataDeliveryEnabled": True,
}


def custom(config=CONFIG):
    return {"Type": "Custom::Logging", "Properties": {"LoggingConfig": config}}


def sdk_call(config=CONFIG):
    parameters = {"loggingConfig": config}
    call = {"service": "Bedrock", "action": "putModelInvocationLoggingConfiguration"}
    text = json.dumps(call | {"parameters": parameters})
    return {"Type": "Custom::AWS", "Properties": {"Create": text}}


def by_hand(role):
    """A custom resource whose function may switch logging on."""
    function = {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}
    return {
        "Role": role,
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Custom": {
            "Type": "Custom::X",
            "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}},
        },
    }


def test_models_without_logging_fail(judge):
    assert judge("LOG01", {"Trail": TRAIL, "Agent": AGENT}) == ["fail "]


def test_a_grant_to_invoke_is_use(judge, allowing):
    (found,) = judge("LOG01", {"Trail": TRAIL, "Role": allowing("bedrock-mantle:*")})
    assert found == "fail Properties.Policies[0].PolicyDocument.Statement[0].Action"


@pytest.mark.parametrize("logging", [custom(), sdk_call()])
def test_models_with_logging_pass(judge, logging):
    assert judge("LOG01", {"Trail": TRAIL, "Agent": AGENT, "Logging": logging}) == []


def test_logging_by_a_function_passes(judge, allowing):
    role = allowing("bedrock:PutModelInvocationLoggingConfiguration")
    assert judge("LOG01", by_hand(role) | {"Trail": TRAIL, "Agent": AGENT}) == []


def test_another_function_or_an_administrator_logs_nothing(judge, allowing):
    resources = by_hand(allowing("s3:GetObject")) | {"Trail": TRAIL, "Agent": AGENT}
    assert judge("LOG01", resources) == ["fail "]
    administrator = allowing("bedrock:PutModelInvocationLoggingConfiguration")
    assert judge("LOG01", resources | {"Administrator": administrator}) == ["fail "]


@pytest.mark.parametrize("resources", [{"Agent": AGENT}, {"Trail": TRAIL}])
def test_an_application_without_trail_is_logged_elsewhere(judge, resources):
    assert judge("LOG01", resources) == []


def test_a_grant_known_at_deployment_is_no_use(judge, allowing):
    assert judge("LOG01", {"Trail": TRAIL, "Role": allowing({"Ref": "Action"})}) == []


def test_missing_logging_can_be_acknowledged(judge, accepting):
    assert judge("LOG01", {"Trail": TRAIL, "Agent": accepting(AGENT, "LOG01")}) == []


AT = "Properties.LoggingConfig"
KINDS = ["text", "image", "embedding", "video", "audio"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("off", [False, "false"])
def test_data_that_is_left_out_fails(judge, kind, off):
    name = f"{kind}DataDeliveryEnabled"
    assert judge("LOG02", custom(CONFIG | {name: off})) == [f"fail {AT}.{name}"]


@pytest.mark.parametrize("logging", [custom(), sdk_call(), custom({"s3Config": {}})])
def test_complete_logs_pass(judge, logging):
    assert judge("LOG02", logging) == []


def test_the_parameters_of_a_call_are_read(judge):
    logging = sdk_call(CONFIG | {"textDataDeliveryEnabled": False})
    found = judge("LOG02", logging)
    assert found == ["fail Properties.Create.parameters.loggingConfig.textDataDeliveryEnabled"]


def test_data_known_at_deployment_is_unknown(judge):
    name = "videoDataDeliveryEnabled"
    assert judge("LOG02", custom(CONFIG | {name: {"Ref": "Video"}})) == [f"unknown {AT}.{name}"]


@pytest.mark.parametrize(("text", "found"), [(True, ["fail"]), (False, [])])
def test_text_can_be_unwanted(judge, text, found):
    logging = custom(CONFIG | {"textDataDeliveryEnabled": text, "imageDataDeliveryEnabled": False})
    lines = judge("LOG02", logging, parameters=Parameters(log_text=False))
    assert lines == [f"{each} {AT}.textDataDeliveryEnabled" for each in found]


def test_incomplete_logs_can_be_acknowledged(judge, accepting):
    logging = custom(CONFIG | {"textDataDeliveryEnabled": False})
    assert judge("LOG02", accepting(logging, "LOG02")) == []


GROUP = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/prompts"}}


def watching(name):
    return {"Type": "AWS::Logs::MetricFilter", "Properties": {"LogGroupName": name}}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ({"Ref": "Group"}, []),
        ("/prompts", []),
        ("/other", ["fail "]),
        ({"Ref": "Name"}, ["unknown "]),
    ],
)
def test_a_metric_filter_looks_at_the_logs(judge, name, expected):
    resources = {"Logging": custom(), "Group": GROUP, "Filter": watching(name)}
    assert judge("LOG10", resources) == expected


def test_a_subscription_or_masking_looks_at_the_logs_too(judge):
    forwarding = watching("/prompts") | {"Type": "AWS::Logs::SubscriptionFilter"}
    assert judge("LOG10", {"Logging": custom(), "Group": GROUP, "Filter": forwarding}) == []
    masked = {"LogGroupName": "/prompts", "DataProtectionPolicy": {"Name": "p"}}
    group = GROUP | {"Properties": masked}
    assert judge("LOG10", {"Logging": custom(), "Group": group}) == []


def test_unwatched_logs_can_be_acknowledged(judge, accepting):
    resources = {"Logging": custom(), "Group": accepting(GROUP, "LOG10")}
    assert judge("LOG10", resources) == []
    assert judge("LOG10", resources | {"Group": GROUP}) == ["fail "]
