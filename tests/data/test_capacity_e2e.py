"""Dedicated capacity, bought in the emulated AWS by its function."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock import FoundationModel, HourlyPrice, ProvisionedThroughput
from secure_bedrock.emulator import Emulator

pytestmark = pytest.mark.e2e


def test_what_the_price_states_is_bought(request, tmp_path, feature_flags):
    folder = request.config.rootpath / ".demo" / "cdk-cli"
    with Emulator(cache_folder=folder) as running:
        running.cdk().bootstrap()
        app = cdk.App(context=feature_flags, outdir=str(tmp_path / "cdk.out"))
        place = cdk.Environment(account=running.account, region=running.region)
        declare(cdk.Stack(app, "Capacity", env=place))
        app.synth()
        running.cdk().deploy(tmp_path / "cdk.out")
        listed = running.client("bedrock").list_provisioned_model_throughputs()
    (capacity,) = listed["provisionedModelSummaries"]
    assert (capacity["provisionedModelName"], capacity["modelUnits"]) == ("chat", 2)
    assert capacity["status"] == "InService"


def declare(stack):
    ProvisionedThroughput(
        stack,
        "Chat",
        name="chat",
        model=FoundationModel("amazon.nova-lite-v1:0"),
        price=HourlyPrice(usd=20, model_units=2),
        encryption_key=kms.Key(stack, "Key", enable_key_rotation=True),
    )
