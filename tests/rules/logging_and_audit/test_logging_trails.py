import pytest

BASIC, ADVANCED = "Properties.EventSelectors", "Properties.AdvancedEventSelectors"
AGENT = {"Type": "AWS::Bedrock::Agent"}
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
DATA = {"Field": "eventCategory", "Equals": ["Data"]}


def trail(*advanced, basic=None, logging=True):
    properties = {"IsLogging": logging, "EventSelectors": basic}
    if advanced:
        properties["AdvancedEventSelectors"] = [{"FieldSelectors": list(f)} for f in advanced]
    return {"Type": "AWS::CloudTrail::Trail", "Properties": properties}


def field(name, **values):
    return {"Field": name, **values}


@pytest.mark.parametrize(
    "recording",
    [
        trail(),
        trail(basic=[{"ReadWriteType": "All", "IncludeManagementEvents": True}]),
        trail(basic=[{"ReadWriteType": "WriteOnly"}, {"ReadWriteType": "ReadOnly"}]),
        trail([MANAGEMENT]),
        trail([DATA], [MANAGEMENT]),
        trail([MANAGEMENT, field("readOnly", Equals=["true"])]),
        trail([MANAGEMENT, field("eventSource", NotEquals=["kms.amazonaws.com"])]),
        trail([MANAGEMENT, field("eventSource", Equals=["bedrock.amazonaws.com"])]),
        trail([MANAGEMENT, field("eventName", Equals=["CreateAgent", "InvokeModel"])]),
    ],
)
def test_a_trail_with_invocations_passes(judge, recording):
    assert judge("LOG07", {"Trail": recording, "Agent": AGENT}) == []


@pytest.mark.parametrize(
    ("recording", "at"),
    [
        (trail(logging=False), BASIC),
        (trail(basic=[{"ReadWriteType": "WriteOnly"}]), BASIC),
        (trail(basic=[{"IncludeManagementEvents": False}]), BASIC),
        (trail([DATA]), ADVANCED),
        (trail([MANAGEMENT, field("readOnly", Equals=["false"])]), ADVANCED),
        (trail([MANAGEMENT, field("eventSource", NotEquals=["bedrock.amazonaws.com"])]), ADVANCED),
        (trail([MANAGEMENT, field("eventSource", Equals=["s3.amazonaws.com"])]), ADVANCED),
        (trail([MANAGEMENT, field("eventName", Equals=["CreateAgent"])]), ADVANCED),
    ],
)
def test_a_trail_without_invocations_fails(judge, recording, at):
    assert judge("LOG07", {"Trail": recording, "Agent": AGENT}) == [f"fail {at}"]


def test_one_trail_with_invocations_is_enough(judge):
    assert judge("LOG07", {"One": trail([DATA]), "Two": trail(), "Agent": AGENT}) == []


@pytest.mark.parametrize(
    ("recording", "at"),
    [
        (trail(basic=[{"ReadWriteType": {"Ref": "Kind"}}]), BASIC),
        (trail([field("eventCategory", Equals=[{"Ref": "Category"}])]), ADVANCED),
    ],
)
def test_a_selector_known_at_deployment_is_unknown(judge, recording, at):
    assert judge("LOG07", {"Trail": recording, "Agent": AGENT}) == [f"unknown {at}"]


@pytest.mark.parametrize("resources", [{"Agent": AGENT}, {"Trail": trail([DATA])}])
def test_a_trail_or_a_model_alone_passes(judge, resources):
    assert judge("LOG07", resources) == []


def test_missing_invocations_can_be_acknowledged(judge, accepting):
    resources = {"Trail": accepting(trail([DATA]), "LOG07"), "Agent": AGENT}
    assert judge("LOG07", resources) == []


def of_type(*kinds):
    return trail([MANAGEMENT], [DATA, field("resources.type", Equals=list(kinds))])


@pytest.mark.parametrize(
    ("kind", "recorded"),
    [
        ("Bedrock::Agent", "Bedrock::AgentAlias"),
        ("Bedrock::Prompt", "Bedrock::PromptVersion"),
        ("Bedrock::Guardrail", "Bedrock::Guardrail"),
        ("BedrockAgentCore::Runtime", "BedrockAgentCore::Runtime"),
        ("BedrockMantle::Project", "BedrockMantle::Project"),
    ],
)
def test_data_events_of_what_is_there_are_recorded(judge, kind, recorded):
    used = {"Used": {"Type": f"AWS::{kind}"}}
    assert judge("LOG08", used | {"Trail": of_type(f"AWS::{recorded}")}) == []
    assert judge("LOG08", used | {"Trail": of_type("AWS::S3::Object")}) == [f"fail {ADVANCED}"]
    assert judge("LOG08", used) == []


@pytest.mark.parametrize(
    ("action", "recorded"),
    [
        ("bedrock-mantle:CreateInference", "BedrockMantle::Project"),
        ("bedrock-websearch:InvokeSearch", "BedrockWebSearch::Tool"),
        ("bedrock-websearch:InvokeFetch", "BedrockWebSearch::Tool"),
        ("bedrock:InvokeInlineAgent", "Bedrock::InlineAgent"),
    ],
)
def test_data_events_of_what_is_allowed_are_recorded(judge, allowing, action, recorded):
    role = {"Role": allowing(action)}
    assert judge("LOG08", role | {"Trail": trail()}) == [f"fail {BASIC}"]
    assert judge("LOG08", role | {"Trail": of_type(f"AWS::{recorded}")}) == []


def test_a_type_known_at_deployment_is_unknown(judge):
    resources = {"Trail": of_type({"Ref": "Kind"}), "Agent": AGENT}
    assert judge("LOG08", resources) == [f"unknown {ADVANCED}"]


def test_missing_data_events_can_be_acknowledged(judge, accepting):
    assert judge("LOG08", {"Trail": accepting(trail(), "LOG08"), "Agent": AGENT}) == []


def alarm(**properties):
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


STAT = {"MetricStat": {"Metric": {"Namespace": "AWS/BedrockMantle"}}}
QUERY = {"Expression": 'SELECT SUM(Invocations) FROM SCHEMA("AWS/Bedrock", ModelId)'}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (alarm(Namespace="AWS/Bedrock"), []),
        (alarm(Namespace="AWS/Bedrock/Agents"), []),
        (alarm(Namespace="Company/BedrockIngestion"), []),
        (alarm(Metrics=[STAT]), []),
        (alarm(Metrics=[QUERY]), []),
        (alarm(Namespace="AWS/Lambda"), ["fail "]),
        (alarm(Namespace={"Ref": "Namespace"}), ["unknown "]),
    ],
)
def test_an_alarm_is_about_bedrock(judge, made, expected):
    assert judge("LOG09", {"Alarm": made, "Agent": AGENT}) == expected


def test_a_template_without_alarms_or_models_passes(judge):
    assert judge("LOG09", {"Agent": AGENT}) == []
    assert judge("LOG09", {"Alarm": alarm(Namespace="AWS/Lambda")}) == []


def test_a_missing_alarm_can_be_acknowledged(judge, accepting):
    resources = {"Alarm": alarm(Namespace="AWS/EC2"), "Agent": accepting(AGENT, "LOG09")}
    assert judge("LOG09", resources) == []
