"""A guardrail that gets worse, deployed to the emulated AWS with the CDK CLI: the old one stays."""

import aws_cdk as cdk
import pytest

from secure_bedrock.emulator import CdkError, Emulator
from secure_bedrock.guardrails.gate import GuardrailGate
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.guardrails.spec import GuardrailSpec
from secure_bedrock.guardrails.words import WordPolicy

pytestmark = pytest.mark.e2e

CASES = """\
version: 1
name: Words
thresholds: {misses: 0.5}
cases:
  - {id: codename, text: What about project-x?, expect: block, policy: word, category: words}
  - {id: rival, text: What about acme?, expect: block, policy: word, category: words}
  - {id: hello, text: When do you open?, expect: pass, category: business-as-usual}
"""


@pytest.fixture(scope="module")
def emulator(pytestconfig):
    folder = pytestconfig.rootpath / ".demo" / "cdk-cli"
    with Emulator(cache_folder=folder) as emulator:
        emulator.cdk().bootstrap()
        yield emulator


@pytest.fixture
def deploy(emulator, tmp_path):
    suite = tmp_path / "words.yaml"
    suite.write_text(CASES)

    def with_words(*words):
        app = cdk.App(outdir=str(tmp_path / "-".join(words)))
        environment = cdk.Environment(account=emulator.account, region=emulator.region)
        stack = cdk.Stack(app, "Gated", env=environment)
        spec = GuardrailSpec(
            content=None, words=WordPolicy(words=words, profanity=None), name="chat"
        )
        guardrails = GuardrailSet(stack, "Guardrails", guardrails={"chat": spec})
        gate = GuardrailGate(stack, "Gate", guardrail=guardrails["chat"], suites=[suite])
        cdk.CfnOutput(stack, "Used", value=gate.guardrail.guardrail_version)
        app.synth()
        emulator.cdk().deploy(tmp_path / "-".join(words))

    return with_words


def used(emulator):
    (stack,) = emulator.client("cloudformation").describe_stacks(StackName="Gated")["Stacks"]
    return stack["StackStatus"], stack["Outputs"][0]["OutputValue"]


def words_of(emulator):
    bedrock = emulator.client("bedrock")
    (chat,) = bedrock.list_guardrails()["guardrails"]
    versions = bedrock.list_guardrails(guardrailIdentifier=chat["id"])["guardrails"]
    draft = bedrock.get_guardrail(guardrailIdentifier=chat["id"])
    numbers = [each["version"] for each in versions if each["version"] != "DRAFT"]
    return numbers, [each["text"] for each in draft["wordPolicy"]["words"]]


def test_a_guardrail_that_gets_worse_is_rolled_back_and_the_old_version_stays(emulator, deploy):
    deploy("project-x", "acme")
    assert used(emulator) == ("CREATE_COMPLETE", "1")
    with pytest.raises(CdkError, match="version 1 gets right what goes wrong now: rival"):
        deploy("project-x", "other")
    assert used(emulator) == ("UPDATE_ROLLBACK_COMPLETE", "1")
    assert words_of(emulator) == (["1"], ["acme", "project-x"])
