import pytest

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.catalog.models import (
    ApplicationInferenceProfile,
    CustomModelDeployment,
    FoundationModel,
    ImportedModel,
    InferenceProfile,
    PromptRouter,
    ProvisionedModel,
    parse_model,
)

HERE = Place(partition="aws", region="eu-west-1", account="111122223333")
NOVA = "amazon.nova-lite-v1:0"
OWN = "arn:aws:bedrock:eu-west-1:111122223333"


def resources(model):
    authorization = model.authorization(HERE)
    behind = [arn for through in authorization.through for arn in through.resources]
    return [authorization.entry, *behind]


def test_a_foundation_model_is_one_resource():
    assert resources(FoundationModel(NOVA)) == [
        f"arn:aws:bedrock:eu-west-1::foundation-model/{NOVA}"
    ]


def test_a_geographic_profile_takes_its_model_into_every_region():
    assert resources(InferenceProfile(f"eu.{NOVA}")) == [
        f"{OWN}:inference-profile/eu.{NOVA}",
        f"arn:aws:bedrock:*::foundation-model/{NOVA}",
    ]


def test_destinations_can_be_named():
    profile = InferenceProfile(f"eu.{NOVA}", ("eu-west-1", "eu-west-3"))
    assert resources(profile)[1:] == [
        f"arn:aws:bedrock:eu-west-1::foundation-model/{NOVA}",
        f"arn:aws:bedrock:eu-west-3::foundation-model/{NOVA}",
    ]


def test_a_global_profile_is_three_resources():
    assert resources(InferenceProfile(f"global.{NOVA}")) == [
        f"{OWN}:inference-profile/global.{NOVA}",
        f"arn:aws:bedrock:eu-west-1::foundation-model/{NOVA}",
        f"arn:aws:bedrock:::foundation-model/{NOVA}",
    ]


def test_an_application_profile_leads_where_its_source_leads():
    arn = f"{OWN}:application-inference-profile/a1"
    profile = ApplicationInferenceProfile(arn=arn, source=InferenceProfile(f"global.{NOVA}"))
    authorization = profile.authorization(HERE)
    assert authorization.entry == arn
    assert {through.value for through in authorization.through} == {arn}
    assert [through.region_unspecified for through in authorization.through] == [False, True]


def test_a_router_leads_to_profiles_and_models():
    arn = f"{OWN}:default-prompt-router/anthropic.claude:1"
    router = PromptRouter(arn=arn, models=(InferenceProfile(f"eu.{NOVA}"),))
    keys = [(t.key, t.resources) for t in router.authorization(HERE).through]
    anywhere = (f"arn:aws:bedrock:*::foundation-model/{NOVA}",)
    assert keys == [
        ("bedrock:PromptRouterArn", (f"{OWN}:inference-profile/eu.{NOVA}",)),
        ("bedrock:PromptRouterArn", anywhere),
        ("bedrock:InferenceProfileArn", anywhere),
    ]


@pytest.mark.parametrize(
    ("kind", "resource_type", "action"),
    [
        (ProvisionedModel, "provisioned-model", "bedrock:GetProvisionedModelThroughput"),
        (ImportedModel, "imported-model", "bedrock:GetImportedModel"),
        (CustomModelDeployment, "custom-model-deployment", "bedrock:GetCustomModelDeployment"),
    ],
)
def test_an_owned_model_stands_alone(kind, resource_type, action):
    arn = f"{OWN}:{resource_type}/a1"
    authorization = kind(arn=arn).authorization(HERE)
    assert (authorization.entry, authorization.through) == (arn, ())
    assert authorization.describe == ((action, arn),)


@pytest.mark.parametrize("text", ["nova", "eu.nova", "xx/yy", "", "arn:aws:bedrock:::x", "EU.a.b"])
def test_what_is_no_model_id_is_refused(text):
    with pytest.raises(ValueError, match="is not a foundation model id"):
        parse_model(text)


@pytest.mark.parametrize(
    "arn", ["a1", f"{OWN}:custom-model/a1", f"{OWN}:imported-model/*", f"{OWN}:imported-model/"]
)
def test_an_arn_of_another_kind_is_refused(arn):
    with pytest.raises(ValueError, match="is not an ARN of kind imported-model: write"):
        ImportedModel(arn=arn)


def test_an_arn_that_is_known_at_deployment_is_accepted():
    assert ImportedModel(arn="${Token[Model.Arn.12]}").arn == "${Token[Model.Arn.12]}"


def test_a_router_without_models_is_refused():
    with pytest.raises(ValueError, match="has no models"):
        PromptRouter(arn=f"{OWN}:prompt-router/a1", models=())


def test_destinations_of_a_global_profile_are_refused():
    with pytest.raises(ValueError, match="runs in any Region"):
        InferenceProfile(f"global.{NOVA}", ("eu-west-1",))


@pytest.mark.parametrize(
    ("geography", "region", "usable"),
    [
        ("eu", "eu-west-1", True),
        ("eu", "us-east-1", False),
        ("us", "us-east-1", True),
        ("us", "ca-central-1", True),
        ("us", "us-gov-west-1", False),
        ("us-gov", "us-gov-west-1", True),
        ("apac", "ap-south-1", True),
        ("jp", "ap-southeast-1", False),
        ("uk", "eu-west-2", True),
        ("uk", "eu-west-1", False),
        ("global", "sa-east-1", True),
        ("global", "us-gov-west-1", False),
    ],
)
def test_a_profile_is_used_from_its_geography(geography, region, usable):
    assert InferenceProfile(f"{geography}.{NOVA}").usable_from(region) is usable


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [(NOVA, False), ("amazon.titan-embed-text-v2:0", True), ("cohere.embed-english-v3", True)],
)
def test_embedding_models_are_known_by_their_name(model_id, expected):
    assert FoundationModel(model_id).is_embedding is expected
    assert InferenceProfile(f"us.{model_id}").is_embedding is expected
