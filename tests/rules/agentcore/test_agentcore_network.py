import pytest

MODE = "Properties.NetworkConfiguration.NetworkMode"
SUBNETS = "Properties.NetworkConfiguration.VpcConfig.Subnets"
RULES = [("AGC01", "Runtime"), ("AGC25", "BrowserCustom"), ("AGC27", "CodeInterpreterCustom")]


def agentcore(kind, **properties):
    return {"Type": f"AWS::BedrockAgentCore::{kind}", "Properties": properties}


def on_network(kind, mode):
    return agentcore(kind, NetworkConfiguration={"NetworkMode": mode})


@pytest.mark.parametrize(("rule", "kind"), RULES)
def test_a_vpc_passes(judge, rule, kind):
    assert judge(rule, on_network(kind, "VPC")) == []


@pytest.mark.parametrize(("rule", "kind"), RULES)
def test_the_internet_fails(judge, rule, kind):
    assert judge(rule, on_network(kind, "PUBLIC")) == [f"fail {MODE}"]


@pytest.mark.parametrize(("rule", "kind"), RULES)
def test_a_network_mode_known_at_deployment_is_unknown(judge, rule, kind):
    assert judge(rule, on_network(kind, {"Ref": "Mode"})) == [f"unknown {MODE}"]


@pytest.mark.parametrize(("rule", "kind"), RULES)
def test_the_default_of_a_network_mode_is_believed(judge, rule, kind):
    resources = {"R": on_network(kind, {"Ref": "Mode"})}
    template = {"Parameters": {"Mode": {"Default": "PUBLIC"}}, "Resources": resources}
    assert judge(rule, template) == [f"fail {MODE}"]


@pytest.mark.parametrize(("rule", "kind"), RULES)
def test_the_internet_can_be_acknowledged(judge, accepting, rule, kind):
    assert judge(rule, accepting(on_network(kind, "PUBLIC"), rule)) == []


def test_a_sandbox_fails(judge):
    assert judge("AGC27", on_network("CodeInterpreterCustom", "SANDBOX")) == [f"fail {MODE}"]


def test_a_harness_on_the_internet_fails(judge):
    network = {"NetworkConfiguration": {"NetworkMode": "PUBLIC"}}
    harness = agentcore("Harness", Environment={"AgentCoreRuntimeEnvironment": network})
    at = "Properties.Environment.AgentCoreRuntimeEnvironment.NetworkConfiguration.NetworkMode"
    assert judge("AGC01", harness) == [f"fail {at}"]


def test_a_runtime_without_network_is_unknown(judge):
    assert judge("AGC01", agentcore("Runtime")) == ["unknown Properties.NetworkConfiguration"]


def test_a_runtime_of_a_capacity_provider_passes(judge):
    provider = {"CapacityProviderArn": "arn"}
    assert judge("AGC01", agentcore("Runtime", CapacityProviderConfiguration=provider)) == []


def in_subnet(subnet, gateway=None):
    """A browser in a subnet whose route table leads to a gateway."""
    link = {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": {"Ref": "Table"}}
    route = {"RouteTableId": {"Ref": "Table"}, "GatewayId": gateway}
    network = {"NetworkMode": "VPC", "VpcConfig": {"Subnets": [subnet]}}
    return {
        "Subject": agentcore("BrowserCustom", NetworkConfiguration=network),
        "Subnet": {"Type": "AWS::EC2::Subnet"},
        "Table": {"Type": "AWS::EC2::RouteTable"},
        "Gateway": {"Type": "AWS::EC2::InternetGateway"},
        "Nat": {"Type": "AWS::EC2::NatGateway"},
        "Link": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": link},
        "Route": {"Type": "AWS::EC2::Route", "Properties": route},
    }


SUBNET = {"Ref": "Subnet"}


@pytest.mark.parametrize("gateway", [{"Ref": "Gateway"}, {"Fn::GetAtt": "Gateway.Id"}, "igw-1"])
def test_a_subnet_with_an_internet_gateway_fails(judge, gateway):
    assert judge("AGC02", in_subnet(SUBNET, gateway)) == [f"fail {SUBNETS}[0]"]


@pytest.mark.parametrize("gateway", [None, "vgw-1", {"Ref": "Nat"}])
def test_a_subnet_without_internet_gateway_passes(judge, gateway):
    assert judge("AGC02", in_subnet(SUBNET, gateway)) == []


@pytest.mark.parametrize("subnet", ["subnet-1", {"Ref": "SubnetId"}])
def test_a_subnet_from_elsewhere_is_unknown(judge, subnet):
    assert judge("AGC02", in_subnet(subnet)) == [f"unknown {SUBNETS}[0]"]


def test_a_route_through_a_gateway_from_elsewhere_is_unknown(judge):
    assert judge("AGC02", in_subnet(SUBNET, {"Ref": "GatewayId"})) == [f"unknown {SUBNETS}[0]"]


def test_a_public_subnet_can_be_acknowledged(judge, accepting):
    resources = in_subnet(SUBNET, "igw-1")
    assert judge("AGC02", resources | {"Subject": accepting(resources["Subject"], "AGC02")}) == []


def test_the_subnets_of_a_runtime_are_judged_too(judge):
    network = {"NetworkModeConfig": {"Subnets": ["subnet-1"]}}
    found = judge("AGC02", agentcore("Runtime", NetworkConfiguration=network))
    assert found == ["unknown Properties.NetworkConfiguration.NetworkModeConfig.Subnets[0]"]
