# ruff: noqa: N803 - boto3's own names of parameters
"""Ten thousand mixed events, some twice, out of order, and with functions that die midway."""

import random
from collections import Counter
from types import SimpleNamespace

import boto3
import pytest

from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.response_handler import Responder
from secure_bedrock.custom_resources.assets.handlers.response_ledger import Ledger

NOW = 1_795_000_000
EVENTS = 10_000
OWN = "arn:aws:iam::123456789012"
WANTED = {"s3Config": {"bucketName": "ours"}}
GUARDRAIL = {"guardrailIdentifier": "arn:g", "guardrailVersion": "1"}
IGNORED = ("invoke-model", "key-disabled", "logging-delete-denied", "logging-deleted-forged")


class Dying:
    """A client that raises at some calls, before or after they are carried out."""

    def __init__(self, client, chance):
        self._client, self._chance = client, chance

    def __getattr__(self, name):
        real = getattr(self._client, name)
        if name in {"exceptions", "meta"}:
            return real

        def call(**parameters):
            luck = self._chance.random()
            if luck < 0.01:
                raise TimeoutError(name)
            answer = real(**parameters)
            if 0.01 <= luck < 0.02 and name != "publish":
                raise TimeoutError(name)
            return answer

        return call


class Account:
    """State of an account in memory: what changed, and how often."""

    def __init__(self, dynamo):
        self.logging, self.guardrail = {}, {}
        self.restored, self.inactive, self.policies, self.told = 0, Counter(), Counter(), Counter()
        model = boto3.client("bedrock", region_name="eu-west-1").meta
        self.clients = {
            "dynamodb": dynamo,
            "bedrock": SimpleNamespace(
                meta=model,
                get_model_invocation_logging_configuration=lambda: {"loggingConfig": self.logging},
                put_model_invocation_logging_configuration=self.put_logging,
                list_enforced_guardrails_configuration=lambda: {
                    "guardrailsConfig": [self.guardrail] if self.guardrail else []
                },
                put_enforced_guardrail_configuration=self.put_guardrail,
            ),
            "iam": SimpleNamespace(
                update_service_specific_credential=self.deactivate,
                put_role_policy=self.put_policy,
                exceptions=SimpleNamespace(NoSuchEntityException=KeyError),
            ),
            "sns": SimpleNamespace(publish=self.publish),
        }

    def put_logging(self, *, loggingConfig):
        self.restored += 1
        self.logging = loggingConfig
        return {}

    def put_guardrail(self, *, guardrailInferenceConfig, configId=None):
        assert configId is None
        assert not self.guardrail, "there is one configuration"
        self.restored += 1
        self.guardrail = {
            "configId": "c",
            "guardrailArn": guardrailInferenceConfig["guardrailIdentifier"],
            "guardrailVersion": "1",
        }
        return {}

    def deactivate(self, *, ServiceSpecificCredentialId, **_):
        self.inactive[ServiceSpecificCredentialId] = 1
        return {}

    def put_policy(self, *, RoleName, PolicyName, PolicyDocument):
        self.policies[RoleName, PolicyName, PolicyDocument] = 1
        return {}

    def publish(self, *, Message, **_):
        self.told[Message] += 1
        return {}


class Story:
    """Makes the events: each attack once, each event in one or two deliveries."""

    def __init__(self, event_of, chance):
        names = ("logging-deleted", "enforced-guardrail-deleted", "api-key-created", *IGNORED)
        self._events = {name: event_of(name) for name in names}
        self._events["deployed"] = event_of("logging-deleted-by-deployment")
        self._chance = chance

    def event(self, number):
        kinds = ("logging", "guardrail", "api-key", "quarantine", "deployed", "ignored")
        kind = self._chance.choices(kinds, (10, 10, 20, 20, 10, 30))[0]
        if kind == "quarantine":
            return kind, self._request(number)
        name = {
            "logging": "logging-deleted",
            "guardrail": "enforced-guardrail-deleted",
            "api-key": "api-key-created",
            "ignored": self._chance.choice(IGNORED),
        }.get(kind, "deployed")
        event = dict(self._events[name])
        event["detail"] = event["detail"] | {"eventID": f"e{number}"}
        if kind == "api-key":
            credential = event["detail"]["responseElements"]["serviceSpecificCredential"]
            credential = credential | {"serviceSpecificCredentialId": f"ACCA{number:016}"}
            event["detail"]["responseElements"] = {"serviceSpecificCredential": credential}
        return kind, event

    def _request(self, number):
        identity = {
            "type": "AssumedRole",
            "principalId": f"AROA{number}:session",
            "sessionContext": {
                "sessionIssuer": {"arn": f"{OWN}:role/app-{number}", "userName": f"app-{number}"}
            },
        }
        return {"action": "quarantine", "id": f"many-models#{number}", "identity": identity}


