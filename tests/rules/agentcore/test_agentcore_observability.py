import pytest

SUBJECTS = [
    ("AGC10", "Gateway", {}),
    ("AGC10", "Memory", {}),
    ("AGC26", "BrowserCustom", {}),
    ("AGC29", "BrowserCustom", {}),
]


def agentcore(kind, **properties):
    return {"Type": f"AWS::BedrockAgentCore::{kind}", "Properties": properties}


def delivered(kind, source):
    delivery = {"Type": "AWS::Logs::DeliverySource", "Properties": {"ResourceArn": source}}
    return {"Subject": agentcore(kind), "Source": delivery, "Other": {"Type": "Custom::Other"}}


@pytest.mark.parametrize("kind", ["Gateway", "Memory"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"Fn::GetAtt": ["Subject", "Arn"]}, []),
        ({"Fn::GetAtt": ["Other", "Arn"]}, ["fail "]),
        ({"Ref": "SourceArn"}, ["unknown "]),
    ],
)
def test_logs_of_this_resource_are_delivered(judge, kind, source, expected):
    assert judge("AGC10", delivered(kind, source)) == expected


@pytest.mark.parametrize(("rule", "kind", "properties"), SUBJECTS)
def test_silence_can_be_acknowledged(judge, accepting, rule, kind, properties):
    assert judge(rule, agentcore(kind, **properties)) != []
    assert judge(rule, accepting(agentcore(kind, **properties), rule)) == []


KINESIS = "Properties.StreamDeliveryResources.Resources[0].Kinesis"


def streaming(level, stream, **encryption):
    kinesis = {
        "DataStreamArn": stream,
        "ContentConfigurations": [{"Type": "MEMORY_RECORDS", "Level": level}],
    }
    memory = agentcore("Memory", StreamDeliveryResources={"Resources": [{"Kinesis": kinesis}]})
    return {"Memory": memory, "Stream": {"Type": "AWS::Kinesis::Stream", "Properties": encryption}}


STREAM = {"Fn::GetAtt": ["Stream", "Arn"]}
ENCRYPTED = {"StreamEncryption": {"EncryptionType": "KMS", "KeyId": "k"}}


@pytest.mark.parametrize(
    "subject", [streaming("METADATA_ONLY", STREAM), streaming("FULL_CONTENT", STREAM, **ENCRYPTED)]
)
def test_memories_that_nobody_else_reads_pass(judge, subject):
    assert judge("AGC13", subject) == []


def test_memories_in_a_plain_stream_fail(judge):
    assert judge("AGC13", streaming("FULL_CONTENT", STREAM)) == [f"fail {KINESIS}"]


def test_a_level_known_at_deployment_is_unknown(judge):
    assert judge("AGC13", streaming({"Ref": "Level"}, STREAM)) == [f"unknown {KINESIS}"]


def test_a_stream_from_elsewhere_is_unknown(judge):
    found = judge("AGC13", streaming("FULL_CONTENT", "arn:aws:kinesis:eu-west-1:1:stream/s"))
    assert found == [f"unknown {KINESIS}.DataStreamArn"]


def test_a_plain_stream_can_be_acknowledged(judge, accepting):
    resources = streaming("FULL_CONTENT", STREAM)
    assert judge("AGC13", resources | {"Memory": accepting(resources["Memory"], "AGC13")}) == []


PLACE = {"Bucket": "b", "Prefix": "p"}


@pytest.mark.parametrize(
    ("recording", "expected"),
    [
        ({"Enabled": True, "S3Location": PLACE}, []),
        ({"Enabled": True}, ["fail Properties.RecordingConfig"]),
        ({"Enabled": False, "S3Location": PLACE}, ["fail Properties.RecordingConfig"]),
        (None, ["fail Properties.RecordingConfig"]),
        ({"Enabled": {"Ref": "X"}, "S3Location": PLACE}, ["unknown Properties.RecordingConfig"]),
    ],
)
def test_a_browser_is_recorded(judge, recording, expected):
    assert judge("AGC26", agentcore("BrowserCustom", RecordingConfig=recording)) == expected


SIGNING = "Properties.BrowserSigning.Enabled"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"EnterprisePolicies": [{"Type": "RECOMMENDED"}, {"Type": "MANAGED"}]}, []),
        ({"BrowserSigning": {"Enabled": True}}, []),
        ({"EnterprisePolicies": [{"Type": "RECOMMENDED"}]}, [f"fail {SIGNING}"]),
        ({"BrowserSigning": {"Enabled": False}}, [f"fail {SIGNING}"]),
        ({"BrowserSigning": {"Enabled": {"Ref": "Signing"}}}, [f"unknown {SIGNING}"]),
    ],
)
def test_a_browser_is_governed_or_signs(judge, properties, expected):
    assert judge("AGC29", agentcore("BrowserCustom", **properties)) == expected
