import aws_cdk as cdk
import pytest

ENDPOINT = "AWS::EC2::VPCEndpoint"


@pytest.fixture
def gateways(network, resources):
    return [
        e["Properties"]
        for e in resources(cdk.Stack.of(network), ENDPOINT).values()
        if e["Properties"]["VpcEndpointType"] == "Gateway"
    ]


def test_s3_and_dynamodb_are_routed_from_every_subnet(gateways):
    assert [len(gateway["RouteTableIds"]) for gateway in gateways] == [2, 2]
    assert [str(g["ServiceName"]).rsplit(".", 1)[-1].rstrip("']}") for g in gateways] == [
        "s3",
        "dynamodb",
    ]


def test_only_this_accounts_principals_reach_only_this_accounts_data(gateways):
    for gateway in gateways:
        (statement,) = gateway["PolicyDocument"]["Statement"]
        assert statement["Condition"]["StringEquals"] == {
            "aws:PrincipalAccount": "111122223333",
            "aws:ResourceAccount": "111122223333",
        }
