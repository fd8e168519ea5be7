import json
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from secure_bedrock.cost.anomaly import CostAnomalyDetection
from secure_bedrock.cost.budget_guard import BudgetGuard
from secure_bedrock.cost.stop import BudgetStop


def test_cloudformation_s_own_validation_finds_nothing(app, env_stack):
    cdk.Validations.of(app).add_plugins(cdk.CloudFormationValidatePlugin())
    role = iam.Role(env_stack, "Invoker", assumed_by=iam.AccountRootPrincipal())
    BudgetGuard(
        env_stack,
        "Guard",
        monthly_limit_usd=200,
        emails=["a@example.com"],
        stop_at=BudgetStop(roles=[role]),
        anomaly=CostAnomalyDetection(threshold_usd=100, threshold_percent=40),
    )
    report = Path(app.synth().directory) / "validation-report.json"
    assert not report.exists() or findings(report) == []


def findings(report):
    plugins = json.loads(report.read_text())["pluginReports"]
    return [v["ruleName"] for plugin in plugins for v in plugin.get("violations", [])]
