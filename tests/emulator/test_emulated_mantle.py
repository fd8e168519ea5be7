"""The data retention mode at ``bedrock-mantle``, as the handler of DataRetention asks for it."""

import json
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers.mantle import Mantle
from secure_bedrock.emulator import isolation

ACTIONS = ["bedrock-mantle:GetAccountDataRetention", "bedrock-mantle:PutAccountDataRetention"]


@pytest.fixture
def mantle(server, aws, monkeypatch):
    """The endpoint for a role that may put one mode; every one has a Region of its own."""
    address = f"{server.endpoint_url}{isolation.MANTLE}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_MANTLE", address)

    def of_role(region, allowed):
        condition = {"StringEquals": {"bedrock-mantle:DataRetentionMode": allowed}}
        statements = [
            {"Effect": "Allow", "Action": ACTIONS[0], "Resource": "*"},
            {"Effect": "Allow", "Action": ACTIONS[1], "Resource": "*", "Condition": condition},
        ]
        keys = session_of(aws, statements)
        session = boto3.Session(*keys, region_name=region)
        return Mantle(session.get_credentials(), region)

    return of_role


def session_of(aws, statements):
    name, anybody = f"role-{uuid.uuid4().hex[:8]}", {"AWS": "*"}
    trust = [{"Effect": "Allow", "Principal": anybody, "Action": "sts:AssumeRole"}]
    document = {"Version": "2012-10-17", "Statement": trust}
    role = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    document["Statement"] = statements
    aws("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    keys = aws("sts").assume_role(RoleArn=role["Role"]["Arn"], RoleSessionName="test")[
        "Credentials"
    ]
    return keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]


def test_a_mode_is_kept_per_region(mantle):
    here = mantle("eu-central-1", "none")
    assert here.get_account_data_retention() == {"mode": "inherit"}
    here.put_account_data_retention(mode="none")
    assert here.get_account_data_retention() == {"mode": "none"}
    assert mantle("eu-north-1", "none").get_account_data_retention() == {"mode": "inherit"}


def test_a_mode_that_the_role_may_not_put_is_refused(mantle):
    with pytest.raises(ClientError, match="not authorized to perform: bedrock-mantle:Put"):
        mantle("eu-south-1", "none").put_account_data_retention(mode="provider_data_share")
    assert mantle("eu-south-1", "none").get_account_data_retention() == {"mode": "inherit"}
