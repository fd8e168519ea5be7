"""An Amazon Bedrock over loopback, and a gateway in front of it, for several test files."""

import binascii
import json
import struct
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers.gateway import Gateway

NOW = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
ROLE = "Search"
CALLER = f"arn:aws:sts::111122223333:assumed-role/{ROLE}/ann"
MODEL = "amazon.nova-lite-v1:0"
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0"
GUARDRAIL = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdef123456"
TABLE = "gateway"
ANSWER = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
    "stopReason": "end_turn",
    "usage": {
        "inputTokens": 10,
        "outputTokens": 5,
        "totalTokens": 115,
        "cacheReadInputTokens": 70,
        "cacheWriteInputTokens": 30,
    },
    "metrics": {"latencyMs": 1},
}


@dataclass
class Bedrock:
    """What arrived, and what is answered: status, headers, body; None closes the connection."""

    url: str = ""
    requests: list = field(default_factory=list)
    answer: tuple | None = (200, {"content-type": "application/json"}, json.dumps(ANSWER).encode())

    @property
    def sent(self):
        return json.loads(self.requests[-1][2])


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        bedrock = self.server.bedrock
        bedrock.requests.append((self.path, dict(self.headers), body))
        if bedrock.answer is None:
            self.close_connection = True
            return
        status, headers, content = bedrock.answer
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""


def serve():
    """A server in a thread of its own; ``shutdown`` ends it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


def settings(**changes):
    rules = {
        "models": [[MODEL, MODEL], [PROFILE, MODEL]],
        "guardrail": {"id": GUARDRAIL, "version": "3"},
        "max_request_bytes": 10_000,
        "max_output_tokens": 1_000,
        "media_tokens": None,
        "additional_fields": [],
    }
    known = {name: changes.pop(name) for name in list(changes) if name in rules}
    return {
        "gateway": "G",
        "table": TABLE,
        "clients": [
            {"key": "key-1", "name": "search", "role": ROLE, "account": "111122223333"},
            {"key": "key-2", "name": "other", "role": "Other", "account": "111122223333"},
        ],
        "limits": [limit("ROLE", 5_000)],
        "rules": rules | known,
        "kept_seconds": 160,
        "call_seconds": 2,
    } | changes


def limit(per, most, period="MINUTE", only=()):
    return {
        "id": f"{per}-{period}".lower(),
        "per": per,
        "unit": "TOKENS",
        "most": str(most),
        "period": period,
        "only": list(only),
        "warn_percent": 80,
        "whole_role": False,
    }


def body(**changes):
    return {
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
        "inferenceConfig": {"maxTokens": 100},
    } | changes


def event(content=None, *, request="r-1", key="key-1", arn=CALLER, model=MODEL, stream=False):
    return {
        "resource": f"/model/{{modelId}}/converse{'-stream' if stream else ''}",
        "httpMethod": "POST",
        "pathParameters": {"modelId": model},
        "headers": {"X-Amz-Anything": "gateway-caller"},
        "requestContext": {
            "requestId": request,
            "identity": {"userArn": arn, "apiKeyId": key, "accountId": "111122223333"},
        },
        "body": json.dumps(body() if content is None else content),
        "isBase64Encoded": False,
    }


def create_table(client):
    client.create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def counters(client):
    items = client.scan(TableName=TABLE)["Items"]
    return {
        i["pk"]["S"].rsplit("#", 1)[1]: int(i["amount"]["N"])
        for i in items
        if i["sk"]["S"] == "count"
    }


def held(client):
    return [i for i in client.scan(TableName=TABLE)["Items"] if i["pk"]["S"].startswith("held")]


@cache
def session():
    """One for all: reading the descriptions of two services takes a while."""
    return boto3.Session(region_name="eu-west-1")


def gateway(**changes):
    return Gateway(settings(**changes), session())


@pytest.fixture(scope="session")
def world():
    """The functions above, for tests, which import nothing from each other."""
    return SimpleNamespace(
        answer=ANSWER,
        body=body,
        counters=counters,
        create_table=create_table,
        event=event,
        gateway=gateway,
        held=held,
        now=NOW,
        limit=limit,
        settings=settings,
        table=TABLE,
    )


@pytest.fixture(scope="module")
def server():
    found = serve()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
def bedrock(server, monkeypatch):
    url = f"http://127.0.0.1:{server.server_port}"
    server.bedrock = Bedrock(url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url)
    return server.bedrock


@pytest.fixture(scope="module")
def _emulated():
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        create_table(client)
        yield client


@pytest.fixture
def dynamodb(_emulated):
    yield _emulated
    for item in _emulated.scan(TableName=TABLE)["Items"]:
        _emulated.delete_item(TableName=TABLE, Key={name: item[name] for name in ("pk", "sk")})


@pytest.fixture
def call(bedrock, dynamodb):  # noqa: ARG001 - both have to be there
    """Send a request through a gateway, at noon and 30 seconds unless told."""

    def send(content=None, *, at=NOW, change=None, **changes):
        found = event(content, **(change or {}))
        answer = gateway(**changes).run(found, at)
        return SimpleNamespace(
            status=answer["statusCode"],
            headers=answer["headers"],
            raw=answer["body"],
            body=None if answer.get("isBase64Encoded") else json.loads(answer["body"]),
        )

    return send


def _frame(kind, payload):
    """One message of ``application/vnd.amazon.eventstream``."""
    headers = b"".join(
        bytes([len(name)])
        + name.encode()
        + b"\x07"
        + struct.pack(">H", len(value))
        + value.encode()
        for name, value in {
            ":event-type": kind,
            ":content-type": "application/json",
            ":message-type": "event",
        }.items()
    )
    content = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(content), len(headers))
    prelude += struct.pack(">I", binascii.crc32(prelude))
    message = prelude + headers + content
    return message + struct.pack(">I", binascii.crc32(message))


@pytest.fixture(scope="session")
def stream():
    """A streamed answer of the same use."""
    return b"".join(
        [
            _frame("messageStart", {"role": "assistant"}),
            _frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hello"}}),
            _frame("contentBlockStop", {"contentBlockIndex": 0}),
            _frame("messageStop", {"stopReason": "end_turn"}),
            _frame("metadata", {"usage": ANSWER["usage"], "metrics": {"latencyMs": 1}}),
        ]
    )
