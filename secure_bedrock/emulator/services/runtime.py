"""The runtime: calls are authorised and go through guardrails. No model ever runs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from secure_bedrock.emulator.services import applied_guardrails
from secure_bedrock.emulator.services.applied_guardrails import Outcome
from secure_bedrock.emulator.services.assessment import usage
from secure_bedrock.emulator.services.dispatch import Call, error, operation
from secure_bedrock.emulator.services.invocation_records import deliver
from secure_bedrock.emulator.services.model_targets import authorize_invocation, target_of

ANSWER = "[emulated: no model ran]"
_STREAMING = ("ConverseStream", "InvokeModelWithResponseStream")
_CHARACTERS_PER_TOKEN = 4


@operation("bedrock-runtime", "ApplyGuardrail")
def apply_guardrail(call: Call) -> Mapping[str, Any]:
    """Apply a guardrail to texts."""
    params = call.params
    guardrail = applied_guardrails.usable(
        call, params["guardrailIdentifier"], params["guardrailVersion"]
    )
    text = "\n".join(each["text"]["text"] for each in params["content"] if "text" in each)
    outcome = applied_guardrails.apply(call, [guardrail], text, params["source"])
    (result,) = outcome.assessments.values()
    done = "blocked" if result.blocked else "masked" if result.intervened else "took no action"
    left_out = [*result.not_evaluated]
    left_out += ["images"] if any("image" in each for each in params["content"]) else []
    reason = f"Guardrail {done}."
    if left_out:
        reason += f" Not emulated, so not evaluated: {', '.join(left_out)}."
    return {
        "usage": usage(guardrail, text),
        "action": "GUARDRAIL_INTERVENED" if result.intervened else "NONE",
        "actionReason": reason,
        "outputs": [{"text": outcome.text}] if result.intervened else [],
        "assessments": [result.as_response()],
    }


@operation("bedrock-runtime", "Converse", "ConverseStream")
def converse(call: Call) -> Mapping[str, Any]:
    """Answer with a fixed text, after authorisation and guardrails."""
    config = call.params.get("guardrailConfig", {})
    text = "\n".join(_guarded_texts(call.params))
    incoming, outgoing = _invoke(call, config, text)
    tokens_in, tokens_out = _tokens(text), _tokens(outgoing.text)
    answer: dict[str, Any] = {
        "output": {"message": {"role": "assistant", "content": [{"text": outgoing.text}]}},
        "stopReason": "guardrail_intervened" if outgoing.blocked else "end_turn",
        "usage": {
            "inputTokens": tokens_in,
            "outputTokens": tokens_out,
            "totalTokens": tokens_in + tokens_out,
        },
        "metrics": {"latencyMs": 0},
    }
    if config.get("trace", "disabled") != "disabled":
        answer["trace"] = {"guardrail": _trace(incoming, outgoing)}
    deliver(call, answer, tokens_in, tokens_out)
    return answer


@operation("bedrock-runtime", "InvokeModel", "InvokeModelWithResponseStream")
def invoke_model(call: Call) -> Mapping[str, Any]:
    """Answer with a fixed text in no model's own form, after authorisation and guardrails."""
    try:
        body = json.loads(call.params.get("body") or b"{}")
    except ValueError:
        raise error("ValidationException", "The request body is not JSON") from None
    text = "\n".join(_texts(body))
    incoming, outgoing = _invoke(call, call.params, text)
    intervened = [*incoming.assessments.values(), *outgoing.assessments.values()]
    action = "INTERVENED" if any(each.intervened for each in intervened) else "NONE"
    answer = {"outputText": outgoing.text, "amazon-bedrock-guardrailAction": action}
    tokens_in, tokens_out = _tokens(text), _tokens(outgoing.text)
    call.response_headers["X-Amzn-Bedrock-Input-Token-Count"] = str(tokens_in)
    call.response_headers["X-Amzn-Bedrock-Output-Token-Count"] = str(tokens_out)
    deliver(call, answer, tokens_in, tokens_out)
    return {"body": json.dumps(answer).encode(), "contentType": "application/json"}


@operation("bedrock-runtime", "CountTokens")
def count_tokens(call: Call) -> Mapping[str, Any]:
    """Refuse, after authorisation: token counts belong to a model."""
    authorize_invocation(call, target_of(call), "bedrock:CountTokens", guardrail="")
    raise error("ValidationException", "Not emulated: CountTokens")


def _invoke(call: Call, config: Mapping[str, str], text: str) -> tuple[Outcome, Outcome]:
    target = target_of(call)
    streaming = call.operation in _STREAMING
    action = "bedrock:InvokeModelWithResponseStream" if streaming else "bedrock:InvokeModel"
    guardrail = applied_guardrails.condition_value(call, config)
    authorize_invocation(call, target, action, guardrail)
    applied = applied_guardrails.of_request(call, target, config)
    if streaming:
        raise error("ValidationException", f"Not emulated: {call.operation}")
    incoming = applied_guardrails.apply(call, applied, text, "INPUT")
    if incoming.blocked:
        return incoming, incoming
    return incoming, applied_guardrails.apply(call, applied, ANSWER, "OUTPUT")


def _guarded_texts(params: Mapping[str, Any]) -> Iterator[str]:
    """The guarded blocks where there are any, otherwise everything the user and system say."""
    said = [each for message in params.get("messages", []) for each in message["content"]]
    blocks = [*params.get("system", []), *said]
    guarded = [each["guardContent"] for each in blocks if "guardContent" in each]
    if guarded:
        yield from (each["text"]["text"] for each in guarded if "text" in each)
    else:
        yield from (each["text"] for each in blocks if "text" in each)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Texts of a request body; the form differs by model, so every text counts."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


def _tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def _trace(incoming: Outcome, outgoing: Outcome) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "inputAssessment": {k: v.as_response() for k, v in incoming.assessments.items()}
    }
    if outgoing is not incoming:
        trace["outputAssessments"] = {
            name: [each.as_response()] for name, each in outgoing.assessments.items()
        }
    return trace
