import json

import pytest

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"


def policy(service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def queue(aws):
    attributes = {"KmsMasterKeyId": KEY, "Policy": json.dumps(policy("events.amazonaws.com"))}
    return aws.client("sqs").create_queue(QueueName="q", Attributes=attributes)["QueueUrl"]


@pytest.mark.parametrize(
    ("claim", "paths"),
    [
        ({"KmsMasterKeyId": KEY}, []),
        ({}, ["KmsMasterKeyId"]),
        ({"KmsMasterKeyId": KEY, "VisibilityTimeout": 99}, ["VisibilityTimeout"]),
    ],
)
def test_a_queue(queue, differences, claim, paths):
    assert differences("AWS::SQS::Queue", queue, claim) == paths


@pytest.mark.parametrize(
    ("service", "paths"),
    [("events.amazonaws.com", []), ("sns.amazonaws.com", ["PolicyDocument"])],
)
def test_a_queue_policy(queue, changed, service, paths):
    claim = {"PolicyDocument": policy(service), "Queues": [queue]}
    assert changed("AWS::SQS::QueuePolicy", "id", claim) == paths


@pytest.mark.parametrize(("value", "paths"), [("one", []), ("two", ["Value"])])
def test_a_parameter(aws, differences, value, paths):
    aws.client("ssm").put_parameter(Name="/p", Type="String", Value=value)
    claim = {"Name": "/p", "Type": "String", "Value": "one"}
    assert differences("AWS::SSM::Parameter", "/p", claim) == paths


def test_a_parameter_that_is_gone(differences):
    assert differences("AWS::SSM::Parameter", "/gone", {"Value": "x"}) == ["(resource)"]


@pytest.mark.parametrize(("rule", "paths"), [("ALARM(a)", []), ("ALARM(b)", ["AlarmRule"])])
def test_a_composite_alarm(aws, differences, rule, paths):
    aws.client("cloudwatch").put_composite_alarm(AlarmName="c", AlarmRule=rule)
    claim = {"AlarmRule": "ALARM(a)"}
    assert differences("AWS::CloudWatch::CompositeAlarm", "c", claim) == paths


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def attached(ec2):
    """An internet gateway attached to a network, and a route to it."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
    ec2.create_route(**route)
    return {"InternetGatewayId": gateway, "VpcId": vpc}, route


def test_an_attachment(ec2, attached, differences):
    claim, _ = attached
    assert differences("AWS::EC2::VPCGatewayAttachment", "IGW|x", claim) == []
    ec2.detach_internet_gateway(**claim)
    assert differences("AWS::EC2::VPCGatewayAttachment", "IGW|x", claim) == ["VpcId"]


def test_a_route_as_claimed(attached, differences):
    assert differences("AWS::EC2::Route", "r", attached[1]) == []


def test_a_route_to_another_gateway(attached, differences):
    claim = {**attached[1], "GatewayId": "igw-0"}
    assert differences("AWS::EC2::Route", "r", claim) == ["GatewayId"]


def test_a_route_that_is_gone(ec2, attached, differences):
    _, route = attached
    ec2.delete_route(RouteTableId=route["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    assert differences("AWS::EC2::Route", "r", route) == ["(resource)"]


def test_an_internet_gateway(ec2, attached, differences):
    gateway = attached[0]["InternetGatewayId"]
    assert differences("AWS::EC2::InternetGateway", gateway, {}) == []
    ec2.detach_internet_gateway(**attached[0])
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    assert differences("AWS::EC2::InternetGateway", gateway, {}) == ["(resource)"]


def test_metadata_of_the_cdk_has_nothing_behind_it(differences):
    assert differences("AWS::CDK::Metadata", "id", {"Analytics": "v2:..."}) == []
