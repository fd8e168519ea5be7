"""Whatever ends the function at whichever call: the answer is given, and given once."""

import pytest

NOW = 1_795_000_000
BUCKET = {"s3Config": {"bucketName": "ours"}, "textDataDeliveryEnabled": True}
TRUST = '{"Version": "2012-10-17", "Statement": []}'
ROLE = "arn:aws:iam::123456789012:role/app"


@pytest.fixture
def logging(world, event_of, bucket_for_logs):
    bucket_for_logs("ours")
    world.settings["logging"] = BUCKET
    return world, event_of("logging-deleted"), "PutModelInvocationLoggingConfiguration"


@pytest.fixture
def guardrail(world, event_of):
    bedrock = world.clients["bedrock"]
    made = bedrock.create_guardrail(
        name="g",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        wordPolicyConfig={"wordsConfig": [{"text": "secret"}]},
    )
    version = bedrock.create_guardrail_version(guardrailIdentifier=made["guardrailId"])["version"]
    world.settings["guardrail"] = {
        "guardrailIdentifier": made["guardrailArn"],
        "guardrailVersion": version,
    }
    return world, event_of("enforced-guardrail-deleted"), "PutEnforcedGuardrailConfiguration"


@pytest.fixture
def quarantine(world, event_of):
    world.clients["iam"].create_role(RoleName="app", AssumeRolePolicyDocument=TRUST)
    world.settings["quarantine"] = {"hours": 12, "dry_run": False, "within": [ROLE]}
    identity = event_of("invoke-model")["detail"]["userIdentity"]
    request = {"action": "quarantine", "id": "many-models#1", "identity": identity}
    return world, request, "PutRolePolicy"


@pytest.fixture
def release(quarantine):
    world, request, _ = quarantine
    world.handle(request, request="earlier", now=NOW - 12 * 3_600)
    return world, {"action": "expire"}, "DeleteRolePolicy"


CASES = ("logging", "guardrail", "quarantine", "release")
LONGEST = 7


@pytest.fixture(params=CASES)
def case(request):
    world, event, change = request.getfixturevalue(request.param)
    world.calls.clear()
    world.changes.clear()
    world.told_before = len(world.messages)
    return world, event, change


def delivered(case):
    world, event, change = case
    world.deliver(event)
    return world.changes.count(change), world.messages[world.told_before :]


def test_without_a_fault_there_is_one_change_and_one_message(case):
    changes, messages = delivered(case)
    assert (changes, len(messages)) == (1, 1)
    assert len(case[0].calls) <= LONGEST


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("number", range(LONGEST))
def test_killed_at_a_call(case, number, how):
    """Only who dies between telling and noting that it was told tells again, in the same words."""
    world = case[0]
    world.fail(number, how)
    changes, messages = delivered(case)
    told = world.calls.index("sns:Publish")
    in_between = number == told if how == "after" else number == told + 1
    assert changes == 1
    assert len(messages) == (2 if in_between else 1)
    assert all(each == messages[0] for each in messages)


@pytest.mark.parametrize("number", range(LONGEST))
def test_throttled(case, number):
    case[0].fail(number, "ThrottlingException")
    changes, messages = delivered(case)
    assert (changes, len(messages)) == (1, 1)


def test_a_call_that_always_fails_ends_in_the_queue_with_nothing_claimed_as_done(case):
    world, event, _ = case
    for number in range(60):
        world.fail(number, "InternalFailure")
    with pytest.raises(AssertionError, match="three attempts failed"):
        world.deliver(event)
    world._at.clear()
    world.deliver(event, request="by hand", now=NOW + 3_600)
    assert len(world.messages) - world.told_before == 1


def test_a_second_delivery_waits_for_the_first_and_then_finds_it_done(logging):
    world, event, change = logging
    world.fail(4, "before")
    with pytest.raises(type(world).Killed):
        world.handle(event, request="r1")
    with pytest.raises(Exception, match="is being worked on"):
        world.handle(event, request="r2", now=NOW + 1)
    world.handle(event, request="r1", now=NOW + 60)
    world.handle(event, request="r2", now=NOW + 61)
    assert world.changes.count(change) == 1
    assert len(world.messages) == 1
