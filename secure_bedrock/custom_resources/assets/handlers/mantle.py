"""The account's data retention mode at the ``bedrock-mantle`` endpoint, which boto3 does not know.

Source: Amazon Bedrock User Guide, "Data retention": ``GET`` and ``PUT /v1/data_retention``, signed
for the service ``bedrock-mantle``.
"""

import http.client
import json
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

_SECONDS = 20
_CODES = {
    400: "ValidationException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    429: "ThrottlingException",
}


class NotOfferedError(Exception):
    """The Region has no such endpoint: its name does not resolve."""


@dataclass(frozen=True, slots=True)
class Mantle:
    """A client with the two methods that are needed, named as boto3 names them for ``bedrock``.

    Attributes:
        credentials: Of botocore.
        region: Whose endpoint is called.
    """

    credentials: Any
    region: str

    def get_account_data_retention(self) -> dict[str, Any]:
        """The mode that is set."""
        return self._send("GET", None)

    def put_account_data_retention(self, *, mode: str) -> dict[str, Any]:
        """Set the mode."""
        return self._send("PUT", {"mode": mode})

    def _send(self, method: str, body: Mapping[str, str] | None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body else None
        headers = {"Content-Type": "application/json"} if body else {}
        request = AWSRequest(method=method, url=self._url(), data=data, headers=headers)
        SigV4Auth(self.credentials, "bedrock-mantle", self.region).add_auth(request)
        signed = urllib.request.Request(  # noqa: S310 - the endpoint is AWS's, or of the settings
            self._url(), data=data, method=method, headers=dict(request.headers.items())
        )
        try:
            with urllib.request.urlopen(signed, timeout=_SECONDS) as answer:  # noqa: S310
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            raise _client_error(error.code, error.read().decode(errors="replace"), method) from None
        except (OSError, http.client.HTTPException) as error:
            if _has_no_name(error):
                text = f"bedrock-mantle is not offered in {self.region}"
                raise NotOfferedError(text) from error
            raise _client_error(503, str(error), method) from error

    def _url(self) -> str:
        """AWS's endpoint, or the one that the SDKs' setting for the service names."""
        default = f"https://bedrock-mantle.{self.region}.api.aws"
        return f"{os.environ.get('AWS_ENDPOINT_URL_BEDROCK_MANTLE', default)}/v1/data_retention"


def _has_no_name(error: Exception) -> bool:
    reason: object = getattr(error, "reason", error)
    return isinstance(reason, socket.gaierror) and reason.errno == socket.EAI_NONAME


def _client_error(status: int, text: str, method: str) -> ClientError:
    code = _CODES.get(status, "ServiceUnavailableException")
    details = {"Error": {"Code": code, "Message": f"{status} {text[:300]}"}, "ResponseMetadata": {}}
    return ClientError(details, f"{method} /v1/data_retention")
