import pytest

from secure_bedrock.rollout.pace import RolloutConcurrency, RolloutPace

SOFT = RolloutConcurrency.SOFT


@pytest.mark.parametrize(
    ("given", "accounts", "expected"),
    [
        ({}, 5_000, 1),
        ({}, 10, 1),
        ({"failure_tolerance_percentage": 1}, 5_000, 51),
        ({"failure_tolerance_percentage": 1}, 99, 1),
        ({"failure_tolerance_percentage": 50}, 100, 10),
        ({"concurrency": SOFT}, 5_000, 500),
        ({"concurrency": SOFT}, 9, 1),
        ({"concurrency": SOFT, "max_concurrent_percentage": 25}, 10, 2),
    ],
)
def test_accounts_at_once(given, accounts, expected):
    assert RolloutPace(**given).at_once(accounts) == expected


def test_a_share_of_accounts_is_rounded_down():
    assert RolloutPace(failure_tolerance_percentage=10).tolerated(19) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"failure_tolerance_percentage": 100}, "choose 0 to 99"),
        ({"max_concurrent_percentage": 0}, "choose 1 to 100"),
    ],
)
def test_a_pace_outside_its_limits_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        RolloutPace(**given)
