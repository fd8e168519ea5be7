"""Who calls, and whether a ``Principal`` element means them.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "... NotPrincipal".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from secure_bedrock.policy.truth import Truth

_ARN_FIELDS = 6


class Kind(StrEnum):
    """Kinds of callers; the value is what ``aws:PrincipalType`` says."""

    ACCOUNT = "Account"
    USER = "User"
    ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    PROVIDER = "Federated"
    SERVICE = "Service"
    ANONYMOUS = "Anonymous"


class Named(IntEnum):
    """How closely a policy names the caller."""

    NOT = 0
    BY_ACCOUNT = 1
    BY_IDENTITY = 2
    BY_SESSION = 3
    AS_ANYONE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A request's principal, taken apart.

    Attributes:
        kind: What it is.
        value: As given in the request.
        account: Its account; empty for services and unsigned requests.
        identity: ARN of the user or, for a session, of its role; otherwise ``value``.
    """

    kind: Kind
    value: str
    account: str = ""
    identity: str = ""

    @classmethod
    def parse(cls, principal: str) -> "Caller":
        """Read a principal as a request names it."""
        fields = principal.split(":", _ARN_FIELDS - 1)
        if len(fields) != _ARN_FIELDS:
            return cls(kind=_kind_of_name(principal), value=principal, identity=principal)
        partition, account, resource = fields[1], fields[4], fields[5]
        kind = _KINDS.get(resource.partition("/")[0])
        if kind is None:
            raise ValueError(
                f"principal {principal!r} is no user, role, session or identity provider: "
                "give its ARN, a service principal or *"
            )
        identity = principal
        if resource.startswith("assumed-role/"):
            identity = f"arn:{partition}:iam::{account}:role/{resource.split('/')[1]}"
        return cls(kind=kind, value=principal, account=account, identity=identity)

    @property
    def is_session(self) -> bool:
        """Whether the caller is one session of a role, not any session of it."""
        return self.kind is Kind.ROLE and self.value != self.identity

    def context(self) -> Mapping[str, str]:
        """Condition keys that follow from the caller, in lower case."""
        keys = {"aws:principalisawsservice": str(self.kind is Kind.SERVICE).lower()}
        if self.kind is Kind.ANONYMOUS:
            return keys | {"aws:principaltype": self.kind.value}
        if self.account and self.kind is not Kind.PROVIDER:
            keys |= {
                "aws:principalarn": self.identity,
                "aws:principalaccount": self.account,
                "aws:principaltype": self.kind.value,
            }
        if self.kind is Kind.USER:
            keys["aws:username"] = self.value.rpartition("/")[2]
        return keys

    def named_by(self, element: Mapping[str, tuple[str, ...]]) -> Named:
        """The closest way in which a normalised ``Principal`` element means the caller."""
        if "*" in element.get("AWS", ()):
            return Named.AS_ANYONE
        if self.kind is Kind.SERVICE:
            return _by_identity(self.value in element.get("Service", ()))
        if self.kind is Kind.PROVIDER:
            return _by_identity(self.value in element.get("Federated", ()))
        entries = element.get("AWS", ())
        if self.value in entries and self.value != self.identity:
            return Named.BY_SESSION
        if self.identity in entries and self.kind is not Kind.ACCOUNT:
            return Named.BY_IDENTITY
        return Named.BY_ACCOUNT if self._account_in(entries) else Named.NOT

    def exempt_from(self, element: Mapping[str, tuple[str, ...]]) -> Truth:
        """Whether ``NotPrincipal`` spares the caller: session, role and account have to be named.

        If only some of them are, AWS says that the caller might be denied: that is open.
        """
        named = self.named_by(element)
        if self.kind in (Kind.SERVICE, Kind.PROVIDER, Kind.ANONYMOUS) or named is Named.AS_ANYONE:
            return named is not Named.NOT
        entries = element.get("AWS", ())
        spared = [name in entries for name in {self.value, self.identity}]
        if self.kind is not Kind.ACCOUNT:
            spared.append(self._account_in(entries))
        return None if any(spared) and not all(spared) else all(spared)

    def _account_in(self, entries: tuple[str, ...]) -> bool:
        return any(
            entry == self.account or entry.split(":")[4:] == [self.account, "root"]
            for entry in entries
            if self.account
        )


_KINDS = {
    "root": Kind.ACCOUNT,
    "user": Kind.USER,
    "role": Kind.ROLE,
    "assumed-role": Kind.ROLE,
    "federated-user": Kind.FEDERATED_USER,
    "oidc-provider": Kind.PROVIDER,
    "saml-provider": Kind.PROVIDER,
}


def _kind_of_name(principal: str) -> Kind:
    if principal == "*":
        return Kind.ANONYMOUS
    if principal.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".internal")):
        is_cognito = principal == "cognito-identity.amazonaws.com"
        return Kind.PROVIDER if is_cognito else Kind.SERVICE
    return Kind.PROVIDER


def _by_identity(matches: bool) -> Named:  # noqa: FBT001 - the one thing it turns into a Named
    return Named.BY_IDENTITY if matches else Named.NOT
