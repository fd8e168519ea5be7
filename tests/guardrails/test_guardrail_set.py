from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.guardrails.presets import PUBLIC_CHAT
from secure_bedrock.guardrails.spec import GuardrailSpec

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555"


@pytest.fixture
def only(resources):
    """The one resource of a type: its whole definition."""

    def of_type(stack, resource_type):
        (found,) = resources(stack, resource_type).values()
        return found

    return of_type


def one(scope, spec=None, **options):
    return GuardrailSet(
        scope, "Guardrails", guardrails={"chat": spec or GuardrailSpec()}, **options
    )


def test_defaults(stack, snapshot):
    one(stack)
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_a_new_key_is_rotated_every_year(stack, only):
    one(stack)
    properties = only(stack, "AWS::KMS::Key")["Properties"]
    assert (properties["EnableKeyRotation"], properties["RotationPeriodInDays"]) == (True, 365)


def test_an_existing_key_encrypts_and_no_other_is_made(stack, only, resources):
    one(stack, encryption_key=kms.Key.from_key_arn(stack, "Own", KEY_ARN))
    assert only(stack, "AWS::Bedrock::Guardrail")["Properties"]["KmsKeyArn"] == KEY_ARN
    assert resources(stack, "AWS::KMS::Key") == {}


@pytest.mark.parametrize("resource_type", ["AWS::Bedrock::Guardrail", "AWS::KMS::Key"])
def test_what_is_stateful_is_kept_unless_the_deployment_that_made_it_fails(
    stack, only, resource_type
):
    one(stack)
    resource = only(stack, resource_type)
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_destroying_is_a_choice(stack, only):
    one(stack, removal_policy=cdk.RemovalPolicy.DESTROY)
    assert only(stack, "AWS::Bedrock::Guardrail")["DeletionPolicy"] == "Delete"
    assert only(stack, "AWS::KMS::Key")["DeletionPolicy"] == "Delete"
    assert only(stack, "AWS::Logs::LogGroup")["DeletionPolicy"] == "Delete"


def test_every_value_aws_would_fill_in_is_written_out(stack, only):
    one(stack)
    content = only(stack, "AWS::Bedrock::Guardrail")["Properties"]["ContentPolicyConfig"]
    assert content["ContentFiltersTierConfig"] == {"TierName": "CLASSIC"}
    assert content["FiltersConfig"][0] == {
        "Type": "HATE",
        "InputStrength": "HIGH",
        "InputAction": "BLOCK",
        "InputEnabled": True,
        "InputModalities": ["TEXT"],
        "OutputStrength": "HIGH",
        "OutputAction": "BLOCK",
        "OutputEnabled": True,
        "OutputModalities": ["TEXT"],
    }


def test_prompt_attacks_are_blocked_by_default(stack, only):
    one(stack)
    content = only(stack, "AWS::Bedrock::Guardrail")["Properties"]["ContentPolicyConfig"]
    (attack,) = [each for each in content["FiltersConfig"] if each["Type"] == "PROMPT_ATTACK"]
    assert (attack["InputStrength"], attack["InputAction"]) == ("HIGH", "BLOCK")
    assert (attack["OutputStrength"], attack["OutputEnabled"]) == ("NONE", False)


def test_pii_actions_reach_the_template(stack, only):
    one(stack, PUBLIC_CHAT)
    policy = only(stack, "AWS::Bedrock::Guardrail")["Properties"][
        "SensitiveInformationPolicyConfig"
    ]
    assert policy["PiiEntitiesConfig"][0] == {
        "Type": "ADDRESS",
        "Action": "ANONYMIZE",
        "InputAction": "ANONYMIZE",
        "InputEnabled": True,
        "OutputAction": "ANONYMIZE",
        "OutputEnabled": True,
    }


def test_a_name_is_made_from_the_path(env_stack, only):
    one(env_stack)
    name = only(env_stack, "AWS::Bedrock::Guardrail")["Properties"]["Name"]
    assert name.startswith("Test-Guardrails-chat-")


def test_the_standard_tier_names_its_profile_in_this_region(env_stack, only):
    one(env_stack, GuardrailSpec().on_standard_tier(GUARDRAIL_PROFILES["eu"]))
    properties = only(env_stack, "AWS::Bedrock::Guardrail")["Properties"]
    assert properties["CrossRegionConfig"] == {
        "GuardrailProfileArn": (
            "arn:aws:bedrock:eu-west-1:111122223333:guardrail-profile/eu.guardrail.v1:0"
        )
    }
    tier = properties["ContentPolicyConfig"]["ContentFiltersTierConfig"]
    assert tier == {"TierName": "STANDARD"}


def test_other_partitions_get_their_own_arns(app, only):
    env = cdk.Environment(account="111122223333", region="us-gov-west-1")
    stack = cdk.Stack(app, "Gov", env=env)
    one(stack, GuardrailSpec().on_standard_tier(GUARDRAIL_PROFILES["us-gov"]))
    config = only(stack, "AWS::Bedrock::Guardrail")["Properties"]["CrossRegionConfig"]
    assert config["GuardrailProfileArn"].startswith("arn:aws-us-gov:bedrock:us-gov-west-1:")


def test_the_handler_may_touch_these_guardrails_only(env_stack, only):
    guardrails = one(env_stack, GuardrailSpec().on_standard_tier(GUARDRAIL_PROFILES["eu"]))
    arn = env_stack.resolve(guardrails["chat"].guardrail_arn)
    policy = only(env_stack, "AWS::IAM::ManagedPolicy")["Properties"]["PolicyDocument"]
    statement = next(each for each in policy["Statement"] if each.get("Sid") == "Versions")
    assert statement["Action"] == [
        "bedrock:DeleteGuardrail",
        "bedrock:GetGuardrail",
        "bedrock:ListGuardrails",
    ]
    profile = "arn:aws:bedrock:eu-west-1:111122223333:guardrail-profile/eu.guardrail.v1:0"
    assert statement["Resource"] == [profile, arn]


