"""What the demonstration tries as the deployed role."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from secure_bedrock.emulator import Emulator

_ANSWERED = 2
_STREAM = "aws/bedrock/modelinvocations"
_HARMLESS = "What is a guardrail?"
_SECRET = "My access key is AKIAIOSFODNN7EXAMPLE, is it still valid?"  # noqa: S105 - AWS's example


@dataclass(frozen=True, slots=True)
class Shown:
    """Something the demonstration claims.

    Attributes:
        claim: What should be so.
        problem: What is not; empty if it is so.
    """

    claim: str
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether the claim holds."""
        return not self.problem


def try_it(emulator: Emulator, stack_name: str) -> list[Shown]:
    """Call models as the invoker role of the reference stack, and look for the log records."""
    outputs = _outputs(emulator, stack_name)
    return [*_Caller(emulator, outputs).calls(), *_logging(emulator, outputs)]


class _Caller:
    def __init__(self, emulator: Emulator, outputs: dict[str, str]) -> None:
        self._emulator = emulator
        self._profile = outputs["Models"].split(",")[0]
        self._guardrail = {
            "guardrailIdentifier": outputs["GuardrailId"],
            "guardrailVersion": outputs["GuardrailVersion"],
        }
        session = emulator.client("sts").assume_role(
            RoleArn=outputs["InvokerRoleArn"], RoleSessionName="demo"
        )["Credentials"]
        self._client = emulator.client_as("bedrock-runtime", session)

    def calls(self) -> Iterator[Shown]:
        direct = self._profile.split(".", 1)[1]
        with_guardrail, draft = self._guardrail, self._guardrail | {"guardrailVersion": "DRAFT"}
        yield Shown("a call with the guardrail is answered", self._answered(with_guardrail))
        yield Shown("a prompt with an access key is blocked", self._blocked(with_guardrail))
        yield Shown("a call without the guardrail is denied", self._denied(self._profile, None))
        yield Shown(
            "a call with the guardrail's draft is denied", self._denied(self._profile, draft)
        )
        yield Shown(
            "the model is denied outside its inference profile",
            self._denied(direct, with_guardrail),
        )
        yield Shown(
            "another model is denied", self._denied("amazon.nova-premier-v1:0", with_guardrail)
        )

    def _answered(self, guardrail: dict[str, str]) -> str:
        try:
            answer = self._converse(self._profile, guardrail, _HARMLESS)
        except ClientError as error:
            return str(error)
        return "" if answer["stopReason"] == "end_turn" else f"stopped: {answer['stopReason']}"

    def _blocked(self, guardrail: dict[str, str]) -> str:
        try:
            answer = self._converse(self._profile, guardrail, _SECRET)
        except ClientError as error:
            return str(error)
        stopped = answer["stopReason"] == "guardrail_intervened"
        return "" if stopped else f"stopped: {answer['stopReason']}"

    def _denied(self, model: str, guardrail: dict[str, str] | None) -> str:
        try:
            self._converse(model, guardrail, _HARMLESS)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            return "" if code == "AccessDeniedException" else f"{code}, not AccessDeniedException"
        return "the call was answered"

    def _converse(self, model: str, guardrail: dict[str, str] | None, text: str) -> Any:  # noqa: ANN401
        given = {} if guardrail is None else {"guardrailConfig": guardrail}
        message = {"role": "user", "content": [{"text": text}]}
        return self._client.converse(modelId=model, messages=[message], **given)


def _logging(emulator: Emulator, outputs: dict[str, str]) -> Iterator[Shown]:
    configured = emulator.client("bedrock").get_model_invocation_logging_configuration()
    config = configured.get("loggingConfig", {})
    group = config.get("cloudWatchConfig", {}).get("logGroupName")
    claim = "invocation logging goes to the encrypted log group and bucket"
    bucket = config.get("s3Config", {}).get("bucketName")
    right = (group, bucket) == (outputs["InvocationLogGroup"], outputs["InvocationLogBucket"])
    yield Shown(claim, "" if right else f"it goes to {group} and {bucket}")
    operations = _recorded(emulator, outputs["InvocationLogGroup"])
    right = operations == ["Converse"] * _ANSWERED
    claim = "each answered call left a record, no denied one did"
    yield Shown(claim, "" if right else f"records of {operations}")


def _recorded(emulator: Emulator, group: str) -> list[str]:
    """The operation of each record in the log group's one stream."""
    try:
        events = emulator.client("logs").get_log_events(logGroupName=group, logStreamName=_STREAM)
    except ClientError as error:
        return [error.response["Error"]["Message"]]
    return [json.loads(event["message"])["operation"] for event in events["events"]]


def _outputs(emulator: Emulator, stack_name: str) -> dict[str, str]:
    (stack,) = emulator.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
