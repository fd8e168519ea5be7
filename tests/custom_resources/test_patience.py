import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError

NOT_PROPAGATED = "Failed to validate permissions for log group: g, with role: r."


@pytest.fixture(scope="module")
def bedrock(session):
    return session.client("bedrock")


@pytest.fixture
def clock():
    class Clock:
        time = 0.0

        def now(self):
            return self.time

        def sleep(self, seconds):
            self.time += seconds

    return Clock()


def call_with(bedrock, clock, *errors, seconds=120):
    get = "get_model_invocation_logging_configuration"
    with Stubber(bedrock) as stubber:
        for code, message in errors:
            stubber.add_client_error(get, code, message)
        stubber.add_response(get, {"loggingConfig": {"textDataDeliveryEnabled": True}})
        patience = Patience(seconds, sleep=clock.sleep, now=clock.now)
        return patience.call(getattr(bedrock, get))["loggingConfig"]


@pytest.mark.parametrize(
    "error",
    [
        ("AccessDeniedException", "not authorized to perform: iam:PassRole"),
        ("ThrottlingException", "Too many requests"),
        ("TooManyRequestsException", ""),
        ("ConflictException", "another update is in progress"),
        ("InternalServerException", ""),
        ("ServiceUnavailableException", ""),
        ("ValidationException", NOT_PROPAGATED),
    ],
)
def test_an_error_that_passes_is_waited_out(bedrock, clock, error):
    assert call_with(bedrock, clock, error, error, error) == {"textDataDeliveryEnabled": True}
    assert clock.time == 2 + 4 + 8


def test_waits_grow_to_sixteen_seconds(bedrock, clock):
    call_with(bedrock, clock, *[("ThrottlingException", "")] * 6)
    assert clock.time == 2 + 4 + 8 + 16 + 16 + 16


@pytest.mark.parametrize(
    "error", [("ValidationException", "bucketName is too short"), ("ParameterNotFound", "")]
)
def test_an_error_that_stays_is_raised_at_once(bedrock, clock, error):
    with pytest.raises(ClientError, match=error[0]):
        call_with(bedrock, clock, error)
    assert clock.time == 0


def test_after_the_time_is_up_the_reason_says_for_how_long(bedrock, clock):
    with pytest.raises(RefusedError, match=r"AccessDenied.*nobody \(repeated for 120 s\)"):
        call_with(bedrock, clock, *[("AccessDeniedException", "nobody")] * 20)
    assert 100 < clock.time <= 120


def test_the_seconds_are_for_all_calls_together(bedrock, clock):
    patience = Patience(10, sleep=clock.sleep, now=clock.now)
    clock.time = 9
    stubber = Stubber(bedrock)
    stubber.add_client_error("list_guardrails", "ThrottlingException")
    with stubber, pytest.raises(RefusedError):
        patience.call(bedrock.list_guardrails)
