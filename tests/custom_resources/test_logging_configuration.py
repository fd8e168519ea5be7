import pytest

from secure_bedrock.custom_resources.assets.handlers.logging_configuration import (
    destinations,
    is_true,
    known_to,
)
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError


@pytest.fixture(scope="module")
def shape(session):
    return session.client("bedrock").meta.service_model.shape_for("LoggingConfig")


def test_every_destination_counts():
    configuration = {
        "cloudWatchConfig": {
            "logGroupName": "g",
            "largeDataDeliveryS3Config": {"bucketName": "large"},
        },
        "s3Config": {"bucketName": "all"},
    }
    assert destinations(configuration) == {"log group g", "bucket large", "bucket all"}


@pytest.mark.parametrize("nothing", [{}, {"textDataDeliveryEnabled": True}, {"s3Config": None}])
def test_a_configuration_without_destinations_has_none(nothing):
    assert destinations(nothing) == frozenset()


def test_booleans_are_read_as_cloudformation_hands_them_over(shape):
    wanted = {"textDataDeliveryEnabled": "true", "imageDataDeliveryEnabled": "false"}
    kept = {"textDataDeliveryEnabled": True, "imageDataDeliveryEnabled": False}
    assert known_to(shape, wanted) == (kept, [])


def test_a_boolean_that_is_none_is_not_guessed():
    with pytest.raises(KeyError, match="yes"):
        is_true("yes")


def test_all_five_kinds_of_data_are_known_today(shape):
    kinds = ("text", "image", "embedding", "video", "audio")
    wanted = {f"{kind}DataDeliveryEnabled": "true" for kind in kinds}
    assert known_to(shape, wanted)[1] == []


def test_a_kind_of_data_that_cannot_be_switched_on_is_dropped_and_named(shape):
    wanted = {"smellDataDeliveryEnabled": "true", "textDataDeliveryEnabled": "true"}
    kept, dropped = known_to(shape, wanted)
    assert (kept, dropped) == ({"textDataDeliveryEnabled": True}, ["smellDataDeliveryEnabled"])


def test_a_kind_of_data_that_cannot_be_switched_off_is_refused(shape):
    with pytest.raises(RefusedError, match="smellDataDeliveryEnabled=false cannot be left out"):
        known_to(shape, {"smellDataDeliveryEnabled": "false"})


def test_a_destination_that_cannot_be_named_is_refused(shape):
    with pytest.raises(RefusedError, match="does not know kafkaConfig"):
        known_to(shape, {"kafkaConfig": {"topic": "t"}})


def test_an_unknown_parameter_of_a_destination_is_refused(shape):
    with pytest.raises(RefusedError, match="does not know encryptionKey"):
        known_to(shape, {"s3Config": {"bucketName": "b", "encryptionKey": "k"}})
