"""Where a function logs."""

from typing import Any

from secure_bedrock.emulator.amendments.hook import after
from secure_bedrock.emulator.values import Members


@after("lambda", "CreateFunction", "UpdateFunctionConfiguration")
def _remember(params: Members, answer: Members, kept: dict[str, Any]) -> None:
    if "Code" in params:
        kept.pop(answer["FunctionArn"], None)
    if "LoggingConfig" in params:
        kept[answer["FunctionArn"]] = params["LoggingConfig"]
    _add(params, answer, kept)


@after("lambda", "GetFunctionConfiguration")
def _add(_: Members, answer: Members, kept: dict[str, Any]) -> None:
    default = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{answer['FunctionName']}"}
    answer["LoggingConfig"] = default | kept.get(answer["FunctionArn"], {})


@after("lambda", "GetFunction")
def _add_nested(params: Members, answer: Members, kept: dict[str, Any]) -> None:
    _add(params, answer["Configuration"], kept)
