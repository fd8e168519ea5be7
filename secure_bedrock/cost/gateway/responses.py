"""How API Gateway answers what never reaches the function: as the AWS SDKs read errors."""

from typing import NamedTuple

_MESSAGE = '{"message":$context.error.messageString}'
_THROTTLED = "ThrottlingException"
_DENIED = "AccessDeniedException"


class GatewayResponse(NamedTuple):
    """An answer of API Gateway's own."""

    status: str
    kind: str
    retry_after: int | None = None
    body: str = _MESSAGE

    def headers(self) -> dict[str, str]:
        """Headers as API Gateway maps them: values in quotes."""
        found = {"gatewayresponse.header.x-amzn-errortype": f"'{self.kind}'"}
        if self.retry_after is not None:
            found["gatewayresponse.header.retry-after"] = f"'{self.retry_after}'"
        return found


RESPONSES = {
    "ACCESS_DENIED": GatewayResponse("403", _DENIED),
    "BAD_REQUEST_BODY": GatewayResponse(
        "400", "ValidationException", body='{"message":"$context.error.validationErrorString"}'
    ),
    "INTEGRATION_TIMEOUT": GatewayResponse("504", "ServiceUnavailableException", 1),
    "INVALID_API_KEY": GatewayResponse("403", _DENIED),
    "QUOTA_EXCEEDED": GatewayResponse("429", _THROTTLED, 3_600),
    "REQUEST_TOO_LARGE": GatewayResponse("413", "ValidationException"),
    "THROTTLED": GatewayResponse("429", _THROTTLED, 1),
}
"""By type. The function answers the rest, with the seconds until there is room."""
