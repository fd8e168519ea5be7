"""What the reference stack lets its principals do, as ``secure-bedrock access`` says."""

import pytest

from secure_bedrock.evidence.access_map import Outcome, access_map
from secure_bedrock.rules import load_assembly

MODEL = "amazon.nova-lite-v1:0"


@pytest.fixture(scope="module")
def found(assembly):
    return access_map(load_assembly(assembly.directory))


@pytest.fixture(scope="module")
def invoker(found):
    (row,) = [row for row in found.rows if "Invoker" in row.principal]
    return {(each.target, each.action): each for each in row.answers}


def test_only_the_invoker_reaches_a_model(found):
    assert [row.principal for row in found.rows if not row.reaches_nothing] == [
        row.principal for row in found.rows if "Invoker" in row.principal
    ]
    assert len(found.rows) > 5
    assert found.notes == ()


@pytest.mark.parametrize("action", ["invoke", "stream"])
def test_the_invoker_invokes_with_the_guardrail_only(invoker, action):
    answer = invoker[f"eu.{MODEL}", action]
    assert answer.outcome is Outcome.CONDITIONAL
    (condition,) = answer.conditions
    assert condition.startswith("bedrock:GuardrailIdentifier is like arn:aws:bedrock:eu-west-1:")
    assert condition.endswith(":*")


def test_the_invoker_reaches_the_model_through_the_profile_only(invoker):
    answer = invoker[MODEL, "invoke"]
    assert answer.outcome is Outcome.CONDITIONAL
    profile = f"inference-profile/eu.{MODEL}"
    assert any(
        text.startswith("bedrock:InferenceProfileArn is like ") and text.endswith(profile)
        for text in answer.conditions
    )


def test_everything_else_is_denied_but_the_guardrail(invoker):
    others = {key: each for key, each in invoker.items() if MODEL not in key[0]}
    allowed = [key for key, each in others.items() if each.outcome is not Outcome.DENIED]
    assert [action for _, action in allowed] == ["apply guardrail"]
    assert invoker[MODEL, "batch job"].outcome is Outcome.DENIED
    assert invoker[MODEL, "mantle"].outcome is Outcome.DENIED


def test_the_endpoints_let_the_invoker_through(assembly, invoker):
    found = access_map(load_assembly(assembly.directory), through_endpoints=True)
    (row,) = [row for row in found.rows if "Invoker" in row.principal]
    inside = {(each.target, each.action): each for each in row.answers}
    assert inside[f"eu.{MODEL}", "invoke"].outcome is Outcome.CONDITIONAL
    assert {key: each.outcome for key, each in inside.items()} == {
        key: each.outcome for key, each in invoker.items()
    }
