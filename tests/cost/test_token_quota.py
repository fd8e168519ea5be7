import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    DenyOverQuota,
    FoundationModel,
    InvocationLogs,
    NotifyOnly,
    ProjectProfile,
    QuotaLimit,
    QuotaPeriod,
    QuotaSubject,
    TokenQuota,
)
from secure_bedrock.cost.quota_limits import limit_problems
from secure_bedrock.testing import assert_secure

DAY, PRINCIPAL = QuotaPeriod.DAY, QuotaSubject.PRINCIPAL
TOKENS = QuotaLimit(per=PRINCIPAL, period=DAY, tokens=1000)


def environment(stack):
    key = kms.Key(stack, "K", enable_key_rotation=True)
    return {
        "limits": [TOKENS],
        "over_limit": NotifyOnly(),
        "topic": sns.Topic(stack, "T", master_key=key, enforce_ssl=True),
        "invocation_logs": InvocationLogs(
            log_group=logs.LogGroup(
                stack, "L", encryption_key=key, retention=logs.RetentionDays.ONE_YEAR
            )
        ),
    }


@pytest.fixture
def quota(env_stack):
    def build(**changes):
        return TokenQuota(env_stack, "Quota", **environment(env_stack) | changes)

    return build


@pytest.fixture
def role(env_stack):
    return iam.Role(env_stack, "App", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))


@pytest.fixture
def settings(env_stack, resources):
    def read():
        found = resources(env_stack, "AWS::Lambda::Function")
        (function,) = [f for name, f in found.items() if name.startswith("Quota")]
        text = env_stack.resolve(function["Properties"]["Environment"]["Variables"]["SETTINGS"])
        parts = [text] if isinstance(text, str) else text["Fn::Join"][1]
        return json.loads("".join(p if isinstance(p, str) else "TOKEN" for p in parts))

    return read


def test_defaults(env_stack, snapshot):
    TokenQuota(env_stack, "Quota", **environment(env_stack))
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


@pytest.mark.parametrize("profile", ["baseline", "strict", "residency", "agentic"])
def test_no_rule_finds_anything(env_stack, quota, role, profile):
    quota(over_limit=DenyOverQuota(roles=[role]))
    assert_secure(env_stack, profile=profile)


def test_every_event_of_the_log_group_is_sent(env_stack, quota, resources):
    quota()
    (subscription,) = resources(env_stack, "AWS::Logs::SubscriptionFilter").values()
    assert subscription["Properties"]["FilterPattern"] == ""
    assert any("FromLogs" in name for name in subscription["DependsOn"])


def test_only_the_log_group_of_this_account_may_call(env_stack, quota, resources):
    quota()
    found = [p["Properties"] for p in resources(env_stack, "AWS::Lambda::Permission").values()]
    (own,) = [p for p in found if p["Principal"] == "logs.amazonaws.com"]
    assert own["SourceAccount"] == "111122223333"
    assert "Fn::GetAtt" in own["SourceArn"]


def test_the_table_is_encrypted_recoverable_retained_and_cleans_itself(env_stack, quota, resources):
    quota()
    (table,) = resources(env_stack, "AWS::DynamoDB::Table").values()
    properties = table["Properties"]
    assert properties["SSESpecification"]["SSEType"] == "KMS"
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["DeletionPolicy"] == "Retain"


def test_batches_that_failed_are_kept_for_14_days_and_raise_an_alarm(env_stack, quota, resources):
    built = quota()
    (queue,) = resources(env_stack, "AWS::SQS::Queue").values()
    assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 86_400
    assert "KmsMasterKeyId" in queue["Properties"]
    watched = {alarm.node.id for alarm in built.alarms}
    assert watched == {"Problems", "Errors", "GivenUp", "NotSent"}


def test_every_alarm_tells_the_topic(env_stack, quota, resources):
    quota()
    alarms = resources(env_stack, "AWS::CloudWatch::Alarm").values()
    assert all(alarm["Properties"]["AlarmActions"] for alarm in alarms)
    assert {a["Properties"]["TreatMissingData"] for a in alarms} == {"notBreaching"}


def policy_statements(resources, stack):
    found = resources(stack, "AWS::IAM::ManagedPolicy").values()
    (policy,) = [p for p in found if "dynamodb:" in json.dumps(p)]
    return {s.get("Sid"): s for s in policy["Properties"]["PolicyDocument"]["Statement"]}


def test_inline_policies_may_be_written_on_the_named_roles_only(env_stack, quota, role, resources):
    quota(over_limit=DenyOverQuota(roles=[role]))
    statement = policy_statements(resources, env_stack)["DenySessions"]
    assert statement["Action"] == ["iam:DeleteRolePolicy", "iam:PutRolePolicy"]
    assert statement["Resource"] == {
        "Fn::GetAtt": [env_stack.get_logical_id(role.node.default_child), "Arn"]
    }


def test_notifying_needs_no_permission_on_roles(env_stack, quota, resources):
    quota()
    assert "iam:" not in json.dumps(policy_statements(resources, env_stack))