class Replay:
    """Delivers like EventBridge and AWS Lambda: at least once, again after a death."""

    def __init__(self, fake_dynamo, event_of):
        self.chance = random.Random(20_261_120)  # noqa: S311 - repeatable
        self.account = Account(fake_dynamo)
        self.story = Story(event_of, self.chance)
        self.kinds, self.deaths, self.removals = Counter(), 0, 0
        issuer = event_of("logging-deleted-by-deployment")["detail"]["userIdentity"]
        self.settings = {
            "table": "t",
            "account": "123456789012",
            "topic": "topic",
            "deployers": [issuer["sessionContext"]["sessionIssuer"]["arn"]],
            "logging": WANTED,
            "guardrail": GUARDRAIL,
            "api_keys": "act",
            "quarantine": {"hours": 12, "dry_run": False, "within": [f"{OWN}:role/app-*"]},
        }

    def run(self):
        deliveries = []
        for number in range(EVENTS):
            kind, event = self.story.event(number)
            self.kinds[kind] += 1
            copies = 2 if self.chance.random() < 0.2 else 1
            deliveries += [
                (number + self.chance.random() * 50 * copy, kind, event) for copy in range(copies)
            ]
        deliveries.sort(key=lambda each: each[0])
        for number, (_, kind, event) in enumerate(deliveries):
            self._attack(kind)
            self._deliver(event, f"request-{number}", NOW + number)

    def _attack(self, kind):
        if kind == "logging" and self.account.logging:
            self.account.logging = {}
            self.removals += 1
        if kind == "guardrail" and self.account.guardrail:
            self.account.guardrail = {}
            self.removals += 1

    def _deliver(self, event, request, now):
        clients = {name: Dying(each, self.chance) for name, each in self.account.clients.items()}
        for attempt in range(6):  # three of Lambda, and what is put in again from the queue
            patience = Patience(25, sleep=lambda _: None, now=lambda: 0.0)
            ledger = Ledger(clients["dynamodb"], "t", request, now + 61 * attempt, patience)
            try:
                return Responder(self.settings, clients, ledger, patience).handle(event)
            except TimeoutError:
                self.deaths += 1
        raise AssertionError("lost")


@pytest.fixture(scope="module")
def replay(request):
    module = request.getfixturevalue("replay_parts")
    story = Replay(*module)
    story.run()
    return story


def test_every_api_key_was_deactivated_and_no_other(replay):
    assert replay.kinds["api-key"] > 1_500
    assert len(replay.account.inactive) == replay.kinds["api-key"]


def test_every_suspect_has_one_policy(replay):
    assert replay.kinds["quarantine"] > 1_500
    assert len(replay.account.policies) == replay.kinds["quarantine"]


def test_what_was_removed_was_restored_as_often(replay):
    """Nothing was there in the beginning, so the first two restorations had no removal."""
    assert replay.removals > 1_000
    assert replay.account.restored - replay.removals in {1, 2}


def test_nobody_waits_for_a_message_and_few_come_twice(replay):
    """A message is repeated only if the function died between telling and noting it."""
    answered = replay.kinds["api-key"] + replay.kinds["quarantine"]
    assert len(replay.account.told) >= answered
    repeated = sum(replay.account.told.values()) - len(replay.account.told)
    assert repeated < 0.03 * len(replay.account.told)


def test_functions_died_and_events_came_twice(replay):
    assert replay.deaths > 500
    assert sum(replay.kinds.values()) == EVENTS


def test_deployments_and_other_calls_left_no_trace_in_the_ledger(replay):
    names = {name.split("#")[0] for name, _ in replay.account.clients["dynamodb"].items}
    assert names == {"api_keys", "guardrail", "logging", "quarantine"}
