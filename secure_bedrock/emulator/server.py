"""The emulated AWS: moto's APIs, ours where moto lacks them or is not honest, on loopback."""

import ipaddress
import json
import threading
from collections.abc import Callable, Iterable
from functools import cache
from http import HTTPStatus
from io import BytesIO
from urllib.parse import unquote

import boto3
from botocore.config import Config
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from secure_bedrock.emulator import isolation
from secure_bedrock.emulator.amendments import install as install_amendments
from secure_bedrock.emulator.calls import CallLog, credential_scope
from secure_bedrock.emulator.cloudformation.api import register
from secure_bedrock.emulator.cloudformation.service import Stacks
from secure_bedrock.emulator.custom_resources import Mailbox
from secure_bedrock.emulator.functions import FunctionError, Functions, log_tail
from secure_bedrock.emulator.isolation import ACCESS_KEY, SECRET_KEY
from secure_bedrock.emulator.log_subscriptions import send_logs_to
from secure_bedrock.emulator.services import install as install_services
from secure_bedrock.emulator.services import mantle
from secure_bedrock.emulator.values import Json, Members

_OURS = "/_emulator/"
_MANTLE = f"{isolation.MANTLE}/{mantle.PATH}"
_INVOKE = "/invocations"
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Server:
    """The emulated AWS of this process: one, because moto's state belongs to the process."""

    _running = threading.Lock()

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"{host} is not a loopback address: the emulator runs deployed code")
        self._host = host
        self._port = port
        self._http: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self.calls = CallLog()

    @property
    def endpoint_url(self) -> str:
        """What ``AWS_ENDPOINT_URL`` must be; the name, because S3 puts buckets before it."""
        return f"http://localhost:{self._port}"

    def start(self) -> None:
        """Listen, with empty state."""
        if not self._running.acquire(blocking=False):
            raise RuntimeError("an emulator runs in this process already: stop it first")
        try:
            install_services()
            install_amendments()
            _forget()
            self._http = make_server(
                self._host,
                self._port,
                self._application,
                threaded=True,
                request_handler=_QuietHandler,
            )
        except BaseException:
            self._running.release()
            raise
        self._port = self._http.server_port
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._mailbox = Mailbox()
        client = cache(self._client)
        self._functions = Functions(self.endpoint_url, client, self.calls.knows_key)
        send_logs_to(self._functions)
        register(
            Stacks(
                endpoint_url=self.endpoint_url,
                client=client,
                functions=self._functions,
                mailbox=self._mailbox,
            )
        )
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._http = None
        self._running.release()

    def _client(self, service: str, region: str) -> Json:
        return boto3.Session(
            aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, region_name=region
        ).client(
            service,
            endpoint_url=self.endpoint_url,
            config=Config(retries={"max_attempts": 0}, max_pool_connections=20),
        )

    def _application(self, environ: Members, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == _MANTLE:
            return self._mantle(environ, start_response)
        if path.startswith(_OURS):
            return self._own(path.removeprefix(_OURS), environ, start_response)
        body = _body(environ)
        self.calls.record(environ, body)
        environ["wsgi.input"] = BytesIO(body)
        scope = credential_scope(environ)
        if scope and scope[1] == "lambda" and path.endswith(_INVOKE):
            return self._invoke(unquote(path), environ, body, start_response)
        answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer

    def _own(self, path: str, environ: Members, start_response: StartResponse) -> Iterable[bytes]:
        kind, _, name = path.partition("/")
        if kind == "answer" and environ["REQUEST_METHOD"] == "PUT":
            body = _body(environ)
            try:
                status = self._mailbox.put(name, json.loads(body), len(body))
            except ValueError:
                status = HTTPStatus.BAD_REQUEST
            return _reply(start_response, status, None)
        if kind == "calls":
            return _reply(start_response, HTTPStatus.OK, self.calls.of_role(unquote(name)))
        return _reply(start_response, HTTPStatus.NOT_FOUND, None)

    def _mantle(self, environ: Members, start_response: StartResponse) -> Iterable[bytes]:
        method, scope = environ["REQUEST_METHOD"], credential_scope(environ)
        if scope is None:
            return _reply(start_response, HTTPStatus.FORBIDDEN, {"message": "not signed"})
        status, answer = mantle.answer(method, scope[0], _region(environ), _body(environ))
        self.calls.record_as(scope[0], f"bedrock-mantle:{mantle.operation_of(method)}")
        return _reply(start_response, status, answer)

    def _invoke(
        self, path: str, environ: Members, body: bytes, start_response: StartResponse
    ) -> Iterable[bytes]:
        name = path.split("/functions/")[1].removesuffix(_INVOKE)
        region = _region(environ)
        event = json.loads(body or b"{}")
        kind = environ.get("HTTP_X_AMZ_INVOCATION_TYPE", "RequestResponse")
        try:
            if kind == "Event":
                self._functions.start(name, event, region)
                return _reply(start_response, HTTPStatus.ACCEPTED, None)
            outcome = self._functions.run(name, event, region)
        except FunctionError as error:
            about = {"Type": "User", "message": str(error)}
            return _reply(start_response, HTTPStatus.BAD_GATEWAY, about)
        headers = [("X-Amz-Function-Error", "Unhandled")] if outcome.failed else []
        headers.append(("X-Amz-Log-Result", log_tail(outcome)))
        return _reply(start_response, HTTPStatus.OK, outcome.payload, headers)


class _QuietHandler(MotoRequestHandler):  # type: ignore[misc]  # moto is not typed for mypy here
    """Writes no line for every request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Nothing: the call log has what matters."""


def _region(environ: Members) -> str:
    """The Region that a request is signed for."""
    return str(environ["HTTP_AUTHORIZATION"].split("Credential=")[1].split("/")[2])


def _body(environ: Members) -> bytes:
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        return bytes(environ["wsgi.input"].read())
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return bytes(environ["wsgi.input"].read(length)) if length else b""


def _reply(
    start_response: StartResponse,
    status: HTTPStatus,
    answer: Json,
    headers: Iterable[tuple[str, str]] = (),
) -> Iterable[bytes]:
    body = b"" if answer is None and status != HTTPStatus.OK else json.dumps(answer).encode()
    start_response(
        f"{status.value} {status.phrase}",
        [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers],
    )
    return [body]


def _forget() -> None:
    """Empty moto's state and ours, which lives in moto's stores."""
    BackendDict.reset()
    reset_model_data()
