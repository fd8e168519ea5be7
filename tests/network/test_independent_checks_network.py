"""What the CDK's own validation and the cdk-nag packs say about the constructs."""

import json

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    BedrockKmsKeys,
    DnsFirewall,
    EndpointPerimeter,
    EndpointService,
    KeyPurpose,
    NoWayOut,
    RejectedTrafficAlarm,
    SecureBedrockVpc,
    parse_model,
)

NOVA = parse_model("eu.amazon.nova-lite-v1:0")
FUNCTION = "Net/DefaultSecurityGroup/Handler/Function/Resource"
ON_THE_FUNCTION = ("LambdaConcurrency", "LambdaDLQ", "LambdaInsideVPC")
ON_THE_VPC = "VPCDefaultSecurityGroupClosed"


@pytest.fixture
def build(feature_flags, tmp_path):
    """An app with both constructs, and the findings of its synthesis: rule and construct path."""

    def run(*plugins, change=lambda _network: None):
        app = cdk.App(context=feature_flags, outdir=str(tmp_path))
        cdk.Validations.of(app).add_plugins(*plugins)
        environment = cdk.Environment(account="111122223333", region="eu-west-1")
        stack = cdk.Stack(app, "T", env=environment)
        keys = BedrockKmsKeys(stack, "Keys", environment="prod")
        for purpose in KeyPurpose:
            keys.key(purpose)
        topic = sns.Topic(stack, "Topic", master_key=keys.notifications, enforce_ssl=True)
        keys.alarm_on_disable_and_deletion(topic)
        network = SecureBedrockVpc(stack, "Net", models=[NOVA], encryption_key=keys.logs)
        guard(stack, network, topic)
        change(network)
        try:
            app.synth()
        except RuntimeError as error:
            assert "ValidationFailed" in str(error)  # noqa: PT017
        return findings(tmp_path / "validation-report.json")

    return run


def guard(stack, network, topic):
    DnsFirewall(stack, "Firewall", vpc=network.vpc)
    NoWayOut(stack, "Closed")
    RejectedTrafficAlarm(
        stack,
        "Rejected",
        endpoints=network.endpoints,
        log_group=network.flow_logs.log_group,
        topic=topic,
    )
    endpoint = network.endpoint(EndpointService.KMS).vpc_endpoint_id
    EndpointPerimeter(vpc_endpoint_ids=[endpoint]).protect_key(network.encryption_key)


def findings(report):
    if not report.exists():
        return set()
    plugins = json.loads(report.read_text())["pluginReports"]
    return {
        (violation["ruleName"], construct["constructPath"].removeprefix("T/"))
        for plugin in plugins
        for violation in plugin.get("violations", [])
        for construct in violation["violatingConstructs"]
    }


def test_cloudformations_own_validation_finds_nothing(build):
    assert build(cdk.CloudFormationValidatePlugin()) == set()


def test_cloudformations_own_validation_would_find_something(build):
    def spoil(network):
        network.flow_logs.log_group.node.default_child.retention_in_days = 12

    assert build(cdk.CloudFormationValidatePlugin(), change=spoil) != set()


def test_aws_solutions_finds_nothing(build):
    assert build(cdk_nag.AwsSolutionsChecks()) == set()


@pytest.mark.parametrize(
    ("pack", "prefix", "known"),
    [
        (cdk_nag.NIST80053R5Checks, "NIST.800.53.R5", ON_THE_FUNCTION),
        (cdk_nag.HIPAASecurityChecks, "HIPAA.Security", ON_THE_FUNCTION),
        (cdk_nag.PCIDSS321Checks, "PCI.DSS.321", ("LambdaInsideVPC",)),
    ],
)
def test_other_packs_find_only_what_the_docs_give_a_reason_for(build, pack, prefix, known):
    expected = {(f"{prefix}-{rule}", FUNCTION) for rule in known}
    assert build(pack()) == {*expected, (f"{prefix}-{ON_THE_VPC}", "Net/Vpc")}
