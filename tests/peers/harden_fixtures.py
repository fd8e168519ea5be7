"""Makes what the mixin is shown on: applications of the peers, without and with it.

In the environment of make_fixtures.py, with this repository on PYTHONPATH:

    PYTHONPATH=. peers/bin/python tests/peers/harden_fixtures.py
"""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from secure_bedrock.hardening.mixin import BedrockBaseline

FIXTURES = Path(__file__).parent / "fixtures"
LOOKED_AT = ("AWS::Bedrock::", "AWS::IAM::", "AWS::KMS::")
PURPOSE = "Help customers with their orders and with nothing else, politely."


class Published:
    """The guardrail that the mixin attaches."""

    guardrail_arn = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdef123456"
    guardrail_version = "3"

    def grant_apply(self, grantee):
        return cdk.aws_iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["bedrock:ApplyGuardrail"],
            resource_arns=[self.guardrail_arn],
        )


def alpha(stack):
    from aws_cdk import aws_bedrock_alpha as peer

    peer.Guardrail(stack, "Guardrail", guardrail_name="theirs", content_filters=[hate(peer)])
    model = peer.BedrockFoundationModel.AMAZON_NOVA_LITE_V1
    peer.Agent(stack, "Agent", foundation_model=model, instruction=PURPOSE)


def cdklabs(stack):
    from cdklabs.generative_ai_cdk_constructs import bedrock as peer

    peer.Guardrail(stack, "Guardrail", name="theirs", content_filters=[hate(peer)])
    model = peer.BedrockFoundationModel.AMAZON_NOVA_LITE_V1
    peer.Agent(stack, "Agent", foundation_model=model, instruction=PURPOSE)
    embeddings = peer.BedrockFoundationModel.TITAN_EMBED_TEXT_V2_1024
    base = peer.VectorKnowledgeBase(stack, "Base", embeddings_model=embeddings)
    documents = s3.Bucket(stack, "Documents")
    peer.S3DataSource(
        stack, "Source", bucket=documents, knowledge_base=base, data_source_name="documents"
    )


def hate(peer):
    strength = peer.ContentFilterStrength.HIGH
    return peer.ContentFilter(
        type=peer.ContentFilterType.HATE, input_strength=strength, output_strength=strength
    )


def build(peer, hardened):
    place = cdk.Environment(account="111122223333", region="eu-west-1")
    app = cdk.App(context={"aws:cdk:bundling-stacks": []})
    stack = cdk.Stack(app, "Peer", env=place)
    {"alpha": alpha, "cdklabs": cdklabs}[peer](stack)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    mixin = BedrockBaseline(encryption_key=key, guardrail=Published())
    if hardened == "after":
        cdk.Mixins.of(app).apply(mixin)
    template = cdk.assertions.Template.from_stack(stack).to_json()
    return {
        "Resources": {
            name: each
            for name, each in template["Resources"].items()
            if each["Type"].startswith(LOOKED_AT)
        },
        "changes": [[each.path, each.property] for each in mixin.changes],
        "gaps": [[each.path, each.property] for each in mixin.gaps],
    }


def made(peer, hardened):
    command = [sys.executable, __file__, peer, hardened]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output.splitlines()[-1])


def main():
    for peer, distribution in (
        ("alpha", "aws-cdk.aws-bedrock-alpha"),
        ("cdklabs", "cdklabs.generative-ai-cdk-constructs"),
    ):
        fixture = {
            "peer": distribution,
            "version": version(distribution),
            "aws-cdk-lib": version("aws-cdk-lib"),
            "made by": "tests/peers/harden_fixtures.py",
            "before": made(peer, "before"),
            "after": made(peer, "after"),
        }
        text = json.dumps(fixture, indent=1, sort_keys=True)
        (FIXTURES / f"{peer}_hardened.json").write_text(f"{text}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(f"{json.dumps(build(*sys.argv[1:]))}\n")
    else:
        main()
