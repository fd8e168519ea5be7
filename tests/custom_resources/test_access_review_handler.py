"""The scheduled review through its life, against clients that check every call's parameters."""

import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import boto3
import pytest

from secure_bedrock.custom_resources.assets.handlers import access_review
from secure_bedrock.custom_resources.assets.handlers.access_review import IncompleteError, Review
from secure_bedrock.custom_resources.assets.handlers.patience import Patience

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
ACCOUNT = "111122223333"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
PROFILE = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:inference-profile/eu.amazon.nova-lite-v1:0"
GUARDRAIL = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:guardrail/abc:3"
THROUGH = {"bedrock:InferenceProfileArn": PROFILE}
SETTINGS = {
    "bucket": "reports",
    "topic": f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts",
    "guardrail": GUARDRAIL,
    "unused_days": 90,
    "models": {"lite": [{"resources": [MODEL], "context": {}}]},
}
DENIED = ("explicitDeny", [])


def arn(name, kind="role"):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


class Aws:
    """IAM, S3 and SNS as far as the review calls them; botocore checks what it sends."""

    def __init__(self):
        self.roles, self.users, self.decisions, self.used, self.jobs = [], [], {}, {}, {}
        self.faults, self.calls, self.objects, self.messages = [], [], {}, []
        self.sleeps, self.time, self.pending = [], 0.0, 0
        self.clients = {name: self._client(name) for name in ("iam", "s3", "sns")}

    def _client(self, name):
        client = boto3.client(name, region_name="eu-west-1")
        client.meta.events.register("provide-client-params.*", self._remember)
        client.meta.events.register("before-call.*", self._reply)
        return client

    def _remember(self, params, model, **_):
        self.calls.append((model.name, params))

    def _reply(self, model, **_):
        params = self.calls[-1][1]
        for fault in self.faults:
            operation, code, part = fault
            if operation == model.name and part in str(params):
                self.faults.remove(fault)
                return SimpleNamespace(status_code=400), {"Error": {"Code": code, "Message": "no"}}
        return SimpleNamespace(status_code=200), getattr(self, f"_{_snake(model.name)}")(params)

    def sleep(self, seconds):
        self.sleeps.append(seconds)
        self.time += seconds

    def _list_roles(self, params):
        return self._page("Roles", self.roles, params)

    def _list_users(self, params):
        return self._page("Users", self.users, params)

    def _page(self, kind, names, params, size=2):
        start = int(params.get("Marker", 0))
        entries = []
        for name in names[start : start + size]:
            path = f"/{name.rpartition('/')[0]}/".replace("//", "/")
            entries.append({"Arn": arn(name, kind.lower()[:-1]), "Path": path})
        more = start + size < len(names)
        return {kind: entries, "IsTruncated": more} | (
            {"Marker": str(start + size)} if more else {}
        )

    def _generate_service_last_accessed_details(self, params):
        assert params["Granularity"] == "ACTION_LEVEL"
        job = f"{len(self.jobs):036d}"
        self.jobs[job] = params["Arn"]
        return {"JobId": job}

    def _get_service_last_accessed_details(self, params):
        if self.pending:
            self.pending -= 1
            return {"JobStatus": "IN_PROGRESS", "ServicesLastAccessed": []}
        used = self.used.get(self.jobs[params["JobId"]])
        if used == "failed":
            return {"JobStatus": "FAILED", "Error": {"Message": "lost", "Code": "X"}}
        second = {"ServiceNamespace": "bedrock", "ServiceName": "Amazon Bedrock"} | (used or {})
        first = {"ServiceNamespace": "s3", "ServiceName": "S3", "LastAuthenticated": NOW}
        if "Marker" not in params:
            page = {"ServicesLastAccessed": [first], "IsTruncated": True, "Marker": "2"}
        else:
            page = {"ServicesLastAccessed": [second], "IsTruncated": False}
        return {"JobStatus": "COMPLETED"} | page

    def _simulate_principal_policy(self, params):
        context = {e["ContextKeyName"]: e["ContextKeyValues"][0] for e in params["ContextEntries"]}
        decide = self.decisions.get(params["PolicySourceArn"], lambda *_: ("implicitDeny", []))
        start = int(params.get("Marker", 0))
        resource = params["ResourceArns"][start]
        decision, missing = decide(resource, context)
        result = {
            "EvalActionName": "bedrock:InvokeModel",
            "EvalResourceName": resource,
            "EvalDecision": decision,
            "MissingContextValues": missing,
        }
        more = start + 1 < len(params["ResourceArns"])
        page = {"EvaluationResults": [result], "IsTruncated": more}
        return page | ({"Marker": str(start + 1)} if more else {})

    def _put_object(self, params):
        self.objects[params["Bucket"], params["Key"]] = json.load(params["Body"])
        return {}

    def _publish(self, params):
        self.messages.append(params)
        return {}