def test_bodies_are_read_in_the_bucket_of_large_data_only(env_stack, quota, resources):
    bucket = s3.Bucket(env_stack, "B", encryption_key=kms.Key(env_stack, "BK"))
    group = logs.LogGroup(env_stack, "Group")
    quota(invocation_logs=InvocationLogs(log_group=group, large_bodies=bucket))
    found = policy_statements(resources, env_stack)
    assert json.dumps(found["ReadBodies"]["Resource"]).endswith('"/large-data/*"]]}')
    assert found["ReadKey"]["Action"] == "kms:Decrypt"


def test_the_function_is_told_limits_roles_and_projects(env_stack, quota, role, settings):
    project = ProjectProfile(
        env_stack, "P", project="search", models=[FoundationModel("amazon.nova-lite-v1:0")]
    )
    dollars = QuotaLimit(per=QuotaSubject.PROJECT, period=QuotaPeriod.MONTH, us_dollars=2.5)
    quota(limits=[dollars], over_limit=DenyOverQuota(roles=[role]), projects=[project])
    told = settings()
    assert told["limits"][0]["most"] == "2.5"
    assert told["profiles"] == [["TOKEN", "search", "amazon.nova-lite-v1:0"]]
    assert (told["deny"]["roles"], told["deny"]["dry_run"]) == (["TOKEN"], False)


def test_the_price_table_is_a_file_of_the_deployment_and_its_name_its_content(feature_flags):
    def template():
        stack = cdk.Stack(cdk.App(context=feature_flags), "S")
        TokenQuota(stack, "Quota", **environment(stack))
        return cdk.assertions.Template.from_stack(stack).to_json()

    assert template() == template()


@pytest.mark.parametrize("amount", [{"tokens": 1}, {"tokens": 2}])
def test_another_amount_goes_on_with_the_same_counter(amount):
    assert QuotaLimit(per=PRINCIPAL, period=DAY, **amount).id == TOKENS.id


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ([], "0 limits given"),
        ([QuotaLimit(per=PRINCIPAL, period=DAY)], "needs tokens or us_dollars"),
        ([QuotaLimit(per=PRINCIPAL, period=DAY, tokens=1, us_dollars=1)], "give one of them"),
        ([QuotaLimit(per=PRINCIPAL, period=DAY, tokens=0)], "tokens 0 is no limit"),
        ([QuotaLimit(per=PRINCIPAL, period=DAY, us_dollars=0)], "us_dollars 0 is no limit"),
        ([QuotaLimit(per=PRINCIPAL, period=DAY, us_dollars=float("nan"))], "nan is no limit"),
        ([QuotaLimit(per=PRINCIPAL, period=DAY, tokens=9, warn_percent=100)], "use 1 to 99"),
        ([QuotaLimit(per=PRINCIPAL, period=DAY, tokens=9, whole_role=True)], "is not per role"),
        ([QuotaLimit(per=QuotaSubject.PROJECT, period=DAY, tokens=9)], "projects has no project"),
        ([QuotaLimit(per=QuotaSubject.PROJECT, period=DAY, tokens=9, only=["x"])], "has no x"),
        ([TOKENS, QuotaLimit(per=PRINCIPAL, period=DAY, tokens=5)], "is given twice"),
        (
            [QuotaLimit(per=PRINCIPAL, period=DAY, tokens=9, only=[str(n)]) for n in range(21)],
            "21 limits given",
        ),
    ],
)
def test_limits_that_cannot_be_kept_are_refused(limits, message):
    assert any(message in problem for problem in limit_problems(limits, []))


def test_a_refusal_names_the_construct(quota):
    with pytest.raises(ValueError, match=r"^Test/Quota: 0 limits given, a quota takes 1 to 20"):
        quota(limits=[])


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("arn:aws:iam::999999999999:role/App", "is in account 999999999999"),
        ("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/X", "takes no inline"),
    ],
)
def test_roles_that_cannot_be_denied_are_refused(env_stack, quota, arn, message):
    role = iam.Role.from_role_arn(env_stack, "R", arn)
    with pytest.raises(ValueError, match=message):
        quota(over_limit=DenyOverQuota(roles=[role]))


def test_no_role_and_a_role_twice_are_refused(role):
    for roles, message in (([], "0 roles given"), ([role, role], "is given twice")):
        with pytest.raises(ValueError, match=message):
            TokenQuota(
                cdk.Stack(cdk.App(), "S"),
                "Quota",
                limits=[TOKENS],
                over_limit=DenyOverQuota(roles=roles),
                invocation_logs=InvocationLogs(log_group=None),
                topic=None,
            )


def test_more_than_the_environment_takes_is_refused(quota):
    names = [f"arn:aws:sts::111122223333:assumed-role/App/{n}" for n in range(100)]
    limit = QuotaLimit(per=PRINCIPAL, period=DAY, tokens=9, only=names)
    with pytest.raises(ValueError, match="environment has room for 3,800: split the quota"):
        quota(limits=[limit])
