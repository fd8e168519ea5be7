"""Each team has its own way to the model, its own budget, and its own daily quota of tokens."""

import aws_cdk as cdk

from secure_bedrock import (
    AlertTopic,
    BedrockKmsKeys,
    BudgetGuard,
    DenyOverQuota,
    EcsTasks,
    GuardrailSet,
    InferenceProfile,
    InvocationLogging,
    InvocationLogs,
    InvokerRole,
    ModelAccess,
    ProjectProfile,
    QuotaLimit,
    QuotaPeriod,
    QuotaSubject,
    TokenQuota,
)
from secure_bedrock.guardrails import presets

MODEL = InferenceProfile("eu.amazon.nova-lite-v1:0")
MONTHLY_USD = {"search": 500, "support": 200}

app = cdk.App()
here = cdk.Environment(account="111122223333", region="eu-west-1")
stack = cdk.Stack(app, "Teams", env=here)

keys = BedrockKmsKeys(stack, "Keys", environment="prod")
alerts = AlertTopic(stack, "Alerts", encryption_key=keys.notifications).topic
logging = InvocationLogging(
    stack, "InvocationLogging", encryption_key=keys.logs, alarm_topic=alerts
)
guardrails = GuardrailSet(
    stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT}, encryption_key=keys.guardrails
)
roles = []
for team, monthly in MONTHLY_USD.items():
    project = ProjectProfile(stack, f"{team}-Project", project=team, models=[MODEL])
    access = ModelAccess(
        stack, f"{team}-Access", models=project.models, guardrail=guardrails["chat"]
    )
    roles.append(InvokerRole(stack, f"{team}-Role", workload=EcsTasks(), access=access).role)
    BudgetGuard(
        stack,
        f"{team}-Budget",
        monthly_limit_usd=monthly,
        emails=[f"{team}@example.com"],
        coverage=project.coverage,
    )
daily = QuotaLimit(per=QuotaSubject.PRINCIPAL, period=QuotaPeriod.DAY, us_dollars=30)
TokenQuota(
    stack,
    "TokenQuota",
    limits=[daily],
    over_limit=DenyOverQuota(roles=roles),
    invocation_logs=InvocationLogs(log_group=logging.log_group, large_bodies=logging.bucket),
    topic=alerts,
    encryption_key=keys.logs,
)

app.synth()
