"""Defects of other libraries: each check fails for what they make, and passes for what we make.

Their templates were made once, see make_fixtures.py and "made by" in each fixture.
"""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from secure_bedrock import (
    AlertTopic,
    BedrockKmsKeys,
    ContentCategory,
    ContentFilter,
    ContentPolicy,
    FilterStrength,
    FoundationModel,
    GuardrailSet,
    GuardrailSpec,
    GuardrailWatch,
    InvokerRole,
    JobFiles,
    LambdaFunctions,
    ModelAccess,
    ModelJob,
    ModelJobRole,
    PiiFilter,
    PiiType,
    SecureBedrockVpc,
    SensitiveAction,
    SensitiveInformationPolicy,
)
from secure_bedrock.rules import check

FIXTURES = Path(__file__).parent / "fixtures"
OTHERS = json.loads((FIXTURES / "terraform_and_others.json").read_text())
MODEL = FoundationModel("amazon.nova-lite-v1:0")
LOGGED = {"InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"}


@pytest.fixture(params=["alpha", "cdklabs"])
def peer(request):
    return json.loads((FIXTURES / f"{request.param}.json").read_text())


def new_stack():
    place = cdk.Environment(account="111122223333", region="eu-west-1")
    return cdk.Stack(cdk.App(), "Peer", env=place)


def resources(stack):
    return Template.from_stack(stack).to_json()["Resources"]


def of_type(template, resource_type):
    return {name: r for name, r in template.items() if r["Type"] == resource_type}


def our_guardrail(stack, strength=FilterStrength.HIGH, **more):
    hate = ContentFilter(category=ContentCategory.HATE, input_strength=strength)
    spec = GuardrailSpec(content=ContentPolicy(filters=[hate]), **more)
    return GuardrailSet(stack, "Guardrails", guardrails={"chat": spec})["chat"]


def ours(strength=FilterStrength.HIGH, *, tokens_before=0, **more):
    """Our template; tokens made before it shift the numbers of all that follow."""
    for number in range(tokens_before):
        assert cdk.CfnParameter(new_stack(), f"P{number}").value_as_string
    stack = new_stack()
    our_guardrail(stack, strength, **more)
    return resources(stack)


# 1. A changed guardrail is published


def versions(template):
    found = of_type(template, "AWS::Bedrock::GuardrailVersion")
    return {(name, r["Properties"].get("Description")) for name, r in found.items()}


def publishes_a_change(before, after):
    return versions(before) != versions(after)


def test_a_changed_guardrail_is_not_published_by_peers(peer):
    assert not publishes_a_change(peer["high"], peer["low"])


def test_a_changed_guardrail_is_published_by_us():
    assert publishes_a_change(ours(FilterStrength.HIGH), ours(FilterStrength.LOW))


# 2. The same source gives the same template


def is_deterministic(templates):
    return len({json.dumps(each, sort_keys=True) for each in templates}) == 1


def test_peers_publish_again_and_again_without_a_change(peer):
    assert not is_deterministic(peer["repeat"])
    assert len({frozenset(versions(each)) for each in peer["repeat"]}) == len(peer["repeat"])


def test_we_publish_once():
    assert is_deterministic([ours(), ours(tokens_before=3), ours(tokens_before=7)])


# 3. Whoever may apply a guardrail may use its key


def key_actions_of_appliers(template):
    """What each policy that allows to apply a guardrail allows on keys."""
    policies = [
        r["Properties"]["PolicyDocument"] for r in of_type(template, "AWS::IAM::Policy").values()
    ]
    for statements in (policy["Statement"] for policy in policies):
        actions = {
            a
            for s in statements
            for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
        }
        if "bedrock:ApplyGuardrail" in actions:
            yield {each for each in actions if each.startswith("kms:")}


def test_peers_leave_the_key_out_of_the_grant(peer):
    (guardrail,) = of_type(peer["grant"], "AWS::Bedrock::Guardrail").values()
    assert "KmsKeyArn" in guardrail["Properties"]
    assert list(key_actions_of_appliers(peer["grant"])) == [set()]


def test_we_grant_decryption_and_nothing_more():
    stack = new_stack()
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    our_guardrail(stack).grant_apply(role)
    assert list(key_actions_of_appliers(resources(stack))) == [{"kms:Decrypt"}]


# 4. What happens to personal data on the way in and out


def personal_data(template):
    (guardrail,) = of_type(template, "AWS::Bedrock::Guardrail").values()
    (entity,) = guardrail["Properties"]["SensitiveInformationPolicyConfig"]["PiiEntitiesConfig"]
    return entity.get("InputAction"), entity.get("OutputAction")


