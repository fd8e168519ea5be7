import aws_cdk as cdk
import pytest
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.guardrails.guardrail import SecureGuardrail
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.guardrails.spec import GuardrailSpec

ARN = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc123def456"
KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555"


@pytest.fixture
def caller(env_stack):
    return iam.Role(env_stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


@pytest.fixture
def granted(env_stack, resources):
    """What the caller's own policy allows: action -> resources."""

    def read():
        (policy,) = resources(env_stack, "AWS::IAM::Policy").values()
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        assert all(each["Effect"] == "Allow" for each in statements)
        return {each["Action"]: each["Resource"] for each in statements}

    return read


def one(scope, spec=None, **options):
    guardrails = GuardrailSet(
        scope, "Guardrails", guardrails={"chat": spec or GuardrailSpec()}, **options
    )
    return guardrails["chat"]


def test_a_caller_may_apply_and_decrypt_and_nothing_else(env_stack, caller, granted):
    guardrail = one(env_stack)
    guardrail.grant_apply(caller).assert_success()
    assert granted() == {
        "bedrock:ApplyGuardrail": env_stack.resolve(guardrail.guardrail_arn),
        "kms:Decrypt": env_stack.resolve(guardrail.encryption_key.key_arn),
    }


def test_a_profile_is_granted_in_every_destination_region(env_stack, caller, granted):
    profile = GUARDRAIL_PROFILES["eu"]
    guardrail = one(env_stack, GuardrailSpec().on_standard_tier(profile))
    guardrail.grant_apply(caller)
    arns = granted()["bedrock:ApplyGuardrail"]
    assert env_stack.resolve(guardrail.guardrail_arn) in arns
    assert {arn.split(":")[3] for arn in arns if isinstance(arn, str)} == set(
        profile.routes["eu-west-1"]
    )


def test_without_a_known_region_a_profile_is_granted_wherever_it_may_lead(stack, resources):
    profile = GUARDRAIL_PROFILES["us"]
    role = iam.Role(stack, "Caller", assumed_by=iam.AccountRootPrincipal())
    one(stack, GuardrailSpec().on_standard_tier(profile)).grant_apply(role)
    (policy,) = resources(stack, "AWS::IAM::Policy").values()
    arns = str(policy["Properties"]["PolicyDocument"]["Statement"][0]["Resource"])
    assert all(f":bedrock:{region}:" in arns for region in profile.all_destinations)


def test_a_grant_leaves_the_key_policy_alone(env_stack, caller, resources):
    guardrail = one(env_stack)
    guardrail.grant_apply(caller)
    ((_, key),) = resources(env_stack, "AWS::KMS::Key").items()
    statements = key["Properties"]["KeyPolicy"]["Statement"]
    principals = [each["Principal"] for each in statements]
    assert principals == [
        {"AWS": "arn:aws:iam::111122223333:root"},
        {"Service": "logs.eu-west-1.amazonaws.com"},
    ]


def test_an_imported_guardrail_with_a_key_gives_decryption_only(env_stack, caller, granted):
    guardrail = SecureGuardrail.from_guardrail_attributes(
        env_stack,
        "Imported",
        guardrail_arn=ARN,
        guardrail_version="3",
        encryption_key=kms.Key.from_key_arn(env_stack, "Own", KEY_ARN),
    )
    guardrail.grant_apply(caller)
    assert granted() == {"bedrock:ApplyGuardrail": ARN, "kms:Decrypt": KEY_ARN}


def test_an_imported_guardrail_without_a_key_gives_no_key(env_stack, caller, granted):
    guardrail = SecureGuardrail.from_guardrail_arn(
        env_stack, "Imported", ARN, guardrail_version="3"
    )
    guardrail.grant_apply(caller)
    assert granted() == {"bedrock:ApplyGuardrail": ARN}


def test_a_guardrail_of_another_library_is_taken_by_its_reference(env_stack, caller, granted):
    other = bedrock.CfnGuardrail(
        env_stack, "L1", name="x", blocked_input_messaging="x", blocked_outputs_messaging="x"
    )
    guardrail = SecureGuardrail.from_guardrail_ref(
        env_stack, "Imported", other, guardrail_version="DRAFT"
    )
    guardrail.grant_apply(caller)
    assert granted() == {"bedrock:ApplyGuardrail": {"Ref": "L1"}}


def test_the_cdk_takes_ours_as_a_guardrail_reference(env_stack):
    guardrail = one(env_stack)
    arn = bedrock.CfnGuardrail.arn_for_guardrail(guardrail)
    assert env_stack.resolve(arn) == env_stack.resolve(guardrail.guardrail_arn)


def test_the_cdk_takes_an_imported_one_as_a_guardrail_reference(env_stack):
    guardrail = SecureGuardrail.from_guardrail_arn(
        env_stack, "Imported", ARN, guardrail_version="3"
    )
    assert bedrock.CfnGuardrail.arn_for_guardrail(guardrail) == ARN
    assert guardrail.env.region == "eu-west-1"


def test_an_imported_guardrails_id_comes_from_its_arn(env_stack):
    guardrail = SecureGuardrail.from_guardrail_arn(
        env_stack, "Imported", ARN, guardrail_version="3"
    )
    assert guardrail.guardrail_id == "abc123def456"


def test_an_unknown_arn_is_split_at_deployment(stack):
    arn = cdk.CfnParameter(stack, "Arn").value_as_string
    guardrail = SecureGuardrail.from_guardrail_arn(stack, "Imported", arn, guardrail_version="3")
    assert "Fn::Select" in str(stack.resolve(guardrail.guardrail_id))


@pytest.mark.parametrize(
    ("arn", "version", "message"),
    [
        (f"{ARN}:3", "3", "is no guardrail ARN"),
        ("abc123def456", "3", "is no guardrail ARN"),
        (ARN, "0", "guardrail_version '0' must be a number from 1 or DRAFT"),
        (ARN, "latest", "guardrail_version 'latest' must be a number from 1 or DRAFT"),
    ],
)
def test_a_malformed_import_is_refused(env_stack, arn, version, message):
    with pytest.raises(ValueError, match=rf"^Test/Imported: .*{message}"):
        SecureGuardrail.from_guardrail_arn(env_stack, "Imported", arn, guardrail_version=version)


def test_an_import_with_a_profile_of_another_region_is_refused(env_stack):
    with pytest.raises(ValueError, match=r"^Test/Imported: .* cannot be used in eu-west-1"):
        SecureGuardrail.from_guardrail_attributes(
            env_stack,
            "Imported",
            guardrail_arn=ARN,
            guardrail_version="3",
            cross_region_profile=GUARDRAIL_PROFILES["us"],
        )


def test_a_grantee_without_a_policy_is_refused(env_stack):
    with pytest.raises(ValueError, match=r"^Test/Guardrails/chat: grant_apply needs a grantee"):
        one(env_stack).grant_apply(iam.ServicePrincipal("lambda.amazonaws.com"))


def test_intervened_invocations_have_the_dimensions_aws_publishes(env_stack):
    guardrail = one(env_stack)
    metric = guardrail.metric_invocations_intervened()
    assert (metric.namespace, metric.metric_name) == (
        "AWS/Bedrock/Guardrails",
        "InvocationsIntervened",
    )
    assert metric.dimensions == {
        "GuardrailArn": guardrail.guardrail_arn,
        "GuardrailVersion": guardrail.guardrail_version,
    }


@pytest.mark.parametrize(
    ("method", "name", "statistic"),
    [
        ("metric_invocations", "Invocations", "Sum"),
        ("metric_invocation_latency", "InvocationLatency", "Average"),
        ("metric_invocation_client_errors", "InvocationClientErrors", "Sum"),
        ("metric_invocation_server_errors", "InvocationServerErrors", "Sum"),
        ("metric_invocation_throttles", "InvocationThrottles", "Sum"),
        ("metric_text_units", "TextUnitCount", "Sum"),
    ],
)
def test_siblings_have_their_name_and_statistic(env_stack, method, name, statistic):
    metric = getattr(one(env_stack), method)()
    assert (metric.metric_name, metric.statistic) == (name, statistic)


def test_statistic_and_period_can_be_chosen(env_stack):
    minute = cdk.Duration.minutes(1)
    metric = one(env_stack).metric_invocations(statistic="SampleCount", period=minute)
    assert (metric.statistic, metric.period.to_seconds()) == ("SampleCount", 60)
