import json
import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Match, Template

from secure_bedrock import (
    EnforcedGuardrail,
    GuardrailSet,
    InvocationLogging,
    Quarantine,
    ResponseMode,
    ThreatResponse,
)
from secure_bedrock.custom_resources.assets.handlers.response_ledger import LEASE_SECONDS
from secure_bedrock.emulator.event_patterns import matches
from secure_bedrock.guardrails import presets
from secure_bedrock.testing import assert_secure

ACT = Quarantine(mode=ResponseMode.ACT, within=["role/app-*", "user/*"])


@pytest.fixture
def make(app):
    """A stack with a response, in the Region that IAM reports to."""

    def build(region="us-east-1", **properties):
        environment = cdk.Environment(account="111122223333", region=region)
        synthesizer = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        stack = cdk.Stack(app, "Test", env=environment, synthesizer=synthesizer)
        key = kms.Key(stack, "Key", enable_key_rotation=True)
        topic = sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True)
        known = {name: value(stack) for name, value in properties.items() if callable(value)}
        given = {"topic": topic, "encryption_key": key} | properties | known
        return stack, ThreatResponse(stack, "Response", **given)

    return build


def logging(stack):
    return InvocationLogging(stack, "Logging")


def guardrail(stack):
    made = GuardrailSet(stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT})
    return EnforcedGuardrail(stack, "Enforced", guardrail=made["chat"])


def resources(stack, kind):
    return list(Template.from_stack(stack).find_resources(kind).values())


def properties(stack, kind):
    return [each["Properties"] for each in resources(stack, kind)]


def settings(stack):
    """What the function is handed."""
    functions = properties(stack, "AWS::Lambda::Function")
    (found,) = [f for f in functions if f["Handler"] == "handlers.response_handler.handler"]
    return found["Environment"]["Variables"]["SETTINGS"]


def statements(stack, name="ResponseFunctionHandlerPermissions"):
    found = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy")
    (policy,) = [each for id, each in found.items() if id.startswith(name)]
    return {each.get("Sid"): each for each in policy["Properties"]["PolicyDocument"]["Statement"]}


def test_the_defaults(make, snapshot):
    stack, _ = make()
    assert Template.from_stack(stack).to_json() == snapshot


@pytest.mark.parametrize("profile", ["strict", "residency", "agentic"])
def test_the_defaults_keep_our_rules(make, profile):
    assert_secure(make()[0], profile=profile)


def test_by_default_no_policy_of_anybody_can_be_changed(make):
    stack, _ = make()
    text = json.dumps(statements(stack))
    assert "RolePolicy" not in text
    assert "UserPolicy" not in text


def test_acting_touches_only_who_was_named(make):
    found = statements(make(quarantine=ACT)[0])
    assert found["QuarantineRoles"]["Action"] == ["iam:DeleteRolePolicy", "iam:PutRolePolicy"]
    own = "arn:aws:iam::111122223333"
    assert found["QuarantineRoles"]["Resource"] == f"{own}:role/app-*"
    assert found["QuarantineUsers"]["Resource"] == f"{own}:user/*"


def test_acting_never_touches_deployers_and_itself(make):
    def deployers(stack):
        return [iam.Role(stack, "Deployer", assumed_by=iam.AccountRootPrincipal())]

    stack, _ = make(quarantine=ACT, deployers=deployers)
    deny = statements(stack, "ResponseNeverTheTrusted")["NeverTheTrusted"]
    assert deny["Effect"] == "Deny"
    named = [each["Fn::GetAtt"][0] for each in deny["Resource"]]
    assert {re.sub(r"[0-9A-F]{8}$", "", name) for name in named} == {
        "ResponseFunctionHandlerRole",
        "Deployer",
    }


def test_api_keys_of_amazon_bedrock_and_no_other_credential(make):
    statement = statements(make()[0])["DeactivateApiKeys"]
    name = "iam:ServiceSpecificCredentialServiceName"
    assert statement["Condition"] == {"StringEquals": {name: "bedrock.amazonaws.com"}}


@pytest.mark.parametrize("choice", [ResponseMode.DRY_RUN, None])
def test_a_dry_run_of_api_keys_needs_no_permission(make, choice):
    assert "DeactivateApiKeys" not in statements(make(api_keys=choice)[0])


def test_restoring_passes_only_the_delivery_role(make):
    stack, response = make(logging=logging)
    statement = statements(stack)["PassDeliveryRole"]
    assert statement["Resource"]["Fn::GetAtt"][0].startswith("LoggingDeliveryRole")
    assert response.role is not None


