"""Makes invocation logs for the benchmark of `secure-bedrock usage`, from fixed random numbers."""

import gzip
import json
import os
import random
from pathlib import Path

RECORDS_PER_FILE = 50_000
MODELS = (
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    "us.amazon.nova-lite-v1:0",
)
WORDS = [f"word{n}" for n in range(997)]


def line(rng: random.Random, day: int) -> str:
    """One record of a Converse call, about 1,100 bytes."""
    tokens_in, tokens_out = rng.randrange(20, 4000), rng.randrange(5, 900)
    cached = rng.choice((0, 0, 2048))
    return json.dumps(
        {
            "timestamp": f"2026-10-{day:02d}T{rng.randrange(24):02d}:{rng.randrange(60):02d}:07Z",
            "accountId": "111122223333",
            "identity": {
                "arn": "arn:aws:sts::111122223333:assumed-role/"
                f"Application{rng.randrange(20)}/session{rng.randrange(50)}"
            },
            "region": "us-east-1",
            "requestId": f"{rng.getrandbits(128):032x}",
            "operation": "Converse",
            "modelId": rng.choice(MODELS),
            "input": {
                "inputContentType": "application/json",
                "inputBodyJson": {
                    "messages": [
                        {"role": "user", "content": [{"text": " ".join(rng.choices(WORDS, k=30))}]}
                    ]
                },
                "inputTokenCount": tokens_in,
            },
            "output": {
                "outputContentType": "application/json",
                "outputBodyJson": {
                    "output": {
                        "message": {
                            "role": "assistant",
                            "content": [{"text": " ".join(rng.choices(WORDS, k=30))}],
                        }
                    },
                    "stopReason": "end_turn",
                    "metrics": {"latencyMs": rng.randrange(200, 9000)},
                    "usage": {
                        "inputTokens": tokens_in,
                        "outputTokens": tokens_out,
                        "totalTokens": tokens_in + tokens_out,
                        "cacheReadInputTokens": cached,
                        "cacheWriteInputTokens": 0,
                    },
                },
                "outputTokenCount": tokens_out,
            },
            "schemaType": "ModelInvocationLog",
            "schemaVersion": "1.0",
        },
        separators=(",", ":"),
    )


def write_logs(folder: Path, *, files: int, distinct: int) -> int:
    """Write files of records; only the first `distinct` differ, the others are links to them.

    Returns:
        Bytes of text, before compression.
    """
    root = folder / "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10"
    made, sizes = [], []
    for number in range(files):
        day = number % min(distinct, 28) + 1
        path = root / f"{day:02d}/12/{number:05d}.json.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number < distinct:
            rng = random.Random(number)
            text = "\n".join(line(rng, day) for _ in range(RECORDS_PER_FILE)).encode()
            path.write_bytes(gzip.compress(text, compresslevel=6))
            made.append(path)
            sizes.append(len(text))
        else:
            os.link(made[number % distinct], path)
    return sum(sizes[number % distinct] for number in range(files))
