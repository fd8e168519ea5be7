"""Every account of a unit gets keys, invocation logging, a guardrail, alarms and signals.

Deployed from one security account, which administers StackSets and CloudTrail for the organization.
Accounts that join the unit later get the same.
"""

import aws_cdk as cdk

from secure_bedrock import (
    AccountBaseline,
    AccountWatch,
    AlarmThresholds,
    AuditTrail,
    DeniedTopic,
    MonitoredModel,
    OrganizationRollout,
    OrganizationTrail,
    OrganizationTrailExists,
    RolloutAssetBucket,
    RolloutConcurrency,
    RolloutPace,
)
from secure_bedrock.guardrails import presets

ORGANIZATION, MANAGEMENT, SECURITY = "o-exampleorgid", "999988887777", "111122223333"
REGIONS = ("eu-west-1", "eu-central-1")
SECRECY = DeniedTopic(name="System prompt", definition="Asking for the hidden instructions.")

app = cdk.App()


def place(region: str) -> cdk.Environment:
    """A Region of the security account."""
    return cdk.Environment(account=SECURITY, region=region)


def baseline(stack: cdk.Stack) -> None:
    """What each account has in each Region. Accounts choose their models themselves."""
    AccountBaseline(
        stack,
        "Baseline",
        environment="prod",
        guardrail=presets.PUBLIC_CHAT.extended(topics=[SECRECY]),
        watch=AccountWatch(
            models=[MonitoredModel(model="eu.amazon.nova-lite-v1:0")],
            thresholds=AlarmThresholds(other_models=None),
        ),
        audit_trail=OrganizationTrailExists(),
    )


buckets = [
    RolloutAssetBucket(
        cdk.Stack(app, f"Code-{region}", env=place(region)),
        "Code",
        prefix="acme-bedrock-code",
        organization_id=ORGANIZATION,
    )
    for region in REGIONS
]
OrganizationRollout(
    cdk.Stack(app, "Rollout", env=place(REGIONS[0])),
    "Bedrock",
    baseline=baseline,
    organizational_units=["ou-exam-12345678"],
    asset_buckets=buckets,
    pace=RolloutPace(failure_tolerance_percentage=2, concurrency=RolloutConcurrency.SOFT),
)
AuditTrail(
    cdk.Stack(app, "Audit", env=place(REGIONS[0])),
    "AuditTrail",
    organization=OrganizationTrail(organization_id=ORGANIZATION, management_account=MANAGEMENT),
)

app.synth()
