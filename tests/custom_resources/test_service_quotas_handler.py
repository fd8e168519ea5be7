"""Quotas that are read, and increases that are requested once; botocore checks every call."""

import json
import re
from types import SimpleNamespace

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import InferenceProfile, ServiceQuotas, WatchedQuota
from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError
from secure_bedrock.custom_resources.assets.handlers.service_quotas import Quotas

CODE = "L-0123ABCD"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"


class Service:
    """Service Quotas and Amazon SNS as far as the handler calls them."""

    def __init__(self):
        self.applied, self.default, self.adjustable = {CODE: 200_000.0}, {}, True
        self.history, self.calls, self.messages, self.faults = [], [], [], {}
        self.clients = {name: self._client(name) for name in ("service-quotas", "sns")}
        patience = Patience(30, sleep=lambda _: None, now=iter(range(1000)).__next__)
        self.quotas = Quotas(self.clients["service-quotas"], patience)

    def _client(self, name):
        client = boto3.client(name, region_name="eu-west-1")
        client.meta.events.register("provide-client-params.*", self._remember)
        client.meta.events.register("before-call.*", self._reply)
        return client

    def _remember(self, params, model, **_):
        self.calls.append((model.name, params))

    def _reply(self, model, **_):
        name = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=S)(?=Def)", "_", model.name).lower()
        code = self.faults.pop(model.name, None)
        try:
            if code is None:
                return SimpleNamespace(status_code=200), getattr(self, f"_{name}")(
                    self.calls[-1][1]
                )
        except KeyError:
            code = "NoSuchResourceException"
        return SimpleNamespace(status_code=400), {"Error": {"Code": code, "Message": "no"}}

    def _get_service_quota(self, params):
        return self._quota(self.applied[params["QuotaCode"]])

    def _get_aws_default_service_quota(self, params):
        return self._quota(self.default[params["QuotaCode"]])

    def _quota(self, value):
        return {"Quota": {"Value": value, "Adjustable": self.adjustable}}

    def _list_requested_service_quota_change_history_by_quota(self, params):
        start = int(params.get("NextToken", 0))
        page = {"RequestedQuotas": self.history[start : start + 1]}
        return page | ({"NextToken": str(start + 1)} if start + 1 < len(self.history) else {})

    def _request_service_quota_increase(self, params):
        made = {"Id": f"n{len(self.history)}", "Status": "PENDING"}
        self.history.append(made | {"DesiredValue": params["DesiredValue"]})
        return {"RequestedQuota": self.history[-1]}

    def _publish(self, params):
        self.messages.append(params["Message"])
        return {}

    def apply(self, increase_to=None, percent=80):
        wanted = [{"code": CODE, "alarm_percent": percent, "increase_to": increase_to}]
        event = {"ResourceProperties": {"Quotas": json.dumps(wanted)}}
        return self.quotas.by_type()["Create"](event).data

    def requested(self):
        return [p["DesiredValue"] for name, p in self.calls if name.startswith("Request")]


@pytest.fixture
def service():
    return Service()


def test_the_applied_quota_and_the_alarm_s_threshold_are_given(service):
    assert service.apply(percent=62.5) == {
        "ValueL0123ABCD": "200000.0",
        "AlarmAtL0123ABCD": "125000.00",
        "IncreaseL0123ABCD": "none asked for",
    }


def test_where_none_was_applied_aws_s_default_holds(service):
    service.applied, service.default = {}, {CODE: 5.0}
    assert service.apply()["ValueL0123ABCD"] == "5.0"


def test_a_quota_that_does_not_exist_fails_the_deployment(service):
    service.applied = {}
    with pytest.raises(RefusedError, match="no quota L-0123ABCD in this Region"):
        service.apply()


def test_an_increase_is_requested_once_however_often_it_is_deployed(service):
    answers = [service.apply(400_000)["IncreaseL0123ABCD"] for _ in range(3)]
    assert service.requested() == [400_000]
    assert answers == ["PENDING: request n0 for 400000"] * 3


