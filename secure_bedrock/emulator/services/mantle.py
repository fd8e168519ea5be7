"""The one operation of ``bedrock-mantle`` that is emulated: the account's data retention mode.

boto3 does not know the endpoint, so it is a path of the server's own. The address is in
``AWS_ENDPOINT_URL_BEDROCK_MANTLE``, which functions get.
"""

import json
from http import HTTPStatus
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import ServiceException

from secure_bedrock.emulator.services.authorization import authorize
from secure_bedrock.emulator.services.dispatch import Call

PATH = "v1/data_retention"
_TABLE = "data retention at bedrock-mantle"
_NOT_SET = "inherit"
_OPERATIONS = {"GET": "GetAccountDataRetention", "PUT": "PutAccountDataRetention"}


def operation_of(method: str) -> str:
    """The operation that a method asks for."""
    return _OPERATIONS.get(method, method)


def answer(method: str, access_key: str, region: str, body: bytes) -> tuple[HTTPStatus, Any]:
    """Tell or set the mode, if the caller may.

    Args:
        method: GET or PUT.
        access_key: Who signed the request.
        region: Whose endpoint is called.
        body: What is put.
    """
    if method not in _OPERATIONS:
        return HTTPStatus.METHOD_NOT_ALLOWED, {"message": f"Not emulated: {method}"}
    call = Call(
        service="bedrock-mantle",
        operation=_OPERATIONS[method],
        account=DEFAULT_ACCOUNT_ID,
        region=region,
        partition="aws",
        access_key=access_key,
        params=json.loads(body or b"{}"),
    )
    mode = call.params.get("mode")
    context = {"bedrock-mantle:DataRetentionMode": mode} if mode else {}
    try:
        authorize(call, f"{call.service}:{call.operation}", "*", context=context)
    except ServiceException as refused:
        return HTTPStatus.FORBIDDEN, {"message": str(refused.message)}
    if mode:
        call.table(_TABLE)["mode"] = mode
    return HTTPStatus.OK, {"mode": call.table(_TABLE).get("mode", _NOT_SET)}
