import aws_cdk as cdk
import pytest

from secure_bedrock.catalog.models import FoundationModel
from secure_bedrock.catalog.security_signals import Signal
from secure_bedrock.guardrails import presets
from secure_bedrock.guardrails.topics import DeniedTopic
from secure_bedrock.monitoring.alarm_settings import MonitoredModel
from secure_bedrock.network.vpc import SecureBedrockVpc
from secure_bedrock.rollout.account_audit import OrganizationTrailExists, OwnTrail
from secure_bedrock.rollout.account_baseline import AccountBaseline
from secure_bedrock.rollout.account_watch import AccountWatch
from secure_bedrock.testing import assert_secure

MODEL = "amazon.nova-lite-v1:0"
SECRECY = DeniedTopic(name="System prompt", definition="Asking for the hidden instructions.")
TRAIL = "AWS::CloudTrail::Trail"


def baseline(stack, **given):
    return AccountBaseline(
        stack,
        "Baseline",
        environment="prod",
        guardrail=presets.PUBLIC_CHAT.extended(topics=[SECRECY]),
        **{"watch": AccountWatch(models=[MonitoredModel(model=MODEL)]), **given},
    )


def template_of(stack):
    return cdk.assertions.Template.from_stack(stack).to_json()


@pytest.fixture(scope="module")
def template(feature_flags):
    stack = cdk.Stack(
        cdk.App(context=feature_flags),
        "Test",
        env=cdk.Environment(account="111122223333", region="eu-west-1"),
        synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    baseline(stack)
    return template_of(stack)


def of_type(template, resource_type):
    return [r for r in template["Resources"].values() if r["Type"] == resource_type]


def test_default_template(template, snapshot):
    assert template == snapshot


@pytest.mark.parametrize("profile", ["strict", "residency", "agentic"])
def test_the_checks_find_nothing(template, profile):
    assert_secure(template, profile=profile, region="eu-west-1", account="111122223333")


def test_everything_that_tells_somebody_tells_the_one_topic(template):
    (topic,) = [n for n, r in template["Resources"].items() if r["Type"] == "AWS::SNS::Topic"]
    told = [
        action
        for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for alarm in of_type(template, kind)
        for action in alarm["Properties"].get("AlarmActions", [])
    ]
    assert told
    assert [action for action in told if action != {"Ref": topic}] == []


def test_failed_delivery_of_logs_is_told(template):
    metrics = {
        r["Properties"].get("MetricName") for r in of_type(template, "AWS::CloudWatch::Alarm")
    }
    assert "ModelInvocationLogsS3DeliveryFailure" in metrics


def test_an_account_has_its_own_trail_unless_said_otherwise(template):
    (trail,) = of_type(template, TRAIL)
    assert trail["Properties"]["IsMultiRegionTrail"] is True
    assert "Condition" not in trail


def test_an_organization_trail_makes_its_own_needless(env_stack, resources):
    baseline(env_stack, audit_trail=OrganizationTrailExists())
    assert resources(env_stack, TRAIL) == {}


def test_another_region_has_the_trail(env_stack, resources):
    baseline(env_stack, audit_trail=OwnTrail(region="eu-central-1"))
    assert resources(env_stack, TRAIL) == {}


def test_a_template_for_every_region_has_the_trail_in_one(stack):
    baseline(stack, audit_trail=OwnTrail(region="eu-west-1"))
    found = template_of(stack)
    of_the_trail = [r for n, r in found["Resources"].items() if n.startswith("BaselineAuditTrail")]
    assert {r.get("Condition") for r in of_the_trail} == set(found["Conditions"])
    assert TRAIL in {r["Type"] for r in of_the_trail}


def test_a_trail_in_every_region_is_refused(stack):
    with pytest.raises(ValueError, match=r"^Test/Baseline: the Region is not known, and a trail"):
        baseline(stack)


def test_no_one_outside_the_trail_needs_it(stack):
    """Elsewhere it is not there, and whoever refers to it would not deploy."""
    baseline(stack, audit_trail=OwnTrail(region="eu-west-1"))
    resources = template_of(stack)["Resources"]
    conditional = {n for n, r in resources.items() if "Condition" in r}
    others = str({n: r for n, r in resources.items() if n not in conditional})
    assert [name for name in conditional if f"'{name}'" in others] == []


def test_an_enforced_guardrail_is_asked_for(env_stack, resources):
    made = baseline(env_stack, enforce_guardrail=True)
    (found,) = resources(env_stack, "AWS::Bedrock::EnforcedGuardrailConfiguration").values()
    assert found["Properties"]["GuardrailIdentifier"] == env_stack.resolve(
        made.guardrail.guardrail_arn
    )


def test_it_is_not_enforced_by_default(template):
    assert of_type(template, "AWS::Bedrock::EnforcedGuardrailConfiguration") == []


def test_signals_can_be_left_out(env_stack):
    watch = AccountWatch(models=[MonitoredModel(model=MODEL)], without=[Signal.ENDPOINT_CHANGED])
    assert Signal.ENDPOINT_CHANGED not in baseline(env_stack, watch=watch).signals.rules


def test_endpoints_go_beside_it_with_its_key(stack):
    made = baseline(stack, audit_trail=OrganizationTrailExists())
    SecureBedrockVpc(
        stack, "Network", models=[FoundationModel(MODEL)], encryption_key=made.keys.logs
    )
    assert_secure(template_of(stack), profile="strict")
