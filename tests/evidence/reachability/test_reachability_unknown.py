"""What templates do not tell stays unknown, and is never taken for a yes or a no."""

import pytest

from secure_bedrock.evidence.reachability import Answer, Deployment, reachability


def deployment(resources, name="One", **options):
    return Deployment(
        template={"Resources": resources, **options.pop("sections", {})},
        name=name,
        account="111122223333",
        region="eu-west-1",
        **options,
    )


def resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def test_spoke_without_its_hub_is_unknown(layout, table):
    (spoke,) = [d for d in layout("transit_with_profile") if d.name == "Spoke"]
    hub_vpc = [d for d in layout("transit_with_profile") if d.name == "Hub"]
    hub_vpc[0].template["Resources"] = {
        name: each
        for name, each in hub_vpc[0].template["Resources"].items()
        if "TransitGateway" not in each["Type"] and "Profiles" not in each["Type"]
    }
    kept = [Deployment(**{**fields(hub_vpc[0]), "values": {}}), spoke]
    assert table(kept)["Spoke1", "bedrock-runtime"] == "????"


def fields(deployment):
    return {name: getattr(deployment, name) for name in deployment.__dataclass_fields__}


def test_existing_vpc_that_nobody_described_is_unknown(layout, table):
    (endpoints, _) = layout("existing_vpc")
    found = table([endpoints])
    assert found == {("subnet-1", "bedrock-runtime"): "?y?y"}


@pytest.mark.parametrize("value", [{"Ref": "Range"}, {"Fn::GetAtt": ["Custom", "Range"]}])
def test_range_that_is_given_at_deployment_is_unknown(layout, table, only, value):
    open_ended = layout("peering_with_own_zones")
    (group,) = only(open_ended, "Spoke", "AWS::EC2::SecurityGroup")
    group["SecurityGroupEgress"][0]["CidrIp"] = value
    assert table(open_ended)["Spoke1", "bedrock-runtime"] == "yy?y"


def test_range_in_a_parameter_is_known_once_its_value_is_given(layout, table, only):
    spoke = layout("peering_with_own_zones")
    (group,) = only(spoke, "Spoke", "AWS::EC2::SecurityGroup")
    group["SecurityGroupEgress"][0]["CidrIp"] = {"Ref": "Range"}
    given = {"parameters": {"Range": "10.0.0.0/16"}}
    known = [Deployment(**{**fields(d), **(given if d.name == "Spoke" else {})}) for d in spoke]
    assert table(known)["Spoke1", "bedrock-runtime"] == "yyyy"


def test_endpoint_policy_given_at_deployment_is_unknown(layout, table, only):
    open_ended = layout("peering_with_own_zones")
    (endpoint,) = only(open_ended, "Hub", "AWS::EC2::VPCEndpoint")
    endpoint["PolicyDocument"] = {"Ref": "Policy"}
    assert table(open_ended)["Spoke1", "bedrock-runtime"] == "yyy?"


def test_route_table_of_unknown_subnets_leaves_the_internet_unknown():
    vpc = resource("EC2::VPC", CidrBlock="10.0.0.0/16")
    subnet = resource("EC2::Subnet", VpcId={"Ref": "V"}, CidrBlock="10.0.0.0/24")
    uses = resource(
        "EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "Given"}, RouteTableId="rtb-1"
    )
    found = reachability(deployment({"V": vpc, "S": subnet, "A": uses})).elsewhere
    assert [each.internet for each in found] == [Answer.UNKNOWN]


def test_import_of_another_region_is_not_followed():
    """An export of that name in another Region is another export."""
    vpc = resource("EC2::VPC", CidrBlock="10.0.0.0/16")
    out = {"Outputs": {"V": {"Value": {"Ref": "V"}, "Export": {"Name": "vpc"}}}}
    one = deployment({"V": vpc}, sections=out)
    subnet = resource("EC2::Subnet", VpcId={"Fn::ImportValue": "vpc"}, CidrBlock="10.0.0.0/24")
    near = deployment({"S": subnet}, name="Near")
    far = Deployment(**{**fields(near), "name": "Far", "region": "eu-central-1"})
    endpoint = resource("EC2::VPCEndpoint", VpcEndpointType="Interface", VpcId={"Ref": "V"})
    one.template["Resources"]["E"] = endpoint
    rows = reachability(one, near, far).rows
    assert {r.subnet: r.resolves for r in rows} == {"Near/S": Answer.NO, "Far/S": Answer.UNKNOWN}


def test_stacks_with_one_name_are_refused():
    with pytest.raises(ValueError, match="One is given more than once: name each stack apart"):
        reachability(deployment({}), deployment({}))


def test_condition_that_nobody_decided_is_noted():
    conditions = {
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    }
    vpc = {**resource("EC2::VPC", CidrBlock="10.0.0.0/16"), "Condition": "Prod"}
    found = reachability(deployment({"V": vpc}, sections=conditions))
    assert found.notes == ("One: conditions are decided by the defaults of Stage",)
