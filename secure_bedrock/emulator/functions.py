"""Run a deployed Lambda function: its real package, in a process of its own, with its role."""

import base64
import io
import json
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from secure_bedrock.emulator.isolation import isolated_environment
from secure_bedrock.emulator.values import Json, Members

_RUNTIME = Path(__file__).with_name("function_runtime.py")
_SHUTDOWN_SECONDS = 1


class FunctionError(Exception):
    """A function that cannot be run here."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended: what it returned or raised, and what it printed."""

    payload: Json
    failed: bool
    log: str


class Functions:
    """Runs the functions of one account.

    Args:
        endpoint_url: Where the functions find the emulated AWS.
        client: boto3 client by service name and Region.
        knows_key: Is told each access key that a function gets, and the name of its role.
    """

    def __init__(
        self,
        endpoint_url: str,
        client: Callable[[str, str], Json],
        knows_key: Callable[[str, str], None],
    ) -> None:
        self._endpoint_url = endpoint_url
        self._client = client
        self._knows_key = knows_key

    def run(self, name: str, event: Json, region: str, *, seconds: float | None = None) -> Outcome:
        """Invoke a function and wait for it.

        Args:
            name: Name or ARN.
            event: What the handler gets.
            region: Where the function is, when the name is no ARN.
            seconds: A limit below the function's own.

        Raises:
            FunctionError: The function does not run on Python.
        """
        if name.startswith("arn:"):
            region, name = name.split(":")[3], name.split(":")[6]
        function = self._client("lambda", region).get_function_configuration(FunctionName=name)
        if not function.get("Runtime", "").startswith("python"):
            raise FunctionError(
                f"{name} runs on {function.get('Runtime', 'a container')}: "
                "the emulator runs Python functions only"
            )
        limit = min(function["Timeout"], seconds or function["Timeout"])
        environment = self._environment(function, region, limit)
        with tempfile.TemporaryDirectory(prefix="emulated-function-") as folder:
            self._unpack(name, region, folder)
            outcome = _run_process(folder, environment, event, limit)
        self._write_log(function, region, outcome.log)
        return outcome

    def start(self, name: str, event: Json, region: str) -> None:
        """Invoke a function without waiting."""
        threading.Thread(target=self.run, args=(name, event, region), daemon=True).start()

    def _environment(self, function: Members, region: str, limit: float) -> dict[str, str]:
        role = function["Role"]
        keys = self._client("sts", region).assume_role(
            RoleArn=role, RoleSessionName=function["FunctionName"]
        )["Credentials"]
        self._knows_key(keys["AccessKeyId"], role.rsplit("/", 1)[-1])
        return {
            **isolated_environment(self._endpoint_url, region),
            **function.get("Environment", {}).get("Variables", {}),
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": function["FunctionName"],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function["MemorySize"]),
            "AWS_LAMBDA_FUNCTION_VERSION": function["Version"],
            "AWS_LAMBDA_LOG_GROUP_NAME": _log_group(function),
            "_HANDLER": function["Handler"],
            "EMULATOR_FUNCTION_ARN": function["FunctionArn"],
            "EMULATOR_FUNCTION_SECONDS": str(limit),
        }

    @staticmethod
    def _unpack(name: str, region: str, folder: str) -> None:
        # moto's GetFunction names a place that nobody can fetch: the package is in its store
        function = get_backend("lambda")[DEFAULT_ACCOUNT_ID][region].get_function(name)
        with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as package:
            package.extractall(folder)

    def _write_log(self, function: Members, region: str, log: str) -> None:
        logs = self._client("logs", region)
        group, stream = _log_group(function), uuid.uuid4().hex
        found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        lines = [line for line in log.splitlines() if line]
        if not lines or group not in [entry["logGroupName"] for entry in found]:
            return
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        written = int(time.time() * 1000)
        logs.put_log_events(
            logGroupName=group,
            logStreamName=stream,
            logEvents=[{"timestamp": written, "message": line} for line in lines],
        )


def _log_group(function: Members) -> str:
    default = f"/aws/lambda/{function['FunctionName']}"
    return str(function.get("LoggingConfig", {}).get("LogGroup", default))


def _run_process(folder: str, environment: dict[str, str], event: Json, limit: float) -> Outcome:
    answer = Path(folder, f".{uuid.uuid4().hex}.json")
    command = [sys.executable, "-I", "-B", str(_RUNTIME), folder, str(answer)]
    try:
        process = subprocess.run(
            command,
            input=json.dumps(event).encode(),
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit + _SHUTDOWN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = {"errorMessage": f"Task timed out after {limit:.2f} seconds"}
        return Outcome(message, failed=True, log=(error.output or b"").decode(errors="replace"))
    log = process.stdout.decode(errors="replace")
    if not answer.exists():
        message = {"errorMessage": f"the runtime exited with {process.returncode}"}
        return Outcome(message, failed=True, log=log)
    ended = json.loads(answer.read_text())
    return Outcome(ended["payload"], failed=ended["failed"], log=log)


def log_tail(outcome: Outcome) -> str:
    """The end of the log as ``Invoke`` returns it."""
    return base64.b64encode(outcome.log.encode()[-4096:]).decode()
