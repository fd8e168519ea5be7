"""What the gateway answers when it does not pass a request on: errors as the AWS SDKs read them.

Source: Smithy, "AWS restJson1 protocol": the type of an error stands in ``x-amzn-errortype``, its
text in ``message``. Clients raise the same exceptions as with Amazon Bedrock.
"""

import json
from typing import Any

_STATUS = {
    "AccessDeniedException": 403,
    "ConflictException": 409,
    "ResourceNotFoundException": 404,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "ValidationException": 400,
}


class Refusal(Exception):  # noqa: N818 - an answer to the client, not a fault
    """A request that is not passed on.

    Args:
        kind: One of the exceptions of Amazon Bedrock.
        message: What is wrong and what to do, without content of the request.
        retry_after: Seconds until it makes sense to try again. Default: it never does.
    """

    def __init__(self, kind: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.retry_after = retry_after

    def answer(self) -> dict[str, Any]:
        """The answer as API Gateway takes it from a function."""
        headers = {"content-type": "application/json", "x-amzn-errortype": self.kind}
        if self.retry_after is not None:
            headers["retry-after"] = str(self.retry_after)
        body = json.dumps({"code": self.kind, "message": self.message})
        return {"statusCode": _STATUS[self.kind], "headers": headers, "body": body}


def invalid(message: str) -> Refusal:
    """A request that is wrong however often it is sent."""
    return Refusal("ValidationException", message)
