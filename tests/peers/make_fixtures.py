"""Makes the fixtures of the peers, in an environment of its own.

    python -m venv peers
    peers/bin/pip install aws-cdk-lib==2.275.0 aws-cdk.aws-bedrock-alpha==2.275.0a0 \
        cdklabs.generative-ai-cdk-constructs==0.1.320 "cdk-nag<3"
    peers/bin/python tests/peers/make_fixtures.py

Every template comes from a process of its own, as every deployment's does.
"""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"
PEERS = {
    "alpha": "aws-cdk.aws-bedrock-alpha",
    "cdklabs": "cdklabs.generative-ai-cdk-constructs",
}
REPEATS = 8


def library(peer):
    if peer == "alpha":
        from aws_cdk import aws_bedrock_alpha

        return aws_bedrock_alpha, {"guardrail_name": "chat"}, aws_bedrock_alpha.GeneralPIIType.EMAIL
    from cdklabs.generative_ai_cdk_constructs import bedrock
    from cdklabs.generative_ai_cdk_constructs.bedrock import pii_type

    return bedrock, {"name": "chat"}, pii_type.General.EMAIL


def build(peer, case):
    """One guardrail, as a user of the peer writes it."""
    import aws_cdk as cdk
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_kms as kms

    peer_library, name, email = library(peer)
    stack = cdk.Stack(cdk.App(), "Peer")
    hate = "LOW" if case == "low" else "HIGH"
    strength = peer_library.ContentFilterStrength[hate]
    arguments = {
        **name,
        "content_filters": [
            peer_library.ContentFilter(
                type=peer_library.ContentFilterType.HATE,
                input_strength=strength,
                output_strength=strength,
            )
        ],
    }
    if case in {"repeat", "grant"}:
        arguments["kms_key"] = kms.Key(stack, "Key")
    if case == "pii":
        arguments["pii_filters"] = [
            peer_library.PIIFilter(
                type=email,
                action=peer_library.GuardrailAction.ANONYMIZE,
                input_action=peer_library.GuardrailAction.BLOCK,
                output_action=peer_library.GuardrailAction.ANONYMIZE,
                input_enabled=True,
                output_enabled=True,
            )
        ]
    guardrail = peer_library.Guardrail(stack, "Guardrail", **arguments)
    guardrail.create_version()
    if case == "grant":
        role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        guardrail.grant_apply(role)
    return cdk.assertions.Template.from_stack(stack).to_json()["Resources"]


def made(peer, case):
    command = [sys.executable, __file__, peer, case]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output.splitlines()[-1])


def main():
    for peer, distribution in PEERS.items():
        cases = {case: made(peer, case) for case in ("high", "low", "grant", "pii")}
        repeats = [made(peer, "repeat") for _ in range(REPEATS)]
        # Only what versions are called, once for each template that differs, and how often it came.
        distinct = {json.dumps(each, sort_keys=True): each for each in repeats}
        fixture = {
            "peer": distribution,
            "version": version(distribution),
            "aws-cdk-lib": version("aws-cdk-lib"),
            "made by": "tests/peers/make_fixtures.py",
            "synths of one source": REPEATS,
            "repeat": list(distinct.values()),
            **cases,
        }
        text = json.dumps(fixture, indent=1, sort_keys=True)
        (FIXTURES / f"{peer}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(f"{json.dumps(build(*sys.argv[1:]))}\n")
    else:
        main()
