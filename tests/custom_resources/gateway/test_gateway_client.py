"""boto3's own client through a gateway over loopback, signatures checked as API Gateway does."""

import base64
import hashlib
import hmac
import importlib.util
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import boto3
import pytest
from botocore.exceptions import ClientError

ROOT = Path(__file__).parents[3]
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0"
MESSAGES = [{"role": "user", "content": [{"text": "Hi"}]}]
_SPEC = importlib.util.spec_from_file_location("client", ROOT / "examples/gateway_client.py")
EXAMPLE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(EXAMPLE)


def signature(secret, service, headers, path, body):
    """Signature version 4 by the book: what a service computes from the request it got."""
    scope = headers["Authorization"].split("Credential=")[1].split(",")[0].split("/", 1)[1]
    names = headers["Authorization"].split("SignedHeaders=")[1].split(",")[0]
    canonical = [
        "POST",
        quote(path, safe="/~"),
        "",
        *(f"{name}:{headers[name].strip()}" for name in names.split(";")),
        "",
        names,
        hashlib.sha256(body).hexdigest(),
    ]
    day, region, _, end = scope.split("/")
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    scope = f"{day}/{region}/{service}/{end}"
    text = "\n".join(("AWS4-HMAC-SHA256", headers["X-Amz-Date"], scope, digest))
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, end, text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


class _ApiGateway(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        state = self.server.state
        state.seen.append((self.path, self.headers, body))
        stage, _, model, operation = self.path.strip("/").split("/")
        assert stage == "v1"
        event = state.event() | {
            "resource": f"/model/{{modelId}}/{operation}",
            "pathParameters": {"modelId": model},
            "body": body.decode(),
        }
        event["requestContext"]["requestId"] = f"r-{len(state.seen)}"
        event["requestContext"]["identity"]["apiKeyId"] = state.keys.get(self.headers["x-api-key"])
        answer = state.gateway.run(event, state.now)
        content = answer["body"].encode()
        if answer.get("isBase64Encoded") and "eventstream" in self.headers.get("Accept", ""):
            content = base64.b64decode(content)
        self.send_response(answer["statusCode"])
        for name, value in {**answer["headers"], "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def api(world, bedrock, dynamodb):  # noqa: ARG001 - both have to be there
    server = ThreadingHTTPServer(("127.0.0.1", 0), _ApiGateway)
    state = SimpleNamespace(
        seen=[],
        event=world.event,
        gateway=world.gateway(),
        now=world.now,
        keys={"secret-of-nobody": "key-1"},
        url=f"http://127.0.0.1:{server.server_port}/v1",
    )
    server.state = state
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def session():
    return boto3.Session("AKID", "secret", "token", region_name="eu-west-1")


@pytest.fixture
def client(api, session):
    return EXAMPLE.gateway_client(api.url, "secret-of-nobody", region="eu-west-1", session=session)


def test_converse_answers_as_with_amazon_bedrock(client, world):
    answer = client.converse(modelId="amazon.nova-lite-v1:0", messages=MESSAGES)
    assert answer["output"] == world.answer["output"]
    assert answer["usage"] == world.answer["usage"]


def test_converse_stream_gives_the_events_of_amazon_bedrock(client, bedrock, stream):
    bedrock.answer = (200, {"content-type": "application/vnd.amazon.eventstream"}, stream)
    answer = client.converse_stream(modelId="amazon.nova-lite-v1:0", messages=MESSAGES)
    events = list(answer["stream"])
    assert [next(iter(each)) for each in events][1::3] == ["contentBlockDelta", "metadata"]
    assert events[1]["contentBlockDelta"]["delta"] == {"text": "Hello"}


@pytest.mark.parametrize("model", ["amazon.nova-lite-v1:0", PROFILE])
def test_ids_and_arns_with_slashes_and_colons_are_one_part_of_the_path(client, api, model):
    client.converse(modelId=model, messages=MESSAGES)
    encoded = model.replace(":", "%3A").replace("/", "%2F")
    assert api.seen[0][0] == f"/v1/model/{encoded}/converse"


def test_the_signature_is_for_api_gateway_and_right(client, api):
    client.converse(modelId=PROFILE, messages=MESSAGES)
    path, headers, body = api.seen[0]
    assert "/eu-west-1/execute-api/aws4_request" in headers["Authorization"]
    sent = headers["Authorization"].split("Signature=")[1]
    assert sent == signature("secret", "execute-api", headers, path, body)
    assert sent != signature("secret", "bedrock", headers, path, body)


def test_the_api_key_is_sent_and_a_bearer_token_never(client, api, monkeypatch):
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "bearer")
    client.converse(modelId="amazon.nova-lite-v1:0", messages=MESSAGES)
    _, headers, _ = api.seen[0]
    assert headers["x-api-key"] == "secret-of-nobody"
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256")


def test_a_bearer_token_that_was_there_first_is_not_sent_either(api, session, monkeypatch):
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "bearer")
    client = EXAMPLE.gateway_client(api.url, "k", region="eu-west-1", session=session)
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.converse(modelId="amazon.nova-lite-v1:0", messages=MESSAGES)
    assert "bearer" not in str(api.seen)


def test_over_the_limit_the_sdk_raises_its_throttling_exception(api, session, world, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    api.gateway = world.gateway(limits=[world.limit("ROLE", 1200)])
    client = EXAMPLE.gateway_client(
        api.url, "secret-of-nobody", region="eu-west-1", session=session
    )
    client.converse(modelId="amazon.nova-lite-v1:0", messages=MESSAGES)
    with pytest.raises(client.exceptions.ThrottlingException) as raised:
        client.converse(modelId="amazon.nova-lite-v1:0", messages=MESSAGES)
    answer = raised.value.response["ResponseMetadata"]
    assert (answer["HTTPStatusCode"], answer["HTTPHeaders"]["retry-after"]) == (429, "30")


def test_what_is_refused_is_a_validation_exception_with_the_gateways_words(client):
    with pytest.raises(ClientError, match="guardrailConfig is this gateway's: leave it out"):
        client.converse(
            modelId="amazon.nova-lite-v1:0",
            messages=MESSAGES,
            guardrailConfig={"guardrailIdentifier": "mine", "guardrailVersion": "1"},
        )


def test_a_client_without_the_hook_signs_for_amazon_bedrock(api, session):
    plain = session.client("bedrock-runtime", endpoint_url=api.url)
    with pytest.raises(ClientError):
        plain.converse(modelId="amazon.nova-lite-v1:0", messages=MESSAGES)
    assert "/bedrock/aws4_request" in api.seen[0][1]["Authorization"]
