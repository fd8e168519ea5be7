"""50 guardrails with versions and grants: GuardrailSet against the CDK's alpha module, in one run.

The alpha module is no requirement of this project. Make it an environment of its own once:

    python -m venv /tmp/alpha
    /tmp/alpha/bin/pip install aws-cdk-lib==2.275.0 aws-cdk.aws-bedrock-alpha==2.275.0a0
    python benchmarks/guardrails_vs_alpha.py /tmp/alpha/bin/python

Both programs import what they need, make a key, 50 guardrails with a version each and one role that
may apply them all, and synthesize, each time in a fresh process. The same guardrails come out: the
script compares them first. The CDK's template validation is off.

Ours also makes the function that keeps the number of versions within AWS's limit, which the alpha
module lacks. A third program adds such a function to the alpha one: it says what the function costs
and what the guardrails do.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from side_by_side import ratio, report, turns

import secure_bedrock
from secure_bedrock._node import ensure_node

LIMIT = 1.0
RUNS = 15
ASSETS = Path(secure_bedrock.__file__).parent / "custom_resources/assets"
SAME = ("ContentPolicyConfig", "SensitiveInformationPolicyConfig", "TopicPolicyConfig")

OURS = """
import sys
import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from secure_bedrock import DeniedTopic, GuardrailSet, GuardrailSpec, PiiFilter, PiiType

app = cdk.App(outdir=sys.argv[1])
stack = cdk.Stack(app, "Test")
role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
guardrails = GuardrailSet(stack, "Guardrails", guardrails={
    f"g{number}": GuardrailSpec(name=f"g{number}").extended(
        topics=[DeniedTopic(name=f"Topic {number}", definition="What to buy.", examples=["Buy?"])],
        pii=[PiiFilter(type=PiiType.EMAIL), PiiFilter(type=PiiType.PASSWORD)],
    )
    for number in range(50)
})
for name in guardrails:
    guardrails[name].grant_apply(role)
app.synth()
"""

ALPHA = """
import sys
import aws_cdk as cdk
from aws_cdk import aws_iam as iam, aws_kms as kms
import aws_cdk.aws_bedrock_alpha as bedrock

app = cdk.App(outdir=sys.argv[1])
stack = cdk.Stack(app, "Test")
role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
key = kms.Key(stack, "Key", enable_key_rotation=True)
Kind, Strength = bedrock.ContentFilterType, bedrock.ContentFilterStrength
Action, Modality = bedrock.GuardrailAction, bedrock.ModalityType
KINDS = ("HATE", "INSULTS", "MISCONDUCT", "PROMPT_ATTACK", "SEXUAL", "VIOLENCE")

def content(kind):
    attack = kind == "PROMPT_ATTACK"
    return bedrock.ContentFilter(
        type=getattr(Kind, kind),
        input_strength=Strength.HIGH,
        output_strength=Strength.NONE if attack else Strength.HIGH,
        input_action=Action.BLOCK,
        output_action=Action.NONE if attack else Action.BLOCK,
        input_enabled=True,
        output_enabled=not attack,
        input_modalities=[Modality.TEXT],
        output_modalities=[Modality.TEXT],
    )

def pii(kind):
    return bedrock.PIIFilter(
        type=kind, action=Action.BLOCK, input_action=Action.BLOCK, output_action=Action.BLOCK,
        input_enabled=True, output_enabled=True,
    )

for number in range(50):
    guardrail = bedrock.Guardrail(
        stack, f"g{number}", guardrail_name=f"g{number}", kms_key=key,
        content_filters=[content(kind) for kind in KINDS],
        content_filters_tier_config=bedrock.TierConfig.CLASSIC,
        topics_tier_config=bedrock.TierConfig.CLASSIC,
        denied_topics=[bedrock.Topic.custom(
            name=f"Topic {number}", definition="What to buy.", examples=["Buy?"],
            input_action=Action.BLOCK, output_action=Action.BLOCK,
            input_enabled=True, output_enabled=True,
        )],
        pii_filters=[pii(bedrock.GeneralPIIType.EMAIL), pii(bedrock.GeneralPIIType.PASSWORD)],
    )
    guardrail.create_version("v1")
    guardrail.grant_apply(role)
    key.grant_decrypt(role)
app.synth()
"""


FUNCTION = """
from aws_cdk import aws_lambda as lambda_, aws_logs as logs
lambda_.Function(
    stack, "Function", runtime=lambda_.Runtime.PYTHON_3_14, handler="handlers.x.handler",
    code=lambda_.Code.from_asset({assets!r}, exclude=["**/__pycache__", "**/*.pyc"]),
    log_group=logs.LogGroup(stack, "Logs", encryption_key=key),
)
app.synth()
"""


def policies(outdir: Path) -> list[object]:
    """What the guardrails of a template do."""
    template = json.loads((outdir / "Test.template.json").read_text())
    found = [r for r in template["Resources"].values() if r["Type"] == "AWS::Bedrock::Guardrail"]
    return sorted(json.dumps([each["Properties"].get(name) for name in SAME]) for each in found)


def main() -> None:
    """Write both programs, compare what they make, and time them."""
    if len(sys.argv) != 2:  # noqa: PLR2004
        sys.exit(__doc__)
    ensure_node()  # both programs inherit the same Node.js
    os.environ["CDK_VALIDATION"] = "false"
    with tempfile.TemporaryDirectory() as folder:
        commands = {}
        function = FUNCTION.format(assets=str(ASSETS))
        for name, python, program in (
            ("secure_bedrock", sys.executable, OURS),
            ("alpha", sys.argv[1], ALPHA),
            ("alpha and a function", sys.argv[1], ALPHA.replace("app.synth()\n", function)),
        ):
            path, outdir = Path(folder) / f"run_{len(commands)}.py", Path(folder) / name
            path.write_text(program)
            commands[name] = [python, str(path), str(outdir)]
            subprocess.run(commands[name], check=True)
        ours, alpha, _ = (policies(Path(folder) / name) for name in commands)
        if ours != alpha or len(ours) != 50:  # noqa: PLR2004
            sys.exit(f"the guardrails differ:\n{ours[0]}\n{alpha[0]}")
        result = turns(commands, runs=RUNS)
    equal = ratio(result, "secure_bedrock", "alpha and a function")
    print(f"ratio secure_bedrock / alpha and a function: {equal:.2f}")
    report(result, ours="secure_bedrock", against="alpha", limit=LIMIT)


if __name__ == "__main__":
    main()
