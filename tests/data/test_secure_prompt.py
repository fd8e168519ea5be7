import re

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from secure_bedrock.catalog.models import FoundationModel
from secure_bedrock.data.prompt import PromptVariant, SecurePrompt
from secure_bedrock.testing import assert_secure

FORMAL = PromptVariant(
    name="formal",
    text="Summarize {{text}} in one sentence.",
    variables=("text",),
    model=FoundationModel("amazon.nova-lite-v1:0"),
    max_tokens=200,
    temperature=0.1,
)
SHORT = PromptVariant(name="short", text="Be brief.")


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def prompt(env_stack, key):
    def of(*variants, **changed):
        return SecurePrompt(env_stack, "Prompt", variants=variants, encryption_key=key, **changed)

    return of


def test_defaults(env_stack, prompt, snapshot):
    prompt(FORMAL)
    assert Template.from_stack(env_stack).to_json() == snapshot


def test_it_is_secure_in_every_profile(env_stack, prompt):
    prompt(FORMAL, SHORT)
    assert_secure(env_stack, profile=["strict", "residency", "agentic"])


def test_the_first_variant_is_the_one_in_use(prompt, one):
    prompt(SHORT, FORMAL)
    properties = one("AWS::Bedrock::Prompt")
    assert properties["DefaultVariant"] == "short"
    assert [each["Name"] for each in properties["Variants"]] == ["short", "formal"]


def test_bedrock_may_use_the_key_for_prompts_of_the_account(prompt, one):
    prompt(SHORT)
    (statement,) = [s for s in one("AWS::KMS::Key")["KeyPolicy"]["Statement"] if "Sid" in s]
    assert statement["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    prompts = "arn:aws:bedrock:eu-west-1:111122223333:prompt/*"
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "StringLike": {"kms:EncryptionContext:aws:bedrock-prompts:arn": prompts},
    }


@pytest.fixture
def published(known_stack, one):
    def of(*variants, **changed):
        stack = known_stack()
        SecurePrompt(stack, "P", variants=variants, encryption_key=kms.Key(stack, "K"), **changed)
        return one("AWS::Bedrock::PromptVersion", stack)["Description"]

    return of


def test_a_version_is_published_if_and_only_if_the_wording_changed(published):
    other = PromptVariant(name="short", text="Be very brief.")
    assert published(SHORT) == published(SHORT) == published(SHORT, name="n", description="d")
    assert len({published(SHORT), published(other), published(SHORT, FORMAL)}) == 3


@pytest.mark.parametrize("variants", [(), (SHORT, SHORT), (SHORT, FORMAL) * 2])
def test_a_wrong_number_of_variants_is_refused(prompt, variants):
    with refused("write 1 to 3 of different names"):
        prompt(*variants)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"variables": ("x",)}, "variant 'v' does not use {{x}}: use it in the text"),
        ({"temperature": 1.5}, "temperature is 1.5: choose 0 to 1"),
    ],
)
def test_a_variant_says_what_is_wrong_with_it(changed, message):
    with refused(message):
        PromptVariant(**{"name": "v", "text": "t"} | changed)


def test_it_is_a_prompt_to_other_constructs(prompt):
    made = prompt(SHORT)
    assert made.prompt_ref.prompt_arn == made.prompt_arn
    assert made.env.region == "eu-west-1"
