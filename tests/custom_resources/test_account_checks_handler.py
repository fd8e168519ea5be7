"""Settings that AWS Config does not record; botocore checks every call and every answer."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from moto import mock_aws
from moto.core.base_backend import BackendDict

from secure_bedrock.custom_resources.assets.handlers.account_checks import CHECKS, run
from secure_bedrock.custom_resources.assets.handlers.mantle import NotOfferedError
from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.emulator.services import install
from secure_bedrock.monitoring.config_rules.settings import ExpectedSettings

ACCOUNT = "111122223333"
NOW = "2026-11-23T06:00:00.000Z"
LOGGED = {"s3Config": {"bucketName": "logs"}, "textDataDeliveryEnabled": True}
GUARDRAIL = {"guardrailIdentifier": "abc", "guardrailVersion": "1"}


REFUSED = {
    "ComplianceResourceType": "AWS::::Account",
    "ComplianceResourceId": ACCOUNT,
    "ComplianceType": "COMPLIANT",
    "OrderingTimestamp": NOW,
}


class Mantle:
    def __init__(self, mode="none"):
        self.mode = mode

    def get_account_data_retention(self):
        if self.mode is None:
            raise NotOfferedError
        return {"mode": self.mode}


@pytest.fixture(scope="module")
def real():
    return {name: boto3.client(name) for name in ("bedrock", "bedrock-agent", "config")}


@pytest.fixture
def judged(real):
    """Run a check with these answers of AWS: what AWS Config is told."""

    def told(check, answers, mantle="none", **parameters):
        service = "bedrock-agent" if check == "guarded-agents" else "bedrock"
        reading, telling = Stubber(real[service]), Stubber(real["config"])
        for operation, answer, *asked in answers:
            reading.add_response(operation, answer, *asked)
        kept = []
        real["config"].meta.events.register("provide-client-params.config.*", _keep(kept), "keep")
        expected = {"Evaluations": ANY, "ResultToken": "token"}
        telling.add_response("put_evaluations", {"FailedEvaluations": []}, expected)
        with reading, telling:
            run(event(check, **parameters), {**real, "bedrock-mantle": Mantle(mantle)}, patience())
        real["config"].meta.events.unregister("provide-client-params.config.*", None, "keep")
        reading.assert_no_pending_responses()
        (evaluation,) = kept[-1]["Evaluations"]
        return evaluation

    return told


def _keep(kept):
    return lambda params, **_: kept.append(params)


def patience():
    return Patience(-1, sleep=lambda _: None)


def event(check, **parameters):
    return {
        "accountId": ACCOUNT,
        "resultToken": "token",
        "invokingEvent": json.dumps({"notificationCreationTime": NOW}),
        "ruleParameters": json.dumps({"check": check, "text": "true", "mode": "none"} | parameters),
    }


def logging(**settings):
    return [("get_model_invocation_logging_configuration", {"loggingConfig": LOGGED | settings})]


def enforced(**settings):
    entry = {"guardrailId": "abc", "guardrailVersion": "1", **settings}
    return [("list_enforced_guardrails_configuration", {"guardrailsConfig": [entry]})]


def agents(*guardrails, **more):
    found = [
        {
            "agentId": f"AGENT{n:05}",
            "agentName": "a",
            "agentStatus": "PREPARED",
            "updatedAt": 0,
            **({"guardrailConfiguration": guardrail} if guardrail else {}),
        }
        for n, guardrail in enumerate(guardrails)
    ]
    return {"agentSummaries": found, **more}


def test_what_is_as_it_should_be_is_compliant(judged):
    evaluation = judged("invocation-logging", logging())
    assert evaluation == {
        "ComplianceResourceType": "AWS::::Account",
        "ComplianceResourceId": ACCOUNT,
        "ComplianceType": "COMPLIANT",
        "OrderingTimestamp": NOW,
    }


EVERY_MODEL = {"includedModels": ["ALL"], "excludedModels": []}
BUT_ONE = {"includedModels": ["ALL"], "excludedModels": ["m"]}
SOME = {"messages": "SELECTIVE", "system": "COMPREHENSIVE"}
BAD = [
    (
        "invocation-logging",
        [("get_model_invocation_logging_configuration", {})],
        "model invocation logging is off",
    ),
    (
        "invocation-logging",
        logging(textDataDeliveryEnabled=False, imageDataDeliveryEnabled=False),
        "text data is not logged; image data is not logged",
    ),
    (
        "enforced-guardrail",
        [("list_enforced_guardrails_configuration", {"guardrailsConfig": []})],
        "the account enforces no guardrail",
    ),
    (
        "enforced-guardrail",
        enforced(modelEnforcement=BUT_ONE),
        "abc is not enforced for every model",
    ),
    (
        "enforced-guardrail",
        enforced(selectiveContentGuarding=SOME),
        "abc does not look at all content",
    ),
    (
        "data-retention",
        [("get_account_data_retention", {"mode": "aws_review"})],
        "bedrock has the data retention mode aws_review, not none",
    ),
    ("guarded-agents", [("list_agents", agents(None))], "agent AGENT00000 has no guardrail"),
    (
        "guarded-agents",
        [("list_agents", agents(GUARDRAIL | {"guardrailVersion": "DRAFT"}))],
        "agent AGENT00000 uses the draft of its guardrail",
    ),
]


@pytest.mark.parametrize(("check", "answers", "problem"), BAD)
def test_what_is_not_is_told_with_the_reason(judged, check, answers, problem):
    evaluation = judged(check, answers)
    assert evaluation["ComplianceType"] == "NON_COMPLIANT"
    assert evaluation["Annotation"] == problem


@pytest.mark.parametrize(
    ("check", "answers"),
    [
        ("enforced-guardrail", enforced(modelEnforcement=EVERY_MODEL)),
        ("data-retention", [("get_account_data_retention", {"mode": "none"})]),
        ("guarded-agents", [("list_agents", agents(GUARDRAIL))]),
        ("guarded-agents", [("list_agents", agents())]),
    ],
)
def test_what_is_well_is_compliant(judged, check, answers):
    assert judged(check, answers)["ComplianceType"] == "COMPLIANT"


def test_text_may_be_unwanted(judged):
    evaluation = judged("invocation-logging", logging(), text="false")
    assert evaluation["Annotation"] == "text data is logged"


def test_the_other_endpoint_has_a_mode_of_its_own(judged):
    answers = [("get_account_data_retention", {"mode": "none"})]
    evaluation = judged("data-retention", answers, mantle="default")
    assert (
        evaluation["Annotation"] == "bedrock-mantle has the data retention mode default, not none"
    )


def test_a_region_without_the_other_endpoint_is_compliant(judged):
    answers = [("get_account_data_retention", {"mode": "none"})]
    assert judged("data-retention", answers, mantle=None)["ComplianceType"] == "COMPLIANT"


def test_agents_of_every_page_are_looked_at(judged):
    first = ("list_agents", agents(GUARDRAIL, nextToken="n"), {})
    second = ("list_agents", agents(None), {"nextToken": "n"})
    assert judged("guarded-agents", [first, second])["ComplianceType"] == "NON_COMPLIANT"


def test_a_long_answer_is_shortened_to_what_aws_config_takes(judged):
    evaluation = judged("guarded-agents", [("list_agents", agents(*[None] * 20))])
    assert len(evaluation["Annotation"]) == 256
    assert evaluation["Annotation"].endswith(" ...")


def test_what_cannot_be_read_is_no_answer(real):
    with Stubber(real["bedrock"]) as reading, Stubber(real["config"]):
        reading.add_client_error("list_enforced_guardrails_configuration", "ValidationException")
        with pytest.raises(ClientError):
            run(event("enforced-guardrail"), real, patience())


def test_an_answer_that_aws_config_does_not_take_fails_the_run(real):
    with Stubber(real["bedrock"]) as reading, Stubber(real["config"]) as telling:
        reading.add_response("get_model_invocation_logging_configuration", {})
        telling.add_response("put_evaluations", {"FailedEvaluations": [REFUSED]})
        with pytest.raises(RuntimeError, match="did not take"):
            run(event("invocation-logging"), real, patience())


def test_a_rule_without_a_check_is_an_error(real):
    with pytest.raises(ValueError, match="there is no check 'x': choose from"):
        run(event("x"), real, patience())


def test_every_check_can_be_asked_for():
    settings = ExpectedSettings(enforced_guardrail=True, retention_mode="none")
    assert {check.name for check in settings.checks()} == set(CHECKS)


def test_an_emulated_account_without_logging_is_found():
    install()
    with mock_aws():
        BackendDict.reset()
        found = CHECKS["invocation-logging"](
            {"bedrock": boto3.client("bedrock")}, {"text": "true"}, patience()
        )
        assert list(found) == ["model invocation logging is off"]