def _snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.fixture
def aws():
    return Aws()


@pytest.fixture
def review(aws):
    def run(seconds=240, **settings):
        patience = Patience(seconds, sleep=aws.sleep, now=lambda: aws.time)
        Review(SETTINGS | settings, aws.clients, patience, NOW, sleep=aws.sleep).run()
        (report,) = aws.objects.values()
        return report

    return run


def free(_resource, _context):
    return "allowed", []


def guarded(_resource, context):
    return ("allowed", []) if "bedrock:GuardrailIdentifier" in context else DENIED


def by_arn(report):
    return {each["arn"]: each for each in report["principals"]}


def test_it_tells_who_can_invoke_which_model(aws, review):
    aws.roles = ["Free", "Guarded", "Idle"]
    aws.decisions = {arn("Free"): free, arn("Guarded"): guarded}
    report = review()
    found = by_arn(report)
    assert found[arn("Free")]["models"] == {"lite": {"answer": "allowed"}}
    assert found[arn("Guarded")]["models"] == {"lite": {"answer": "with the guardrail only"}}
    assert report["without_access"] == [arn("Idle")]
    assert report["complete"] is True


def test_everything_behind_a_profile_has_to_be_allowed(aws, review):
    def profile_only(resource, context):
        return ("allowed", []) if resource == PROFILE or context == THROUGH else DENIED

    aws.roles = ["Half", "Whole"]
    aws.decisions = {
        arn("Half"): lambda resource, _: ("allowed", []) if resource == PROFILE else DENIED,
        arn("Whole"): profile_only,
    }
    groups = [
        {"resources": [PROFILE], "context": {}},
        {"resources": [MODEL, MODEL], "context": THROUGH},
    ]
    report = review(models={"eu.lite": groups})
    assert by_arn(report)[arn("Whole")]["models"]["eu.lite"]["answer"] == "allowed"
    assert report["without_access"] == [arn("Half")]


def test_every_page_of_the_simulation_counts(aws, review):
    aws.roles = ["Half"]
    aws.decisions = {
        arn("Half"): lambda resource, _: ("allowed", []) if resource == PROFILE else DENIED
    }
    report = review(models={"eu.lite": [{"resources": [PROFILE, MODEL], "context": {}}]})
    assert report["without_access"] == [arn("Half")]


def test_keys_that_decide_are_told(aws, review):
    aws.roles = ["Tagged"]
    aws.decisions = {arn("Tagged"): lambda *_: ("implicitDeny", ["aws:PrincipalTag/team"])}
    found = by_arn(review())[arn("Tagged")]["models"]["lite"]
    assert found == {"answer": "denied", "may_depend_on": ["aws:PrincipalTag/team"]}


def test_users_and_all_pages_are_reviewed_but_not_roles_of_services(aws, review):
    aws.roles = ["A", "aws-service-role/x/Linked", "B", "C", "D"]
    aws.users = ["Ann", "Bob", "Cat"]
    expected = [arn(n) for n in "ABCD"] + [arn(n, "user") for n in aws.users]
    assert review()["without_access"] == expected


def test_the_last_use_is_told_with_single_actions_where_iam_tracks_them(aws, review):
    aws.roles = ["App"]
    aws.used[arn("App")] = {
        "LastAuthenticated": datetime(2026, 11, 1, tzinfo=UTC),
        "TrackedActionsLastAccessed": [
            {"ActionName": "InvokeModel", "LastAccessedTime": datetime(2026, 10, 1, tzinfo=UTC)},
            {"ActionName": "ListAgents"},
        ],
    }
    assert by_arn(review())[arn("App")]["last_used"] == {
        "bedrock": "2026-11-01T00:00:00+00:00",
        "bedrock:InvokeModel": "2026-10-01T00:00:00+00:00",
    }


