"""Answers a question from documents: finds passages, then asks the model about them only."""

import os
from typing import Any

import boto3

SEARCH = boto3.client("bedrock-agent-runtime")
MODEL = boto3.client("bedrock-runtime")


def handler(event: dict[str, str], _context: object) -> dict[str, Any]:
    """Answer ``event["question"]`` and name the documents; the guardrail checks the grounding."""
    found = SEARCH.retrieve(
        knowledgeBaseId=os.environ["KNOWLEDGE_BASE_ID"],
        retrievalQuery={"text": event["question"]},
    )["retrievalResults"]
    passages = "\n\n".join(each["content"]["text"] for each in found)
    if not passages:
        return {"text": "No document says anything about this.", "blocked": False, "sources": []}
    answer = MODEL.converse(
        modelId=os.environ["MODEL_ID"],
        system=[{"text": "Answer from the passages only."}],
        messages=[
            {
                "role": "user",
                "content": [
                    guarded(passages, "grounding_source"),
                    guarded(event["question"], "query"),
                ],
            }
        ],
        guardrailConfig={
            "guardrailIdentifier": os.environ["GUARDRAIL_ID"],
            "guardrailVersion": os.environ["GUARDRAIL_VERSION"],
        },
    )
    blocks = answer["output"]["message"]["content"]
    return {
        "text": "".join(block.get("text", "") for block in blocks),
        "blocked": answer["stopReason"] == "guardrail_intervened",
        "sources": sorted({each["location"]["s3Location"]["uri"] for each in found}),
    }


def guarded(text: str, qualifier: str) -> dict[str, Any]:
    """A text that tells the guardrail what it is; passages and question are checked for content."""
    qualifiers = [qualifier, "guard_content"]
    return {"guardContent": {"text": {"text": text, "qualifiers": qualifiers}}}
