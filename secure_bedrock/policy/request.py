"""The request that policies are judged for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from secure_bedrock.policy.match import wildcard_match
from secure_bedrock.policy.principals import Caller

_ACCOUNT_FIELD = 4


class Unknown(Enum):
    """Why a condition key has no values."""

    ABSENT = "the request does not carry the key"
    OPEN = "the request may or may not carry the key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One action on one resource by one principal.

    Attributes:
        principal: ARN of a role, user, assumed-role session or account root, the ARN or host name
            of an identity provider, a service principal such as ``lambda.amazonaws.com``, or ``*``
            for an unsigned request.
        action: For example ``bedrock:InvokeModel``.
        resource: The resource's ARN, or ``*`` for an action that takes none.
        context: Condition keys with their one or several values; the case of keys does not matter.
            ``aws:PrincipalArn``, ``aws:PrincipalAccount``, ``aws:PrincipalType``, ``aws:username``,
            ``aws:PrincipalIsAWSService`` and ``aws:ResourceAccount`` follow from the request and
            are added unless stated.
        open_keys: Patterns of keys that the request may or may not carry, ``*`` for all that
            ``context`` does not state. A key that is neither stated nor open is absent.
        resource_account: Owner of the resource. Default: the account in its ARN, otherwise the
            principal's.
    """

    principal: str
    action: str
    resource: str = "*"
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    open_keys: Sequence[str] = ()
    resource_account: str | None = None


class Context:
    """A request with its derived keys, ready for look-ups."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.caller = Caller.parse(request.principal)
        fields = request.resource.split(":")
        in_arn = fields[_ACCOUNT_FIELD] if len(fields) > _ACCOUNT_FIELD else ""
        owner = request.resource_account or (in_arn if in_arn.isdigit() else "")
        self.resource_account = owner or self.caller.account
        derived = dict(self.caller.context())
        if owner:
            derived["aws:resourceaccount"] = owner
        stated = {key.lower(): _tuple(value) for key, value in request.context.items()}
        self._values = {key: (value,) for key, value in derived.items()} | stated
        self._open = [pattern.lower() for pattern in request.open_keys]

    def values(self, key: str) -> tuple[str, ...] | Unknown:
        """Values of a condition key; an empty list of values counts as absent."""
        key = key.lower()
        if key in self._values:
            return self._values[key] or Unknown.ABSENT
        if any(wildcard_match(pattern, key) for pattern in self._open):
            return Unknown.OPEN
        return Unknown.ABSENT


def _tuple(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
