"""Who calls: what API Gateway verified, and nothing that the request says of itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .gateway_refusals import Refusal, invalid
from .quota_callers import caller_of

PREFIX = "gateway-"
"""Begins the keys of ``requestMetadata`` that are the gateway's own."""

_PAIRS = 16
_LENGTH = 256
_TEXT = re.compile(r"[a-zA-Z0-9\s:_@$#=/+,.-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayCaller:
    """A caller whose signature API Gateway checked.

    Attributes:
        arn: ARN of the session.
        role: Name of its role.
        client: Name of the client, the owner of the usage plan.
        request: Id that API Gateway gave to the request.
    """

    arn: str
    role: str
    client: str
    request: str

    def stamped(self, metadata: Any) -> dict[str, str]:  # noqa: ANN401 - any JSON value
        """The client's request metadata, and who the caller is.

        Raises:
            Refusal: The client's own is not what Amazon Bedrock takes, or has one of our keys.
        """
        own = {
            f"{PREFIX}caller": self.arn,
            f"{PREFIX}client": self.client,
            f"{PREFIX}request": self.request,
        }
        if not isinstance(metadata, dict):
            raise invalid("requestMetadata is no object")
        if len(metadata) > _PAIRS - len(own):
            raise invalid(f"requestMetadata takes {_PAIRS - len(own)} pairs behind this gateway")
        for key, value in metadata.items():
            if key.strip().lower().startswith(PREFIX):
                raise invalid(f"requestMetadata keys that begin with {PREFIX} are the gateway's")
            if not _fits(key) or not key or not _fits(value):
                raise invalid("requestMetadata has a key or a value that Amazon Bedrock refuses")
        return {**metadata, **own}


def verified(context: Mapping[str, Any], clients: Mapping[str, Mapping[str, str]]) -> GatewayCaller:
    """The caller by the request's context, which API Gateway wrote.

    The API key says which usage plan counts; it works with the role that it was made for only, so
    it is no secret.

    Raises:
        Refusal: Nobody is known by that key, or somebody else signed.
    """
    identity = context.get("identity") or {}
    caller = caller_of(str(identity.get("userArn") or ""))
    client = clients.get(str(identity.get("apiKeyId") or ""))
    known = client is not None and (caller.role, caller.account) == (
        client["role"],
        client["account"],
    )
    if client is None or not known or not caller.role or not context.get("requestId"):
        raise Refusal(
            "AccessDeniedException",
            "The API key does not belong to the role that signed the request",
        )
    return GatewayCaller(
        arn=caller.arn, role=caller.role, client=client["name"], request=str(context["requestId"])
    )


def _fits(text: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(text, str) and len(text) <= _LENGTH and _TEXT.fullmatch(text) is not None
