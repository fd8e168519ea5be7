"""The emulator as tests and the demonstration use it."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import boto3

from secure_bedrock.emulator.cdk_cli import CdkCli
from secure_bedrock.emulator.isolation import ACCESS_KEY, ACCOUNT, SECRET_KEY, isolated_environment
from secure_bedrock.emulator.values import Json

_STOP_SECONDS = 10
_TIME_LIMIT_SECONDS = 3600


class Emulator:
    """AWS on this machine, for as long as the ``with`` block runs.

    The server is a process of its own that ends with this one, listens on loopback only and knows
    nothing of the user's AWS configuration. That a stack deploys here does not show that AWS would
    accept it; docs/emulator.md says what is emulated.

    Args:
        region: The Region that clients and the CDK CLI use unless they name another.
        cache_folder: Where the CDK CLI is installed; it is kept there between runs.
        seconds: The server stops by itself after this time.
    """

    account = ACCOUNT

    def __init__(
        self,
        *,
        region: str = "eu-west-1",
        cache_folder: Path | None = None,
        seconds: float = _TIME_LIMIT_SECONDS,
    ) -> None:
        self.region = region
        self._cache_folder = cache_folder
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self.endpoint_url = ""

    def __enter__(self) -> Self:
        command = [
            sys.executable,
            *("-m", "secure_bedrock.emulator"),
            *("--parent-pid", str(os.getpid())),
            *("--seconds", str(self._seconds)),
        ]
        environment = isolated_environment("", self.region)
        del environment["AWS_ENDPOINT_URL"]
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment
        )
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise RuntimeError("the emulator did not start: see the message above")
        self.endpoint_url = line.strip()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def client(self, service: str, *, region: str | None = None) -> Json:
        """A boto3 client whose calls stay on this machine."""
        return _client(self.endpoint_url, service, region or self.region)

    def client_as(self, service: str, credentials: Mapping[str, str]) -> Json:
        """A boto3 client with the credentials that ``AssumeRole`` returned."""
        session = boto3.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            region_name=self.region,
        )
        return session.client(service, endpoint_url=self.endpoint_url)

    def environment(self, *, region: str | None = None) -> dict[str, str]:
        """The variables for a process that talks to the emulator and to no other AWS."""
        return isolated_environment(self.endpoint_url, region or self.region)

    def calls(self, role_name: str) -> list[str]:
        """What functions with this role called, as ``service:Operation``, in order."""
        url = f"{self.endpoint_url}/_emulator/calls/{quote(role_name)}"
        with urllib.request.urlopen(url, timeout=_STOP_SECONDS) as answer:  # noqa: S310 - loopback
            return list(json.load(answer))

    def invoke_function(self, name: str, payload: Json, *, region: str | None = None) -> Json:
        """What a deployed Python function returns.

        Raises:
            RuntimeError: The function failed; the message carries its error.
        """
        answer = self.client("lambda", region=region).invoke(
            FunctionName=name, Payload=json.dumps(payload)
        )
        returned = json.load(answer["Payload"])
        if "FunctionError" in answer:
            raise RuntimeError(f"{name} failed: {returned.get('errorMessage')}")
        return returned

    def cdk(self) -> CdkCli:
        """The CDK CLI, set up to deploy here.

        Raises:
            ValueError: No folder was given to install it in.
        """
        if self._cache_folder is None:
            raise ValueError("give the emulator a cache_folder: the CDK CLI is installed there")
        return CdkCli(self._cache_folder, endpoint_url=self.endpoint_url, region=self.region)


@cache
def _client(endpoint_url: str, service: str, region: str) -> Json:
    session = boto3.Session(
        aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, region_name=region
    )
    return session.client(service, endpoint_url=endpoint_url)
