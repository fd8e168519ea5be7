import aws_cdk as cdk
import pytest

from secure_bedrock.checks import BedrockSecurityChecks
from secure_bedrock.rules import Profile

SETTINGS = {
    "environment": "prod",
    "models": ["eu.amazon.nova-lite-v1:0"],
    "monthly_budget_usd": 200,
    "alert_emails": ["security@example.com"],
    "geography": "eu",
    "account": "111122223333",
    "region": "eu-west-1",
}
# As much as the settings can switch on, in the Region that IAM reports to.
EVERYTHING = {
    "region": "us-east-1",
    "geography": "us",
    "models": ["us.amazon.nova-lite-v1:0"],
    "replace_existing_logging": True,
    "allowed_domains": ["corp.example"],
    "cost_anomaly_band": True,
    "projects": ["search", "chat"],
    "token_limits": [
        {"per": "PROJECT", "period": "DAY", "tokens": 1_000_000},
        {"per": "PRINCIPAL", "period": "MONTH", "us_dollars": 20},
    ],
    "over_token_limit": "deny",
}


LEAST = {
    "audit_trail": "none",
    "threat_response": False,
    "data_retention": "unmanaged",
    "dns_firewall": False,
    "usage_analytics": False,
}


@pytest.fixture(scope="session")
def everything():
    return EVERYTHING


@pytest.fixture(scope="session")
def reference(feature_flags):
    """Build the reference app with some settings changed, ready to be synthesized."""
    from secure_bedrock.reference.application import reference_app

    def build(outdir=None, **changes):
        settings = {k: v for k, v in (SETTINGS | changes).items() if v is not None}
        app = cdk.App(context=feature_flags | {"secure-bedrock": settings}, outdir=outdir)
        return app, reference_app(app)

    return build


@pytest.fixture(scope="session")
def checked(reference):
    """Synthesize with every check switched on: what is left of findings is an error."""

    def synth(**changes):
        app, _ = reference(**changes)
        cdk.Validations.of(app).add_plugins(
            cdk.CloudFormationValidatePlugin(), BedrockSecurityChecks(profiles=list(Profile))
        )
        return app.synth()

    return synth


@pytest.fixture(scope="session")
def assembly(checked):
    """The reference app with its defaults."""
    return checked()


@pytest.fixture(scope="session")
def full(checked):
    """The reference app with everything switched on."""
    return checked(**EVERYTHING)


@pytest.fixture(scope="session")
def least(checked):
    """The reference app with what can be switched off switched off."""
    return checked(**LEAST)
