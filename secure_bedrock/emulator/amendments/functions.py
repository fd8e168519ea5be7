"""Where a function logs, and where events go that it failed to handle."""

from typing import Any

from secure_bedrock.emulator.amendments.hook import after
from secure_bedrock.emulator.values import Members

_DEAD_LETTERS, _LOGGING = "DeadLetterConfig", "LoggingConfig"


@after("lambda", "CreateFunction", "UpdateFunctionConfiguration")
def _remember(params: Members, answer: Members, kept: dict[str, Any]) -> None:
    if "Code" in params:
        kept.pop(answer["FunctionArn"], None)
    known = kept.setdefault(answer["FunctionArn"], {})
    known.update({name: params[name] for name in (_DEAD_LETTERS, _LOGGING) if name in params})
    _add(params, answer, kept)


@after("lambda", "GetFunctionConfiguration")
def _add(_: Members, answer: Members, kept: dict[str, Any]) -> None:
    known = kept.get(answer["FunctionArn"], {})
    default = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{answer['FunctionName']}"}
    answer[_LOGGING] = default | known.get(_LOGGING, {})
    if known.get(_DEAD_LETTERS):
        answer[_DEAD_LETTERS] = known[_DEAD_LETTERS]


@after("lambda", "GetFunction")
def _add_nested(params: Members, answer: Members, kept: dict[str, Any]) -> None:
    _add(params, answer["Configuration"], kept)
