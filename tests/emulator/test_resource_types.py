import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from secure_bedrock.emulator.cloudformation.schema import _schema
from secure_bedrock.emulator.resources.registry import TYPES

_TEMPLATES = {
    path.stem: json.loads(path.read_text())
    for path in Path(__file__).parent.glob("templates/*.json")
}
_WITH_CODE = {
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Logs::SubscriptionFilter",
}
# test_network_types.py and test_dns_firewall_types.py deploy templates of our constructs.
_OF_NETWORKS = {
    "AWS::EC2::VPCPeeringConnection",
    "AWS::Logs::ResourcePolicy",
    "AWS::RAM::ResourceShare",
}
_OF_NETWORK_SERVICES = ("AWS::EC2::TransitGateway", "AWS::Route53::", "AWS::Route53Resolver::")


@pytest.fixture(scope="module")
def root(aws):
    """The root of an organization with service control policies."""
    organizations = aws("organizations")
    organizations.create_organization(FeatureSet="ALL")
    found = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=found, PolicyType="SERVICE_CONTROL_POLICY")
    return found


@pytest.mark.parametrize("name", sorted(_TEMPLATES))
def test_every_type_lives_its_life(stack, root, name):
    template = dict(_TEMPLATES[name])
    if "Parameters" in template:
        template["given"] = [{"ParameterKey": "Root", "ParameterValue": root}]
    resources = template.pop("Resources")
    assert stack.create(resources, **template) == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="No updates"):
        stack.update(resources, **template)
    assert stack.delete() == "DELETE_COMPLETE"


def test_every_type_is_deployed_by_these_tests():
    deployed = {
        resource["Type"]
        for found in _TEMPLATES.values()
        for resource in found["Resources"].values()
    }
    elsewhere = {name for name in TYPES if name.startswith(_OF_NETWORK_SERVICES)} | _OF_NETWORKS
    assert set(TYPES) - deployed - elsewhere == _WITH_CODE


def test_replacing_properties_and_attributes_are_those_of_cloudformations_schema():
    manager = pytest.importorskip("cfnlint.schema.manager").PROVIDER_SCHEMA_MANAGER

    def plain(schema, key):
        return sorted(path.removeprefix("/properties/") for path in schema.get(key) or [])

    for name, ours in _schema().items():
        schema = manager.get_resource_schema("us-east-1", name).schema
        assert ours["createOnly"] == plain(schema, "createOnlyProperties"), name
        assert set(ours["attributes"]) <= set(plain(schema, "readOnlyProperties")), name
    assert set(_schema()) == set(TYPES)