def patterns(stack):
    rules = properties(stack, "AWS::Events::Rule")
    text = json.dumps([rule["EventPattern"] for rule in rules if "EventPattern" in rule])
    role = re.compile(r'\{"Fn::GetAtt": \["ResponseFunctionHandlerRole\w+", "Arn"\]\}')
    own = "arn:aws:iam::111122223333:role/Prod-ResponseFunctionHandlerRole-12AB34CD56EF"
    return json.loads(role.sub(json.dumps(own), text))


@pytest.fixture
def recorded(pytestconfig):
    folder = pytestconfig.rootpath / "tests/monitoring/events/cloudtrail"
    return {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}


def test_rules_deliver_what_is_answered_and_nothing_of_the_function_itself(make, recorded):
    stack, _ = make(logging=logging, enforced_guardrail=guardrail)
    rules = patterns(stack)
    found = {n for n, event in recorded.items() if any(matches(rule, event) for rule in rules)}
    assert "logging-put-by-response" not in found
    assert found == {
        "api-key-created",
        "api-key-reset",
        "codecommit-credential-created",
        "enforced-guardrail-deleted",
        "enforced-guardrail-deleted-by-cloudformation",
        "enforced-guardrail-put",
        "logging-delete-denied",
        "logging-deleted",
        "logging-deleted-by-deployment",
        "logging-deleted-by-root",
        "logging-deleted-by-user",
        "logging-deleted-claiming-cloudformation",
        "logging-put",
    }


def test_what_loggings_own_function_does_is_a_deployment(make):
    stack, _ = make(logging=logging)
    text = json.dumps(settings(stack))
    assert re.search(r'deployers.*LoggingConfigurationHandlerRole\w+", "Arn"', text)


def test_the_function_is_told_the_configuration_of_the_deployment(make):
    stack, _ = make(enforced_guardrail=guardrail)
    text = json.dumps(settings(stack))
    assert "COMPREHENSIVE" in text
    assert "excludedModels" in text


def test_undelivered_events_raise_an_alarm(make):
    stack, response = make()
    Template.from_stack(stack).has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Threshold": 1,
            "TreatMissingData": "notBreaching",
        },
    )
    assert response.alarm is not None


def test_every_target_and_the_function_have_the_queue(make):
    stack, _ = make(logging=logging, quarantine=ACT)
    (queue,) = Template.from_stack(stack).find_resources("AWS::SQS::Queue")
    arn = {"Fn::GetAtt": [queue, "Arn"]}
    rules = properties(stack, "AWS::Events::Rule")
    assert len(rules) == 3
    assert all(t["DeadLetterConfig"] == {"Arn": arn} for r in rules for t in r["Targets"])
    (retries,) = properties(stack, "AWS::Lambda::EventInvokeConfig")
    assert retries["MaximumRetryAttempts"] == 2
    (function,) = [
        f for f in properties(stack, "AWS::Lambda::Function") if "response" in f["Handler"]
    ]
    assert function["DeadLetterConfig"] == {"TargetArn": arn}


def test_a_claim_lasts_as_long_as_the_function_may_run(make):
    functions = properties(make()[0], "AWS::Lambda::Function")
    assert [function["Timeout"] for function in functions] == [LEASE_SECONDS]


def test_the_ledger_is_kept_and_can_be_brought_back(make):
    stack, _ = make()
    Template.from_stack(stack).has_resource(
        "AWS::DynamoDB::Table",
        {
            "DeletionPolicy": "Retain",
            "Properties": Match.object_like(
                {
                    "DeletionProtectionEnabled": True,
                    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                    "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
                }
            ),
        },
    )


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_where_iam_does_not_report_there_is_a_warning(make, region):
    stack, _ = make(region=region)
    warnings = cdk.assertions.Annotations.from_stack(stack).find_warning(
        "*", Match.string_like_regexp("IAM does not report to eu-west-1")
    )
    assert len(warnings) == (0 if region == "us-east-1" else 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"quarantine": Quarantine(hours=0)}, "quarantine hours is 0: choose 1 to 720"),
        ({"quarantine": Quarantine(mode=ResponseMode.ACT)}, "within is empty: name the roles"),
        ({"quarantine": Quarantine(within=["app"])}, "within has 'app': write role/NAME"),
        (
            {"deployers": lambda s: [iam.Role.from_role_name(s, f"R{n}", "r") for n in range(11)]},
            "11 deployers: name at most 10",
        ),
    ],
)
def test_what_is_refused(make, given, message):
    with pytest.raises(ValueError, match=r"^Test/Response: ") as refused:
        make(**given)
    assert message in str(refused.value)


def test_asking_for_a_quarantine_can_be_granted(make):
    stack, response = make()
    person = iam.Role(stack, "Person", assumed_by=iam.AccountRootPrincipal())
    response.grant_quarantine(person).assert_success()
    (policy,) = properties(stack, "AWS::IAM::Policy")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "lambda:InvokeFunction"
