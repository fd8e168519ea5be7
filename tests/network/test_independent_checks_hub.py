"""What the CDK's own validation and the cdk-nag packs say about connected networks."""

import json

import aws_cdk as cdk
import cdk_nag
import pytest

from secure_bedrock import (
    BedrockHub,
    BedrockSpoke,
    HubTransitGateway,
    InboundResolver,
    IsolatedVpc,
    NameSharing,
    PeeringAcceptorRole,
    ShareWith,
    SpokeConnection,
    SpokeNames,
    parse_model,
)

OTHERS = ShareWith(accounts=["444455556666"])
HUB_RANGE, SPOKE_RANGE = "10.0.0.0/16", "10.1.0.0/16"
FUNCTION = "DefaultSecurityGroup/Handler/Function/Resource"


@pytest.fixture(scope="module")
def found(feature_flags, tmp_path_factory):
    """Findings of all packs: rule and construct path."""
    folder = tmp_path_factory.mktemp("hub")
    app = cdk.App(context=feature_flags, outdir=str(folder))
    cdk.Validations.of(app).add_plugins(
        cdk.CloudFormationValidatePlugin(),
        cdk_nag.AwsSolutionsChecks(),
        cdk_nag.NIST80053R5Checks(),
        cdk_nag.HIPAASecurityChecks(),
        cdk_nag.PCIDSS321Checks(),
    )
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    connected(stack)
    try:
        app.synth()
    except RuntimeError as error:
        assert "ValidationFailed" in str(error)  # noqa: PT017
    plugins = json.loads((folder / "validation-report.json").read_text())["pluginReports"]
    return {
        (violation["ruleName"], construct["constructPath"].removeprefix("T/"))
        for plugin in plugins
        for violation in plugin.get("violations", [])
        for construct in violation["violatingConstructs"]
    }


def connected(stack):
    home = IsolatedVpc(stack, "Home", address_range=HUB_RANGE)
    hub = BedrockHub(
        stack,
        "Hub",
        vpc=home.vpc,
        address_range=HUB_RANGE,
        models=[parse_model("eu.amazon.nova-lite-v1:0")],
        admitted_ranges=[SPOKE_RANGE, "192.168.0.0/16"],
        names=NameSharing(share_with=OTHERS),
    )
    HubTransitGateway(
        stack, "Transit", vpc=home.vpc, address_range=HUB_RANGE, spokes={}, share_with=OTHERS
    )
    InboundResolver(stack, "Resolver", vpc=home.vpc, networks=["192.168.0.0/16"])
    PeeringAcceptorRole(stack, "Accepts", vpc_id=home.vpc.vpc_id, requester_account="444455556666")
    away = IsolatedVpc(stack, "Away", address_range=SPOKE_RANGE)
    BedrockSpoke(
        stack,
        "Spoke",
        vpc=away.vpc,
        address_range=SPOKE_RANGE,
        hub=hub.exports,
        connection=SpokeConnection.PEERING,
        names=SpokeNames.OWN_ZONES,
    )


def test_the_packs_find_only_what_the_docs_give_a_reason_for(found):
    on_the_function = ("LambdaConcurrency", "LambdaDLQ", "LambdaInsideVPC")
    expected = {
        (f"{pack}-{rule}", f"{vpc}/{FUNCTION}")
        for vpc in ("Home", "Away")
        for pack in ("NIST.800.53.R5", "HIPAA.Security")
        for rule in on_the_function
    }
    packs = ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")
    for vpc in ("Home", "Away"):
        expected.add(("PCI.DSS.321-LambdaInsideVPC", f"{vpc}/{FUNCTION}"))
        expected |= {(f"{pack}-VPCDefaultSecurityGroupClosed", f"{vpc}/Vpc") for pack in packs}
    connections = "arn:aws:ec2:eu-west-1:111122223333:vpc-peering-connection/*"
    expected.add((f"AwsSolutions-IAM5[Resource::{connections}]", "Accepts/Policy"))
    assert found == expected