def test_cdklabs_drops_what_was_chosen_for_personal_data():
    peer = json.loads((FIXTURES / "cdklabs.json").read_text())
    assert personal_data(peer["pii"]) == (None, None)


def test_we_keep_what_was_chosen_for_personal_data():
    email = PiiFilter(
        type=PiiType.EMAIL,
        input_action=SensitiveAction.BLOCK,
        output_action=SensitiveAction.ANONYMIZE,
    )
    policy = SensitiveInformationPolicy(pii=[email])
    assert personal_data(ours(sensitive_information=policy)) == ("BLOCK", "ANONYMIZE")


# 9. Keys are not buckets


def keys_that_never_match(statements):
    """Statements that allow an action of KMS on ARNs of S3, where it means nothing."""
    for statement in statements:
        actions, named = (
            [statement[each]] if isinstance(statement[each], str | dict) else statement[each]
            for each in ("Action", "Resource")
        )
        if any(a.startswith("kms:") for a in actions) and any(":s3:::" in str(r) for r in named):
            yield statement


def test_the_terraform_module_decrypts_with_buckets():
    assert list(keys_that_never_match(OTHERS["aws-ia/terraform-aws-bedrock"]["statements"]))


def test_our_job_roles_decrypt_with_keys():
    stack = new_stack()
    key = kms.Key(stack, "Key")
    bucket = s3.Bucket(stack, "Bucket", encryption_key=key)
    ModelJobRole(
        stack,
        "Jobs",
        job=ModelJob.CUSTOMIZATION,
        models=[MODEL],
        input=JobFiles(bucket=bucket, prefix="in/"),
        output=JobFiles(bucket=bucket, prefix="out/"),
        encryption_key=key,
    )
    policies = of_type(resources(stack), "AWS::IAM::ManagedPolicy").values()
    statements = [s for p in policies for s in p["Properties"]["PolicyDocument"]["Statement"]]
    assert [s for s in statements if "kms:Decrypt" in s["Action"]]
    assert list(keys_that_never_match(statements)) == []


# 10. Callers behind endpoints can do what they are there for


def openings(template):
    """What is wider open than a caller of models needs."""
    broken = {each.rule_id for each in check({"Resources": template}, profiles=["strict"])}
    yield from broken & {"IAM04", "IAM07"}
    for group in of_type(template, "AWS::EC2::SecurityGroup").values():
        for rule in group["Properties"].get("SecurityGroupEgress", []):
            if rule.get("CidrIp") == "0.0.0.0/0":
                yield "egress to everywhere"
    for endpoint in of_type(template, "AWS::EC2::VPCEndpoint").values():
        if "PolicyDocument" not in endpoint["Properties"]:
            yield "endpoint without a policy"


def test_the_gateway_guidance_is_wide_open():
    guidance = OTHERS["guidance-for-multi-provider-generative-ai-gateway-on-aws"]
    expected = {"IAM04", "egress to everywhere", "endpoint without a policy"}
    assert set(openings(guidance["Resources"])) >= expected


def test_our_callers_and_endpoints_are_not():
    stack = new_stack()
    SecureBedrockVpc(stack, "Network", models=[MODEL])
    access = ModelAccess(stack, "Access", models=[MODEL], guardrail=our_guardrail(stack))
    InvokerRole(stack, "App", workload=LambdaFunctions(), access=access)
    made = resources(stack)
    assert of_type(made, "AWS::EC2::VPCEndpoint")
    assert list(openings(made)) == []


# 11. Detection sees every way of calling a model


def operations_missed(seen):
    return LOGGED - seen


def test_the_reference_architecture_sees_one_operation_only():
    peer = OTHERS["aws-security-reference-architecture-examples"]
    assert operations_missed(set(peer["operations"])) >= {"Converse", "ConverseStream"}


def test_our_alarm_counts_interventions_in_all_of_them():
    stack = new_stack()
    keys = BedrockKmsKeys(stack, "Keys", environment="test")
    topic = AlertTopic(stack, "Alerts", encryption_key=keys.notifications).topic
    GuardrailWatch(stack, "Watch", guardrails={"chat": our_guardrail(stack)}, topic=topic)
    (alarm,) = of_type(resources(stack), "AWS::CloudWatch::Alarm").values()
    dimensions = {each["Name"]: each["Value"] for each in alarm["Properties"]["Dimensions"]}
    operations = {dimensions["Operation"]} if "Operation" in dimensions else LOGGED
    assert operations_missed(operations) == set()
    assert alarm["Properties"]["MetricName"] == "InvocationsIntervened"
