"""The template that accounts get, deployed to the emulated AWS as StackSets would."""

import aws_cdk as cdk
import pytest

from secure_bedrock import AccountBaseline, AccountWatch, MonitoredModel, OwnTrail
from secure_bedrock.emulator import Emulator
from secure_bedrock.guardrails import presets

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def emulator(request, tmp_path_factory, feature_flags):
    folder = request.config.rootpath / ".demo" / "cdk-cli"
    with Emulator(cache_folder=folder) as running:
        running.cdk().bootstrap()
        assembly = tmp_path_factory.mktemp("baseline") / "cdk.out"
        app = cdk.App(context=feature_flags, outdir=str(assembly))
        AccountBaseline(
            cdk.Stack(app, "Account"),
            "Baseline",
            environment="prod",
            guardrail=presets.PUBLIC_CHAT,
            watch=AccountWatch(models=[MonitoredModel(model="amazon.nova-lite-v1:0")]),
            audit_trail=OwnTrail(region=running.region),
            enforce_guardrail=True,
        )
        app.synth()
        running.cdk().deploy(assembly)
        yield running


def test_an_account_that_had_nothing_has_it_all(emulator):
    bedrock = emulator.client("bedrock")
    logging = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    assert logging["textDataDeliveryEnabled"]
    assert logging["s3Config"]["bucketName"]
    (enforced,) = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]
    (guardrail,) = bedrock.list_guardrails()["guardrails"]
    assert enforced["guardrailArn"] == guardrail["arn"]


def test_the_condition_lets_the_trail_be_made_here(emulator):
    trails = emulator.client("cloudtrail").describe_trails()["trailList"]
    assert [trail["IsMultiRegionTrail"] for trail in trails] == [True]
