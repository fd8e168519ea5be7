import gzip
import json
from types import SimpleNamespace

import pytest

ACCOUNT = "111122223333"
FOLDER = f"AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/us-east-1"
NOVA = "amazon.nova-lite-v1:0"
SONNET = "anthropic.claude-sonnet-4-5-20250929-v1:0"
PROFILE = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile/shop1"


def record(number=1, *, model=f"us.{NOVA}", who="App/ann", answer=None, **changes):
    """One record; ``input`` and ``output`` in changes are merged."""
    entry = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-11-20T10:15:00Z",
        "accountId": ACCOUNT,
        "region": "us-east-1",
        "requestId": f"id-{number:04d}",
        "operation": "Converse",
        "modelId": model,
        "identity": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{who}"},
        "input": {"inputTokenCount": 100 * number} | changes.pop("input", {}),
        "output": {"outputTokenCount": number} | changes.pop("output", {}),
    }
    if answer is not None:
        entry["output"]["outputBodyJson"] = answer
    return entry | changes


def converse(*, read=0, write=0, latency=100, stop="end_turn"):
    usage = {"cacheReadInputTokens": read, "cacheWriteInputTokens": write}
    return {"stopReason": stop, "metrics": {"latencyMs": latency}, "usage": usage}


MESSAGES_STREAM = [
    {
        "type": "message_start",
        "message": {"usage": {"cache_read_input_tokens": 40, "cache_creation_input_tokens": 50}},
    },
    {
        "type": "message_stop",
        "amazon-bedrock-invocationMetrics": {"invocationLatency": 700},
        "amazon-bedrock-guardrailAction": "INTERVENED",
    },
]
CONVERSE_STREAM = [
    {"contentBlockDelta": {"delta": {"text": "hello"}}},
    {"messageStop": {"stopReason": "guardrail_intervened"}},
    {
        "metadata": {
            "usage": {"cacheReadInputTokens": 60, "cacheWriteInputTokens": 0},
            "metrics": {"latencyMs": 900},
        }
    },
]
SPILLED = f"s3://logs/invocations/{FOLDER}/2026/11/20/10/data/id-0007_output.json.gz"
MIXED = [
    record(1, answer=converse(read=10, write=20, latency=150)),
    record(2, who="App/bob", model=SONNET, answer={"usage": {"cache_read_input_tokens": 30}}),
    record(3, model=SONNET, answer=MESSAGES_STREAM),
    record(4, who="Batch/x", answer=CONVERSE_STREAM, requestMetadata={"project": "blue"}),
    record(5, model=PROFILE, input={"cacheReadInputTokenCount": 5, "cacheWriteInputTokenCount": 6}),
    record(6, model="stability.unknown-v1:0", identity={"arn": f"arn:aws:iam::{ACCOUNT}:user/eve"}),
    record(7, output={"outputBodyS3Path": SPILLED}),
    record(8, timestamp="2026-11-21T09:00:00Z", answer=converse(stop="guardrail_intervened")),
    record(9, timestamp="yesterday"),
    record(10, errorCode="ThrottlingException", input={"inputTokenCount": None}),
    record(11, schemaVersion="2.0"),
    record(12, requestMetadata={"project": 'o\'brien, "quoted"'}),
]


def write_records(root, records, *, day="2026/11/20", name="a", tail=""):
    folder = root / FOLDER / day / "10"
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(json.dumps(entry) for entry in records) + tail
    path = folder / f"{name}.json.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


@pytest.fixture(scope="session")
def mixed_logs(tmp_path_factory):
    """Every kind of record, a spilled answer, a half-written line, a foreign file."""
    root = tmp_path_factory.mktemp("mixed")
    path = write_records(root, MIXED, tail='\n\n{"schemaType": "ModelInv')
    write_records(root, [record(20)], day="2026/11/19", name="old")
    data = path.parent / "data"
    data.mkdir()
    (data / "id-0007_output.json.gz").write_bytes(
        gzip.compress(json.dumps(converse(read=70, write=80, latency=300)).encode())
    )
    (root / "amazon-bedrock-logs-permission-check").write_text("")
    return root


@pytest.fixture(scope="session")
def logs():
    """Names and makers of logs."""
    return SimpleNamespace(
        FOLDER=FOLDER, NOVA=NOVA, SONNET=SONNET, PROFILE=PROFILE, record=record, write=write_records
    )
