import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns

from secure_bedrock import RejectedTrafficAlarm, SecureBedrockVpc, parse_model

FIELDS = 14  # of a flow log record in the default format
REJECTED = "2 111122223333 {eni} 10.0.1.5 10.0.2.9 49152 443 6 3 180 1 61 REJECT OK"
INTERFACES = [f"eni-{number:017x}" for number in range(6)]


@pytest.fixture(scope="module")
def template(feature_flags):
    environment = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(cdk.App(context=feature_flags), "Test", env=environment)
    network = SecureBedrockVpc(stack, "Net", models=[parse_model("eu.amazon.nova-lite-v1:0")])
    topic = sns.Topic(stack, "Topic", master_key=network.encryption_key, enforce_ssl=True)
    RejectedTrafficAlarm(
        stack,
        "Rejected",
        endpoints=network.endpoints,
        log_group=network.flow_logs.log_group,
        topic=topic,
    )
    return cdk.assertions.Template.from_stack(stack)


@pytest.fixture(scope="module")
def patterns(template):
    """Filter patterns as CloudWatch Logs gets them, with six interfaces for each endpoint."""
    filters = template.find_resources("AWS::Logs::MetricFilter").values()
    return [resolved(each["Properties"]["FilterPattern"]) for each in filters]


def resolved(value):
    if isinstance(value, str):
        return value
    if "Fn::GetAtt" in value:
        assert value["Fn::GetAtt"][1] == "NetworkInterfaceIds"
        mark = value["Fn::GetAtt"][0][-5:]
        return [f"{interface}{mark}" for interface in INTERFACES]
    separator, parts = value["Fn::Join"]
    parts = [resolved(part) for part in (parts if isinstance(parts, list) else resolved(parts))]
    return separator.join(parts)


def counted(pattern, record):
    """Whether a space-delimited pattern matches: its own reading of the documented syntax."""
    columns = pattern.removeprefix("[").removesuffix("]").split(", ")
    values = record.split(" ")
    assert len(columns) == len(values) == FIELDS
    for column, value in zip(columns, values, strict=True):
        wanted = re.findall(r'(\w+) = "([^"]+)"', column)
        if wanted and value not in {text for _, text in wanted}:
            return False
        assert len({name for name, _ in wanted}) <= 1
    return True


def interfaces(pattern):
    return re.findall(r'eni = "([^"]+)"', pattern)


def test_every_interface_of_every_endpoint_is_watched(template, patterns):
    endpoints = template.find_resources("AWS::EC2::VPCEndpoint").values()
    count = sum(e["Properties"]["VpcEndpointType"] == "Interface" for e in endpoints)
    watched = [each for pattern in patterns for each in interfaces(pattern)]
    assert len(watched) == len(set(watched)) == count * len(INTERFACES)


def test_patterns_fit_with_the_longest_ids_in_six_zones(patterns):
    for pattern in patterns:
        known = re.sub(r"(eni-[0-9a-f]{17})\w{5}", r"\1", pattern)
        assert len(known) <= 1024


def test_rejected_record_at_an_endpoint_counts(patterns):
    record = REJECTED.format(eni=interfaces(patterns[0])[-1])
    assert counted(patterns[0], record)


@pytest.mark.parametrize("port", ["443", "22"])
def test_every_port_counts(patterns, port):
    record = REJECTED.format(eni=interfaces(patterns[0])[0]).replace(" 443 ", f" {port} ")
    assert counted(patterns[0], record)


def test_accepted_record_does_not_count(patterns):
    record = REJECTED.format(eni=interfaces(patterns[0])[0]).replace("REJECT", "ACCEPT")
    assert not counted(patterns[0], record)


def test_rejected_record_elsewhere_in_the_vpc_does_not_count(patterns):
    record = REJECTED.format(eni="eni-0ffffffffffffffff")
    assert not any(counted(pattern, record) for pattern in patterns)


def test_all_filters_feed_the_one_metric_of_the_alarm(template):
    filters = template.find_resources("AWS::Logs::MetricFilter").values()
    fed = {
        (t["MetricNamespace"], t["MetricName"])
        for each in filters
        for t in each["Properties"]["MetricTransformations"]
    }
    (alarm,) = template.find_resources("AWS::CloudWatch::Alarm").values()
    assert fed == {(alarm["Properties"]["Namespace"], alarm["Properties"]["MetricName"])}
    assert alarm["Properties"]["Threshold"] == 1


def test_topic_may_be_told(template):
    (policy,) = template.find_resources("AWS::SNS::TopicPolicy").values()
    sids = [s["Sid"] for s in policy["Properties"]["PolicyDocument"]["Statement"]]
    assert "CloudWatchAlarmsPublish" in sids


def test_less_than_one_rejection_is_refused(network, env_stack):
    with pytest.raises(ValueError, match="Test/Rejected: rejections is 0: use 1 or more"):
        RejectedTrafficAlarm(
            env_stack,
            "Rejected",
            endpoints=network.endpoints,
            log_group=network.flow_logs.log_group,
            topic=sns.Topic(env_stack, "Topic"),
            rejections=0,
        )
