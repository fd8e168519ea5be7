"""What CloudFormation's validation and cdk-nag say of the gateway."""

import json
from pathlib import Path

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    ApiGatewayLogging,
    GatewayClient,
    GatewayNetwork,
    InferenceProfile,
    InvocationGateway,
    QuotaLimit,
    QuotaPeriod,
    QuotaSubject,
)

PACKS = (
    cdk_nag.AwsSolutionsChecks,
    cdk_nag.HIPAASecurityChecks,
    cdk_nag.NIST80053R5Checks,
    cdk_nag.PCIDSS321Checks,
)


class Guardrail:
    guardrail_arn = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdef123456"
    guardrail_version = "3"

    def grant_apply(self, grantee):
        arn = self.guardrail_arn
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["bedrock:ApplyGuardrail"], resource_arns=[arn]
        )


@pytest.fixture(scope="module")
def findings(feature_flags):
    """Rule and construct of every finding, of all packs and the validation, in one synth."""
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        vpc_cidr_block="10.0.0.0/16",
        availability_zones=["eu-west-1a"],
        isolated_subnet_ids=["subnet-0123456789abcdef0"],
        isolated_subnet_route_table_ids=["rtb-0123456789abcdef0"],
    )
    role = iam.Role(stack, "App", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    ApiGatewayLogging(stack, "Logging")
    limit = QuotaLimit(per=QuotaSubject.ROLE, period=QuotaPeriod.MINUTE, tokens=9)
    InvocationGateway(
        stack,
        "Gateway",
        models=[InferenceProfile("eu.amazon.nova-lite-v1:0")],
        guardrail=Guardrail(),
        clients=[GatewayClient(name="search", role=role)],
        limits=[limit],
        network=GatewayNetwork(vpc=vpc),
        topic=sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True),
    )
    plugins = [pack() for pack in PACKS]
    cdk.Validations.of(app).add_plugins(cdk.CloudFormationValidatePlugin(), *plugins)
    try:
        folder = app.synth().directory
    except RuntimeError:
        folder = app.outdir
    report = json.loads((Path(folder) / "validation-report.json").read_text())
    return {
        (violation["ruleName"], construct["constructPath"].removeprefix("T/"))
        for plugin in report["pluginReports"]
        for violation in plugin.get("violations", [])
        for construct in violation["violatingConstructs"]
    }


KNOWN = {
    "Gateway/Handler/Function/Resource": {"LambdaConcurrency", "LambdaDLQ", "LambdaInsideVPC"},
    "Gateway/Handler/Permissions/Resource": {
        "IAM5[Resource::arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0]"
    },
    "Gateway/PostConverse": {"COG4"},
    "Gateway/PostConverseStream": {"COG4"},
    "Gateway/Stage/Resource": {"APIGWCacheEnabledAndEncrypted", "APIGWSSLEnabled"},
    "Gateway/Table/Resource": {"DynamoDBInBackupPlan"},
    "Logging/Permissions/Resource": {
        "IAM5[Resource::arn:aws:logs:eu-west-1:111122223333:log-group:*]"
    },
}
"""Findings that stay; the page of the construct gives the reasons."""


def test_they_find_only_what_the_page_gives_a_reason_for(findings):
    found = {}
    for rule, path in findings:
        found.setdefault(path, set()).add(rule.split("-", 1)[1])
    assert found == KNOWN


def test_the_page_names_every_finding():
    text = (Path(__file__).parents[2] / "docs/constructs/invocation-gateway.md").read_text()
    rules = {rule.split("[")[0] for all_of in KNOWN.values() for rule in all_of}
    assert all(f"`{rule}`" in text for rule in rules)
