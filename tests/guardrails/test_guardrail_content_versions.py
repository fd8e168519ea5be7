"""A version is published if and only if the content changed."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock._node import ensure_node
from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.catalog.guardrails import ContentCategory, FilterStrength, PiiType
from secure_bedrock.guardrails.content import ContentFilter, ContentPolicy
from secure_bedrock.guardrails.grounding import AutomatedReasoning
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.guardrails.presets import PUBLIC_CHAT, RAG
from secure_bedrock.guardrails.rendering import render
from secure_bedrock.guardrails.sensitive_information import PiiFilter
from secure_bedrock.guardrails.spec import BlockedMessages, GuardrailSpec
from secure_bedrock.guardrails.topics import DeniedTopic

HATE_LOW = ContentFilter(category=ContentCategory.HATE, input_strength=FilterStrength.LOW)
STOCKS = DeniedTopic(name="Stocks", definition="What to buy.")
BONDS = DeniedTopic(name="Bonds", definition="What to buy.")
BASE = RAG.extended(topics=[STOCKS, BONDS], words=["acme", "zeta"])
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-33334444555"

PROGRAM = """
import json, sys
import aws_cdk as cdk
from secure_bedrock import GuardrailSet
from secure_bedrock.guardrails import presets
app = cdk.App(outdir=sys.argv[1])
stack = cdk.Stack(app, "Test")
arn = cdk.CfnParameter(stack, "Arn").value_as_string
spec = presets.REGULATED_DATA.extended(words=[arn, "b", "a"])
guardrails = GuardrailSet(stack, "Guardrails", guardrails={"a": spec, "b": presets.RAG})
app.synth()
"""


@pytest.fixture
def published(resources):
    """Logical id and description of the version that a specification publishes."""

    def of_spec(spec, **options):
        stack = cdk.Stack(cdk.App(context={}), "Test")
        if callable(spec):
            spec = spec(stack)
        GuardrailSet(stack, "Guardrails", guardrails={"chat": spec}, **options)
        ((logical_id, resource),) = resources(stack, "AWS::Bedrock::GuardrailVersion").items()
        return logical_id, resource["Properties"]["Description"]

    return of_spec


CHANGES = {
    "strength": BASE.extended(filters=[HATE_LOW]),
    "one filter less": replace(BASE, content=ContentPolicy(filters=BASE.content.filters[1:])),
    "topic definition": BASE.extended(topics=[replace(STOCKS, definition="What to sell.")]),
    "topic example": BASE.extended(topics=[replace(STOCKS, examples=["Buy?"])]),
    "word": BASE.extended(words=["other"]),
    "pii": BASE.extended(pii=[PiiFilter(type=PiiType.AGE)]),
    "disabled": BASE.extended(topics=[replace(STOCKS, output_enabled=False)]),
    "grounding": replace(
        BASE, contextual_grounding=replace(BASE.contextual_grounding, grounding_threshold=0.8)
    ),
    "message": replace(BASE, messages=BlockedMessages(input="No.")),
    "profile": replace(BASE, cross_region_profile=GUARDRAIL_PROFILES["eu"]),
    "tier": BASE.on_standard_tier(GUARDRAIL_PROFILES["eu"]),
}

NO_CHANGES = {
    "the same again": replace(BASE),
    "order of topics": RAG.extended(topics=[BONDS, STOCKS], words=["acme", "zeta"]),
    "order of words": RAG.extended(topics=[STOCKS, BONDS], words=["zeta", "acme"]),
    "order of filters": replace(BASE, content=ContentPolicy(filters=BASE.content.filters[::-1])),
    "name": replace(BASE, name="other"),
    "description": replace(BASE, description="other"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_content_is_published_under_a_new_id(published, change):
    before, after = published(BASE), published(CHANGES[change])
    assert before[0] != after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize("change", NO_CHANGES)
def test_unchanged_content_keeps_its_version(published, change):
    assert published(NO_CHANGES[change]) == published(BASE)


def test_tags_publish_nothing(resources):
    stack = cdk.Stack(cdk.App(), "Test")
    GuardrailSet(stack, "Guardrails", guardrails={"chat": BASE})
    plain = cdk.Stack(cdk.App(), "Test")
    GuardrailSet(plain, "Guardrails", guardrails={"chat": BASE})
    cdk.Tags.of(stack).add("team", "search")
    kind = "AWS::Bedrock::GuardrailVersion"
    assert resources(stack, kind) == resources(plain, kind)


def test_another_key_publishes_because_versions_stay_encrypted_with_the_old_one(resources):
    ids = set()
    for number in (6, 7):
        stack = cdk.Stack(cdk.App(), "Test")
        key = kms.Key.from_key_arn(stack, "Own", f"{KEY}{number}")
        GuardrailSet(stack, "Guardrails", guardrails={"chat": BASE}, encryption_key=key)
        ids |= resources(stack, "AWS::Bedrock::GuardrailVersion").keys()
    assert len(ids) == 2


@pytest.mark.parametrize("numbers", [(98, 99), (99, 100)])
def test_tokens_are_ordered_by_what_they_resolve_to_not_by_their_running_number(numbers):
    first, second = (f"${{Token[TOKEN.{number}]}}" for number in numbers)
    known = {first: {"Ref": "First"}, second: {"Ref": "Second"}}
    spec = GuardrailSpec(automated_reasoning=AutomatedReasoning(policy_arns=[second, first]))
    rendered = render(spec, lambda values: [known[value] for value in values])
    assert rendered["automatedReasoningPolicyConfig"]["policies"] == [first, second]


def test_a_token_counts_by_what_it_resolves_to(published):
    def spec(unrelated_tokens):
        def build(stack):
            for _ in range(unrelated_tokens):
                cdk.Token.as_string({"Ref": "AWS::StackName"})
            arn = cdk.CfnParameter(stack, "Arn").value_as_string
            return replace(BASE, automated_reasoning=AutomatedReasoning(policy_arns=[arn]))

        return build

    assert published(spec(0)) == published(spec(5))


def test_a_token_reaches_the_template(stack, resources):
    arn = cdk.CfnParameter(stack, "Arn").value_as_string
    spec = GuardrailSpec(automated_reasoning=AutomatedReasoning(policy_arns=[arn]))
    GuardrailSet(stack, "Guardrails", guardrails={"chat": spec})
    (guardrail,) = resources(stack, "AWS::Bedrock::Guardrail").values()
    policies = guardrail["Properties"]["AutomatedReasoningPolicyConfig"]["Policies"]
    assert policies == [{"Ref": "Arn"}]


def test_only_the_changed_guardrail_of_a_set_is_published(resources):
    ids = []
    for spec in (BASE, CHANGES["word"]):
        stack = cdk.Stack(cdk.App(), "Test")
        GuardrailSet(stack, "Guardrails", guardrails={"chat": spec, "rag": PUBLIC_CHAT})
        ids.append(set(resources(stack, "AWS::Bedrock::GuardrailVersion")))
    assert len(ids[0] & ids[1]) == 1


def test_old_versions_stay_and_those_of_failed_deployments_go(stack, resources):
    GuardrailSet(stack, "Guardrails", guardrails={"chat": BASE})
    (version,) = resources(stack, "AWS::Bedrock::GuardrailVersion").values()
    assert version["DeletionPolicy"] == "RetainExceptOnCreate"
    assert version["UpdateReplacePolicy"] == "Retain"


def test_callers_get_the_number_not_the_compound_id(stack, resources):
    guardrails = GuardrailSet(stack, "Guardrails", guardrails={"chat": BASE})
    (logical_id,) = resources(stack, "AWS::Bedrock::GuardrailVersion")
    version = stack.resolve(guardrails["chat"].guardrail_version)
    assert version == {"Fn::GetAtt": [logical_id, "Version"]}


def test_fresh_processes_write_the_same_template(tmp_path):
    ensure_node()
    running = [_synth(tmp_path / seed, seed) for seed in ("1", "2", "3")]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    templates = {(tmp_path / seed / "Test.template.json").read_bytes() for seed in ("1", "2", "3")}
    assert len(templates) == 1


def _synth(outdir: Path, seed: str) -> subprocess.Popen:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", PROGRAM, str(outdir)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
