"""Answers a question with one model, through the guardrail."""

import os
from typing import Any

import boto3

CLIENT = boto3.client("bedrock-runtime")


def handler(event: dict[str, str], _context: object) -> dict[str, Any]:
    """Answer ``event["question"]``; say whether the guardrail stepped in."""
    answer = CLIENT.converse(
        modelId=os.environ["MODEL_ID"],
        messages=[{"role": "user", "content": [{"text": event["question"]}]}],
        guardrailConfig={
            "guardrailIdentifier": os.environ["GUARDRAIL_ID"],
            "guardrailVersion": os.environ["GUARDRAIL_VERSION"],
        },
    )
    blocks = answer["output"]["message"]["content"]
    return {
        "text": "".join(block.get("text", "") for block in blocks),
        "blocked": answer["stopReason"] == "guardrail_intervened",
    }
