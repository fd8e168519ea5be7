"""The reference app: `cdk synth`, `cdk deploy`, or plain `python app.py`."""

import json
import sys
from pathlib import Path

from secure_bedrock import ensure_node

ensure_node()

import aws_cdk as cdk

from secure_bedrock.checks import BedrockSecurityChecks
from secure_bedrock.reference.application import reference_app

# The CDK CLI passes the context of cdk.json; plain Python does not.
CONTEXT = json.loads(Path(__file__).with_name("cdk.json").read_text())["context"]


def main() -> None:
    """Synthesize, or say in one line what is wrong."""
    app = cdk.App(context=CONTEXT)
    try:
        reference_app(app)
    except ValueError as error:
        sys.exit(f"error: {error}")
    cdk.Validations.of(app).add_plugins(BedrockSecurityChecks())
    app.synth()


if __name__ == "__main__":
    main()
