"""The calls of a gateway's whole life are those that its role allows."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb

from secure_bedrock.cost.gateway.permissions import counting
from secure_bedrock.custom_resources.assets.handlers import gateway


@pytest.fixture
def called(bedrock, dynamodb, world, stream, monkeypatch):  # noqa: ARG001 - the table has to be there
    """Operations on the table, and paths of calls to Amazon Bedrock, of a whole life."""
    found, operations = world.gateway(), []
    found._reservations.dynamodb.meta.events.register(
        "before-call.dynamodb", lambda model, **_: operations.append(model.name)
    )
    found.run(world.event(), world.now)
    found.run(world.event(), world.now)
    bedrock.answer = (200, {"content-type": "application/vnd.amazon.eventstream"}, stream)
    found.run(world.event(request="r-2", stream=True), world.now)
    where = "secure_bedrock.custom_resources.assets.handlers.gateway_reservations.Reservations"
    with monkeypatch.context() as dying:
        dying.setattr(f"{where}.settle", lambda *_: True)
        found.run(world.event(request="r-3"), world.now)
    found.run(world.event(request="r-3"), world.now)
    found.run({"sweep": True}, world.now)
    return set(operations), {path.rsplit("/", 1)[1] for path, _, _ in bedrock.requests}


def test_the_role_allows_exactly_what_is_called(called):
    operations, paths = called
    table = dynamodb.Table.from_table_arn(
        cdk.Stack(cdk.App()), "T", "arn:aws:dynamodb:eu-west-1:111122223333:table/t"
    )
    assert set(counting(table).actions) == {f"dynamodb:{name}" for name in operations}
    assert paths == {"converse", "converse-stream"}


@pytest.mark.usefixtures("bedrock", "dynamodb")
def test_the_function_reads_its_settings_once(world, monkeypatch):
    monkeypatch.setattr(gateway, "_READY", [])
    monkeypatch.setenv("SETTINGS", json.dumps(world.settings()))
    assert gateway.handler(world.event(), None)["statusCode"] == 200
    monkeypatch.delenv("SETTINGS")
    assert gateway.handler(world.event(request="r-2"), None)["statusCode"] == 200
    assert gateway.handler({"sweep": True}, None) is None
