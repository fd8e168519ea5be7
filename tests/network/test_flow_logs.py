import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock.network.flow_logs import FlowLogs


@pytest.fixture(autouse=True)
def flow_logs(env_stack, existing_vpc):
    key = kms.Key(env_stack, "Key", enable_key_rotation=True)
    return FlowLogs(env_stack, "FlowLogs", vpc=existing_vpc, encryption_key=key)


def test_trap_1_the_given_key_lets_cloudwatch_logs_use_it(env_stack, resources):
    (key,) = resources(env_stack, "AWS::KMS::Key").values()
    sids = [s.get("Sid") for s in key["Properties"]["KeyPolicy"]["Statement"]]
    assert "CloudWatchLogs" in sids


def test_role_writes_to_its_log_group_and_uses_the_key_through_logs_only(env_stack, resources):
    (policy,) = resources(env_stack, "AWS::IAM::ManagedPolicy").values()
    write, encrypt = policy["Properties"]["PolicyDocument"]["Statement"]
    assert write["Action"] == [
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    ]
    (group,) = resources(env_stack, "AWS::Logs::LogGroup")
    assert write["Resource"] == {"Fn::GetAtt": [group, "Arn"]}
    assert encrypt["Condition"] == {
        "StringEquals": {"kms:ViaService": "logs.eu-west-1.amazonaws.com"}
    }


def test_any_vpc_can_be_watched(env_stack, resources):
    (flow_log,) = resources(env_stack, "AWS::EC2::FlowLog").values()
    assert flow_log["Properties"]["ResourceId"] == "vpc-0123456789abcdef0"
