import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers import default_security_group
from secure_bedrock.custom_resources.assets.handlers.default_security_group import Operations
from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError

ALL = [{"CidrIp": "0.0.0.0/0"}]


@pytest.fixture
def ec2():
    with mock_aws():
        yield boto3.client("ec2", region_name="eu-west-1")


@pytest.fixture
def group(ec2):
    """The default security group of a new VPC, with the two rules AWS gives it."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    named = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    (found,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    if not found["IpPermissions"]:
        own = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": found["GroupId"]}]}
        ec2.authorize_security_group_ingress(GroupId=found["GroupId"], IpPermissions=[own])
    return found["GroupId"]


@pytest.fixture
def operations(ec2):
    return Operations(ec2, Patience(30, sleep=lambda _: None))


def event(kind, group):
    return {
        "RequestType": kind,
        "PhysicalResourceId": group,
        "ResourceProperties": {"GroupId": group},
    }


def rules(ec2, group):
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    members = [p["UserIdGroupPairs"][0]["GroupId"] for p in found["IpPermissions"]]
    return members, [p["IpRanges"] for p in found["IpPermissionsEgress"]]


def test_a_new_group_has_the_two_rules(ec2, group):
    assert rules(ec2, group) == ([group], [ALL])


def test_create_takes_both_rules_away(ec2, group, operations):
    answer = operations.close(event("Create", group))
    assert answer.physical_id == group
    assert rules(ec2, group) == ([], [])


def test_create_twice_is_the_same_as_once(ec2, group, operations):
    operations.close(event("Create", group))
    operations.close(event("Create", group))
    assert rules(ec2, group) == ([], [])


def test_other_rules_stay(ec2, group, operations):
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ALL}
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[https])
    operations.close(event("Create", group))
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert [rule["FromPort"] for rule in found["IpPermissionsEgress"]] == [443]


def test_delete_gives_both_rules_back(ec2, group, operations):
    operations.close(event("Create", group))
    operations.reopen(event("Delete", group))
    assert rules(ec2, group) == ([group], [ALL])


def test_delete_twice_is_the_same_as_once(ec2, group, operations):
    operations.close(event("Create", group))
    operations.reopen(event("Delete", group))
    operations.reopen(event("Delete", group))
    assert rules(ec2, group) == ([group], [ALL])


def test_delete_without_the_group_succeeds(operations):
    assert operations.reopen(event("Delete", "sg-00000000000000000"))


def test_update_to_another_group_names_that_group(ec2, group, operations):
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    named = [{"Name": "vpc-id", "Values": [other]}]
    (second,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    update = event("Update", group) | {"ResourceProperties": {"GroupId": second["GroupId"]}}
    assert operations.close(update).physical_id == second["GroupId"]


class Failing:
    """A client whose calls fail with a code so many times."""

    def __init__(self, code, times):
        self.left = times
        self.calls = 0
        self.code = code

    def __getattr__(self, name):
        def call(**_parameters):
            self.calls += 1
            if self.left:
                self.left -= 1
                raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, name)
            return {}

        return call


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "RequestLimitExceeded"])
def test_permissions_that_arrive_late_and_throttling_are_waited_for(code):
    client = Failing(code, times=2)
    Operations(client, Patience(30, sleep=lambda _: None)).close(event("Create", "sg-1"))
    assert client.calls == 4


def test_permissions_that_never_arrive_are_an_error():
    clock = iter(range(0, 10_000, 20)).__next__
    patience = Patience(30, sleep=lambda _: None, now=clock)
    with pytest.raises(RefusedError, match="UnauthorizedOperation"):
        Operations(Failing("UnauthorizedOperation", 99), patience).close(event("Create", "sg-1"))


def test_other_errors_are_not_settled():
    client = Failing("InvalidParameterValue", times=1)
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        Operations(client, Patience(30)).close(event("Create", "sg-1"))


def test_entry_point_answers_cloudformation(ec2, group, monkeypatch):
    answers = []
    monkeypatch.setattr(
        "secure_bedrock.custom_resources.assets.handlers.protocol._deliver",
        lambda url, body, _sleep: answers.append((url, body)),
    )
    identity = dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), "x")
    default_security_group.handler(
        event("Create", group) | identity | {"ResponseURL": "https://answer"}, None
    )
    assert answers[0][0] == "https://answer"
    assert b"SUCCESS" in answers[0][1]
    assert rules(ec2, group) == ([], [])
