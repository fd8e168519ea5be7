import json
from datetime import UTC, datetime

import pytest

from secure_bedrock.policy import Policy, Request, Verdict, evaluate

NOW = 1_795_000_000
HOUR = 3_600
OWN = "arn:aws:iam::123456789012"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.fixture
def acting(world):
    world.clients["iam"].create_role(RoleName="app", AssumeRolePolicyDocument=TRUST)
    world.clients["iam"].create_user(UserName="alice")
    within = [f"{OWN}:role/app", f"{OWN}:user/*"]
    world.settings["quarantine"] = {"hours": 12, "dry_run": False, "within": within}
    return world


def ask(event, id="many-models#1"):
    identity = event["detail"]["userIdentity"]
    event_id = event["detail"]["eventID"]
    return {
        "action": "quarantine",
        "id": id,
        "signal": id.partition("#")[0],
        "event": event_id,
        "identity": identity,
    }


def policies(world, kind, name):
    iam = world.clients["iam"]
    listing = getattr(iam, f"list_{kind}_policies")(**{f"{kind.title()}Name": name})
    get = getattr(iam, f"get_{kind}_policy")
    return [
        get(**{f"{kind.title()}Name": name, "PolicyName": each})["PolicyDocument"]
        for each in listing["PolicyNames"]
    ]


def verdict(document, userid, when):
    request = Request(
        principal=f"{OWN}:role/app",
        action="bedrock:InvokeModel",
        resource="arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
        context={"aws:userid": userid, "aws:CurrentTime": when},
    )
    anything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    both = [Policy.from_document(each, name="p") for each in (document, anything)]
    return evaluate(request, identity=both).verdict


def test_one_session_of_a_role_is_kept_away_and_the_others_go_on(acting, event_of):
    acting.handle(ask(event_of("invoke-model")))
    (document,) = policies(acting, "role", "app")
    soon, later = "2026-11-18T20:00:00Z", "2026-12-20T00:00:00Z"
    assert verdict(document, "AROAEXAMPLEAPP000001:i-0abc1234567890def", soon) == Verdict.DENIED
    assert verdict(document, "AROAEXAMPLEAPP000001:i-another", soon) == Verdict.ALLOWED
    assert verdict(document, "AROAEXAMPLEAPP000001:i-0abc1234567890def", later) == Verdict.ALLOWED


def test_the_policy_ends_by_itself(acting, event_of):
    acting.handle(ask(event_of("invoke-model")))
    ((statement,),) = [d["Statement"] for d in policies(acting, "role", "app")]
    end = datetime.fromtimestamp(NOW + 12 * HOUR, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert statement["Condition"]["DateLessThan"] == {"aws:CurrentTime": end}
    assert statement["Action"] == ["bedrock-mantle:*", "bedrock-websearch:*", "bedrock:*"]


def test_a_user_is_kept_away(acting, event_of):
    acting.handle(ask(event_of("invoke-with-access-key")))
    assert len(policies(acting, "user", "alice")) == 1
    assert "aws iam delete-user-policy --user-name alice" in acting.messages[0]["undo"]


def test_a_second_reason_changes_nothing(acting, event_of):
    acting.handle(ask(event_of("invoke-model")))
    acting.handle(ask(event_of("invoke-model"), id="logging-scouted#1"), request="r2")
    assert acting.changes.count("PutRolePolicy") == 1
    assert len(acting.messages) == 1


def test_the_clock_takes_the_policy_away_once_and_says_so(acting, event_of):
    acting.handle(ask(event_of("invoke-model")))
    for request, hours in (("r2", 11), ("r3", 12), ("r4", 13)):
        acting.handle({"action": "expire"}, request=request, now=NOW + hours * HOUR)
        assert len(policies(acting, "role", "app")) == (1 if hours < 12 else 0)
    assert acting.changes.count("DeleteRolePolicy") == 1
    assert acting.messages[-1]["done"].endswith("has ended.")


def test_the_end_of_an_old_quarantine_leaves_a_new_one(acting, event_of):
    acting.handle(ask(event_of("invoke-model")))
    again = NOW + 12 * HOUR
    acting.handle(ask(event_of("invoke-model"), id="many-models#2"), request="r2", now=again)
    acting.handle({"action": "expire"}, request="r3", now=again)
    assert len(policies(acting, "role", "app")) == 1


def test_a_policy_that_somebody_took_away_is_no_problem(acting, event_of):
    acting.handle(ask(event_of("invoke-model")))
    (name,) = acting.clients["iam"].list_role_policies(RoleName="app")["PolicyNames"]
    acting.clients["iam"].delete_role_policy(RoleName="app", PolicyName=name)
    acting.handle({"action": "expire"}, request="r2", now=NOW + 12 * HOUR)
    assert acting.messages[-1]["done"].endswith("has ended.")


def test_a_dry_run_writes_the_command_and_touches_nothing(acting, event_of):
    acting.settings["quarantine"]["dry_run"] = True
    acting.handle(ask(event_of("invoke-model")))
    assert policies(acting, "role", "app") == []
    assert acting.messages[0]["done"].startswith("DRY RUN")
    assert "aws iam put-role-policy --role-name app" in acting.messages[0]["done"]


def without_session(identity):
    return identity | {"principalId": "AROAEXAMPLEAPP000001"}


def named(identity, arn):
    issuer = identity["sessionContext"]["sessionIssuer"] | {"arn": arn}
    return identity | {"sessionContext": {"sessionIssuer": issuer}}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without_session, "the whole role is shared"),
        (lambda i: i | {"type": "Root"}, "type Root cannot be given a policy"),
        (lambda i: named(i, f"{OWN}:role/deployer"), "is a deployer"),
        (lambda i: named(i, f"{OWN}:role/other"), "is not among"),
        (lambda i: named(i, "arn:aws:iam::999999999999:role/app"), "another account"),
        (lambda i: named(i, f"{OWN}:role/aws-reserved/sso/x"), "AWS manages the role"),
        (lambda i: named(i, f"{OWN}:role/aws-service-role/x/y"), "AWS manages the role"),
    ],
)
def test_who_is_not_kept_away_is_told_with_the_reason(acting, event_of, change, reason):
    request = ask(event_of("invoke-model"))
    request["identity"] = change(request["identity"])
    acting.settings["quarantine"]["within"].append(f"{OWN}:role/deployer")
    acting.handle(request)
    assert acting.changes == []
    assert reason in acting.messages[0]["done"]


def test_without_a_quarantine_nobody_is_kept_away(world, event_of):
    world.handle(ask(event_of("invoke-model")))
    world.handle({"action": "expire"})
    assert world.calls == []