@pytest.mark.parametrize("status", ["PENDING", "CASE_OPENED"])
def test_an_open_request_for_another_value_is_found_and_none_added(service, status):
    service.history = [
        {"Id": "a", "Status": "DENIED", "DesiredValue": 1.0},
        {"Id": "b", "Status": status, "DesiredValue": 300_000.0},
    ]
    assert service.apply(400_000)["IncreaseL0123ABCD"] == f"{status}: request b for 300000"
    assert service.requested() == []


@pytest.mark.parametrize("status", ["DENIED", "CASE_CLOSED", "NOT_APPROVED", "APPROVED"])
def test_a_request_that_was_answered_is_not_repeated(service, status):
    service.history = [{"Id": "a", "Status": status, "DesiredValue": 400_000.0}]
    assert service.apply(400_000)["IncreaseL0123ABCD"].startswith(status)
    assert service.requested() == []


def test_after_an_answer_another_value_is_requested(service):
    service.history = [{"Id": "a", "Status": "DENIED", "DesiredValue": 500_000.0}]
    service.apply(400_000)
    assert service.requested() == [400_000]


@pytest.mark.parametrize("value", [1, 200_000])
def test_nothing_is_ever_decreased(service, value):
    assert service.apply(value)["IncreaseL0123ABCD"] == "not needed: the quota is 200000.0"
    assert {name for name, _ in service.calls} == {"GetServiceQuota"}


def test_a_quota_that_cannot_be_raised_fails_the_deployment(service):
    service.adjustable = False
    with pytest.raises(RefusedError, match="cannot be raised by a request"):
        service.apply(400_000)


def test_a_request_somebody_made_meanwhile_is_no_failure(service):
    service.faults = {"RequestServiceQuotaIncrease": "ResourceAlreadyExistsException"}
    assert service.apply(400_000)["IncreaseL0123ABCD"] == "PENDING: a request is open"


def test_throttled_calls_are_repeated(service):
    service.faults = {"GetServiceQuota": "TooManyRequestsException"}
    assert service.apply()["ValueL0123ABCD"] == "200000.0"


def test_a_delete_calls_nothing(service):
    service.quotas.by_type()["Delete"]({})
    assert service.calls == []


def test_the_topic_is_told_of_quotas_that_changed_and_of_no_others(service):
    quotas = [{"name": "tokens", "code": CODE, "value": "200000"}]
    service.quotas.compare(quotas, TOPIC, service.clients["sns"])
    assert service.messages == []
    service.applied[CODE] = 100_000.0
    service.quotas.compare(quotas, TOPIC, service.clients["sns"])
    assert service.messages[0].splitlines()[0] == "tokens (L-0123ABCD): 100000.0 instead of 200000"


@pytest.mark.parametrize("raised", [False, True])
def test_the_role_grants_exactly_what_the_handler_calls(service, env_stack, raised):
    service.applied, service.default = {}, {CODE: 7.0}
    service.apply(400_000 if raised else None)
    service.quotas.compare(
        [{"name": "n", "code": CODE, "value": "1"}], TOPIC, service.clients["sns"]
    )
    service.clients["sns"].meta.events.unregister("before-call.*", service._reply)
    called = {"sns:Publish" if n == "Publish" else f"servicequotas:{n}" for n, _ in service.calls}
    assert granted(env_stack, 400_000 if raised else None) == called


def granted(stack, increase_to):
    key = kms.Key(stack, "K")
    quota = WatchedQuota(
        code=CODE, models=[InferenceProfile("eu.amazon.nova-lite-v1:0")], increase_to=increase_to
    )
    topic = sns.Topic(stack, "T", master_key=key)
    ServiceQuotas(stack, "Quotas", quotas={"t": quota}, topic=topic, encryption_key=key)
    found = cdk.assertions.Template.from_stack(stack).to_json()["Resources"]
    (policy,) = [r for name, r in found.items() if "HandlerPermissions" in name]
    actions = [s["Action"] for s in policy["Properties"]["PolicyDocument"]["Statement"]]
    flat = {a for each in actions for a in ([each] if isinstance(each, str) else each)}
    return {action for action in flat if action.split(":")[0] not in {"kms", "logs"}}
