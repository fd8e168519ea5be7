from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from secure_bedrock.access.guardrail_requirement import WithoutGuardrail
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.guardrails import presets
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.policy import Policy, Verdict

NOVA = "amazon.nova-lite-v1:0"
TITAN = "amazon.titan-embed-text-v2:0"
OWN = "arn:aws:bedrock:eu-west-1:111122223333"
GUARDRAIL = f"{OWN}:guardrail/gr1"
PUBLISHED = f"{GUARDRAIL}:3"
INVOKE, STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
OPEN = WithoutGuardrail(reason="images of products only")
FULL_ACCESS = Policy.from_document(
    {"Statement": {"Effect": "Allow", "Action": "bedrock*:*", "Resource": "*"}}
)
OWNED = ("provisioned-model", "imported-model", "custom-model-deployment", "async-invoke")


def foundation(region, model=NOVA):
    return f"arn:aws:bedrock:{region}::foundation-model/{model}"


def listed(value):
    return value if isinstance(value, list) else [value]


def test_trap_embeddings_work_beside_a_guardrail(env_stack, role, guardrail, judge):
    models = [FoundationModel(NOVA), FoundationModel(TITAN)]
    access = ModelAccess(env_stack, "Access", models=models, guardrail=guardrail)
    access.grant_invoke(role)
    access.grant_embed(role)
    ask = judge(role)
    assert ask(INVOKE, foundation("eu-west-1", TITAN)).allowed
    assert not ask(STREAM, foundation("eu-west-1", TITAN)).allowed
    assert ask(INVOKE, foundation("eu-west-1")).verdict is Verdict.DENIED
    assert ask(INVOKE, foundation("eu-west-1"), guardrail=PUBLISHED).allowed


def test_the_denial_beside_embeddings_covers_every_other_model(env_stack, role, guardrail, judge):
    models = [FoundationModel(NOVA), InferenceProfile(f"eu.{TITAN}")]
    ModelAccess(env_stack, "Access", models=models, guardrail=guardrail).grant_invoke(role)
    ask = judge(role)
    others = [foundation("us-east-1", "other.model"), *(f"{OWN}:{kind}/x" for kind in OWNED)]
    for arn in others:
        assert ask(INVOKE, arn, more=[FULL_ACCESS]).verdict is Verdict.DENIED, arn
    profile = f"{OWN}:inference-profile/eu.{TITAN}"
    assert ask(INVOKE, profile, more=[FULL_ACCESS]).allowed


def test_embedding_alone_grants_nothing_else(env_stack, role, guardrail, judge):
    models = [FoundationModel(NOVA), FoundationModel(TITAN)]
    ModelAccess(env_stack, "Access", models=models, guardrail=guardrail).grant_embed(role)
    ask = judge(role)
    assert ask(INVOKE, foundation("eu-west-1", TITAN)).allowed
    assert not ask(INVOKE, foundation("eu-west-1"), guardrail=PUBLISHED).allowed


def test_a_guardrail_of_a_set_comes_with_its_profile_and_key(env_stack, role, judge):
    profile = GUARDRAIL_PROFILES["eu"]
    specs = {"chat": presets.INTERNAL_ASSISTANT.on_standard_tier(profile)}
    guardrail = GuardrailSet(env_stack, "Guardrails", guardrails=specs)["chat"]
    access = ModelAccess(
        env_stack, "Access", models=[InferenceProfile(f"eu.{NOVA}")], guardrail=guardrail
    )
    access.grant_invoke(role)
    ask = judge(role)
    arn = env_stack.resolve(guardrail.guardrail_arn)["Fn::GetAtt"][0].lower()
    used = f"{OWN}:guardrail/{arn}"
    profile = f"{OWN}:inference-profile/eu.{NOVA}"
    call = {"profile": profile, "region": "eu-west-3"}
    assert ask(INVOKE, foundation("eu-west-3"), guardrail=f"{used}:3", **call).allowed
    assert ask(INVOKE, foundation("eu-west-3"), **call).verdict is Verdict.DENIED
    for region in ("eu-west-1", "eu-north-1"):
        spread = f"arn:aws:bedrock:{region}:111122223333:guardrail-profile/eu.guardrail.v1:0"
        assert ask("bedrock:ApplyGuardrail", spread).allowed
    assert ask("bedrock:ApplyGuardrail", used).allowed
    assert any("kms:Decrypt" in listed(s["Action"]) for s in ask.statements())


def test_asynchronous_invocations_write_to_the_bucket(env_stack, role, judge):
    bucket = s3.Bucket(env_stack, "Output")
    model = FoundationModel("amazon.nova-reel-v1:1")
    access = ModelAccess(env_stack, "Access", models=[model], guardrail=OPEN)
    access.grant_async_invoke(role, output=bucket).assert_success()
    ask = judge(role)
    assert ask(INVOKE, foundation("eu-west-1", model.model_id)).allowed
    assert ask(INVOKE, f"{OWN}:async-invoke/j1").allowed
    assert ask("bedrock:GetAsyncInvoke", f"{OWN}:async-invoke/j1").allowed
    assert any("s3:PutObject" in listed(s["Action"]) for s in ask.statements())


def test_batch_jobs_run_with_one_service_role(env_stack, role, judge):
    service = iam.Role.from_role_arn(
        env_stack, "Service", "arn:aws:iam::111122223333:role/BatchService"
    )
    access = ModelAccess(
        env_stack, "Access", models=[InferenceProfile(f"eu.{NOVA}")], guardrail=OPEN
    )
    access.grant_batch(role, service_role=service).assert_success()
    ask = judge(role)
    assert ask("bedrock:CreateModelInvocationJob", foundation("eu-west-1")).allowed
    assert ask("bedrock:StopModelInvocationJob", f"{OWN}:model-invocation-job/j").allowed
    assert not ask("iam:PassRole", service.role_arn).allowed
    assert not ask(INVOKE, foundation("eu-west-1")).allowed