def test_the_topic_is_told_in_numbers(aws, review):
    aws.roles = ["Free", "Guarded", "Idle"]
    aws.decisions = {arn("Free"): free, arn("Guarded"): guarded}
    aws.used[arn("Free")] = {"LastAuthenticated": datetime(2026, 11, 1, tzinfo=UTC)}
    review()
    (message,) = aws.messages
    assert message["Subject"] == "Amazon Bedrock: access review of 2026-11-23"
    assert message["Message"].splitlines() == [
        "2 of 3 roles and users can invoke a model.",
        "1 can do so without the guardrail.",
        "1 have not used Amazon Bedrock for 90 days.",
        "0 could not be reviewed.",
        "s3://reports/access-reviews/2026/11/23.json",
    ]


def test_an_account_without_anybody_is_reported_as_such(aws, review):
    report = review()
    assert (report["principals"], report["without_access"]) == ([], [])
    assert aws.messages[0]["Message"].startswith("0 of 0 roles")


def test_a_second_run_of_a_day_replaces_the_report(aws, review):
    review()
    review()
    assert list(aws.objects) == [("reports", "access-reviews/2026/11/23.json")]


def test_throttled_calls_are_repeated(aws, review):
    aws.roles = ["Free"]
    aws.decisions = {arn("Free"): free}
    aws.faults = [("SimulatePrincipalPolicy", "Throttling", "")] * 2
    assert review()["complete"] is True
    assert aws.sleeps == [2.0, 4.0]


def test_jobs_that_take_a_while_are_waited_for(aws, review):
    aws.roles, aws.pending = ["App"], 3
    assert review()["complete"] is True
    assert aws.sleeps == [2.0] * 3


def test_a_role_deleted_meanwhile_is_left_out(aws, review):
    aws.roles = ["Gone", "Kept"]
    aws.faults = [("GenerateServiceLastAccessedDetails", "NoSuchEntity", "Gone")]
    report = review()
    assert report["without_access"] == [arn("Kept")]
    assert report["complete"] is True


@pytest.mark.parametrize(
    "fault",
    [
        ("SimulatePrincipalPolicy", "PolicyEvaluation", "Bad"),
        ("GenerateServiceLastAccessedDetails", "InvalidInput", "Bad"),
    ],
)
def test_what_fails_is_reported_and_the_rest_reviewed(aws, review, fault):
    aws.roles = ["Bad", "Good"]
    aws.faults = [fault]
    with pytest.raises(IncompleteError, match="1 not reviewed: see s3://reports/"):
        review()
    (report,) = aws.objects.values()
    assert list(report["not_reviewed"]) == [arn("Bad")]
    assert report["complete"] is False
    assert report["without_access"] == [arn("Good")]
    assert "1 could not be reviewed." in aws.messages[0]["Message"]


def test_a_job_that_failed_is_reported(aws, review):
    aws.roles, aws.used = ["App"], {arn("App"): "failed"}
    with pytest.raises(IncompleteError):
        review()
    (report,) = aws.objects.values()
    assert "lost" in report["not_reviewed"][arn("App")]


def test_what_time_does_not_suffice_for_is_reported(aws, review):
    aws.roles, aws.pending = ["A", "B", "C"], 1000
    with pytest.raises(IncompleteError, match="3 not reviewed"):
        review(seconds=60)
    (report,) = aws.objects.values()
    assert "time was up" in report["not_reviewed"][arn("C")]
    assert aws.time <= 62


def test_a_report_that_cannot_be_written_fails_the_run_and_tells_nobody(aws, review):
    aws.faults = [("PutObject", "AccessDenied", "")]
    with pytest.raises(Exception, match="AccessDenied"):
        review()
    assert aws.messages == []


def test_the_entry_point_leaves_time_to_write(aws, monkeypatch):
    monkeypatch.setattr(access_review.boto3, "client", lambda name, config: aws.clients[name])  # noqa: ARG005
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)
    access_review.handler(SETTINGS, context)
    assert len(aws.messages) == 1
