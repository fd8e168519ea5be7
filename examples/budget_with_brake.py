"""A budget that takes a role's right to spend away when 90 percent are used."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from secure_bedrock import BudgetGuard, BudgetStop, CostAnomalyDetection

app = cdk.App()
stack = cdk.Stack(app, "Budget", env=cdk.Environment(account="111122223333", region="us-east-1"))

chat = iam.Role(stack, "ChatRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
BudgetGuard(
    stack,
    "Budget",
    monthly_limit_usd=500,
    emails=["bedrock-costs@example.com"],
    stop_at=BudgetStop(roles=[chat], at_percent=90),
    anomaly=CostAnomalyDetection(threshold_usd=50),
)

app.synth()