def test_the_handlers_policies_stay_within_the_size_of_a_managed_policy(env_stack, resources):
    GuardrailSet(
        env_stack, "Guardrails", guardrails={f"g{number}": PUBLIC_CHAT for number in range(100)}
    )
    for policy in resources(env_stack, "AWS::IAM::ManagedPolicy").values():
        (versions,) = [
            each
            for each in policy["Properties"]["PolicyDocument"]["Statement"]
            if each.get("Sid") == "Versions"
        ]
        assert len(versions["Resource"]) == 50


def test_the_handler_runs_before_a_version_is_published(stack, only):
    guardrails = one(stack)
    resource = stack.get_logical_id(
        guardrails.retention.node.find_child("Handler")
        .node.find_child("Resource")
        .node.default_child
    )
    assert resource in only(stack, "AWS::Bedrock::GuardrailVersion")["DependsOn"]


def test_how_many_versions_are_kept_reaches_the_handler(stack, only):
    one(stack, keep_versions=5)
    properties = only(stack, "Custom::BedrockGuardrailVersions")["Properties"]
    assert properties["KeepVersions"] == "5"


def test_a_tag_bedrock_refuses_fails_the_synth(app, stack):
    one(stack)
    cdk.Tags.of(app).add("cost centre", "R&D")
    with pytest.raises(RuntimeError, match=r"Test/Guardrails/chat: tag value 'R&D' must have"):
        app.synth()


def test_a_tag_bedrock_takes_is_put_on_the_guardrail(app, stack, only):
    one(stack)
    cdk.Tags.of(app).add("team", "search")
    tags = only(stack, "AWS::Bedrock::Guardrail")["Properties"]["Tags"]
    assert tags == [{"Key": "team", "Value": "search"}]


def test_an_unknown_guardrail_is_named(stack):
    with pytest.raises(KeyError, match="Test/Guardrails: no guardrail 'rag', only chat"):
        one(stack)["rag"]


def test_guardrails_can_be_listed(stack):
    assert list(one(stack)) == ["chat"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"guardrails": {}}, "must have 1 to 100 entries, got 0"),
        (
            {"guardrails": {f"g{number}": PUBLIC_CHAT for number in range(101)}},
            "must have 1 to 100 entries, got 101",
        ),
        ({"guardrails": {"Chat": PUBLIC_CHAT}}, "guardrail 'Chat' must match"),
        ({"guardrails": {"a/b": PUBLIC_CHAT}}, "guardrail 'a/b' must match"),
        ({"guardrails": {"chat": "HIGH"}}, "guardrail 'chat' must be GuardrailSpec, got 'HIGH'"),
        (
            {"guardrails": dict.fromkeys("ab", replace(PUBLIC_CHAT, name="x"))},
            "guardrail name 'x' is given twice",
        ),
        ({"keep_versions": 1}, "keep_versions must be from 2 to 19, got 1"),
        ({"keep_versions": 20}, "keep_versions must be from 2 to 19, got 20"),
    ],
)
def test_what_aws_would_refuse_is_refused_with_the_path(stack, options, message):
    arguments = {"guardrails": {"chat": PUBLIC_CHAT}} | options
    with pytest.raises(ValueError, match=rf"^Test/Guardrails: [^\n]*{message}[^\n]*$"):
        GuardrailSet(stack, "Guardrails", **arguments)


def test_a_region_without_guardrails_is_refused(app):
    stack = cdk.Stack(app, "Cape", env=cdk.Environment(region="af-south-1"))
    with pytest.raises(ValueError, match=r"^Cape/Guardrails: af-south-1 has no guardrails"):
        one(stack)


def test_a_profile_of_another_geography_is_refused(env_stack):
    with pytest.raises(
        ValueError,
        match=r"^Test/Guardrails/chat: guardrail profile us\S+ cannot be used in eu-west-1: .*eu\.",
    ):
        one(env_stack, GuardrailSpec().on_standard_tier(GUARDRAIL_PROFILES["us"]))


def test_a_profile_of_ones_own_takes_precedence(env_stack, only):
    routes = {"eu-west-1": ("eu-west-1",)}
    one(
        env_stack,
        GuardrailSpec().on_standard_tier(replace(GUARDRAIL_PROFILES["uk"], routes=routes)),
    )
    config = only(env_stack, "AWS::Bedrock::Guardrail")["Properties"]["CrossRegionConfig"]
    assert config["GuardrailProfileArn"].endswith(":guardrail-profile/uk.guardrail.v1:0")


@pytest.mark.parametrize(
    "alias",
    [
        lambda stack: kms.Alias.from_alias_name(stack, "Own", "alias/own"),
        lambda stack: kms.Key(stack, "Own").add_alias("own"),
    ],
)
def test_an_alias_is_no_key(stack, alias):
    with pytest.raises(ValueError, match=r"^Test/Guardrails: encryption_key .* is an alias or"):
        one(stack, encryption_key=alias(stack))


def test_the_template_has_no_findings_of_the_cdks_own_validation(feature_flags):
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "Test", env=cdk.Environment(account="1" * 12, region="eu-west-1"))
    cdk.Validations.of(app).add_plugins(cdk.CloudFormationValidatePlugin())
    guardrails = one(stack, PUBLIC_CHAT)
    guardrails["chat"].grant_apply(
        iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    )
    app.synth()
