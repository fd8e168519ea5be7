"""Who and what passes the endpoints, besides the models."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from aws_cdk import aws_iam as iam

from secure_bedrock.encryption.tokens import unresolved

_ACCOUNT = re.compile(r"\d{12}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")


class PassedGuardrail(Protocol):
    """What an endpoint policy needs of a guardrail. ``GuardrailSet`` hands these out."""

    @property
    def guardrail_arn(self) -> str:
        """ARN of the guardrail, without a version."""


class EndpointUse(StrEnum):
    """Ways to use the models that do not pass unless they are named: none carries a guardrail."""

    ASYNC_INVOKE = "asynchronous invocation"
    BATCH = "batch jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointAccess:
    """Who passes the endpoints, and which of what stands beside the models.

    With accounts, an organization or roles, ARNs of inference profiles, guardrails and so on are
    those of the caller's own account.

    Attributes:
        accounts: Accounts whose principals pass. Default: this account.
        organization_id: The organization whose principals pass, ``o-...``, instead of accounts.
        roles: Roles that pass, nobody else, instead of accounts.
        guardrails: Guardrails that may be applied. Default: those of the caller's account.
        uses: What else passes, with the same models. Default: nothing else.
        mantle_models: Models that may be used through the ``bedrock-mantle`` endpoint, such as
            ``openai.gpt-oss-120b``. Default: none, so that its policy denies everything.
        oauth_runtimes: ARNs of AgentCore runtimes that callers with an OAuth token may invoke. Such
            a caller has no IAM principal: whoever reaches the endpoint reaches these runtimes, and
            their own authorizer decides. Default: none.
        oauth_gateways: The same for AgentCore gateways.
    """

    accounts: Sequence[str] = ()
    organization_id: str | None = None
    roles: Sequence[iam.IRole] = ()
    guardrails: Sequence[PassedGuardrail] = ()
    uses: Sequence[EndpointUse] = ()
    mantle_models: Sequence[str] = ()
    oauth_runtimes: Sequence[str] = ()
    oauth_gateways: Sequence[str] = ()

    def __post_init__(self) -> None:
        if sum(map(bool, (self.accounts, self.organization_id, self.roles))) > 1:
            raise ValueError(
                "accounts, organization_id and roles are alternatives: give one of the three"
            )
        for account in self.accounts:
            if not unresolved(account) and not _ACCOUNT.fullmatch(account):
                raise ValueError(f"{account!r} is no account: write its 12 digits")
        named = self.organization_id
        if named is not None and not unresolved(named) and not _ORGANIZATION.fullmatch(named):
            raise ValueError(f"{named!r} is no organization id: write o- and 10 to 32 characters")
        for model in self.mantle_models:
            if "*" in model or "?" in model:
                raise ValueError(f"mantle model {model!r} is a pattern: name each model")
        self._check_arns("oauth_runtimes", "runtime")
        self._check_arns("oauth_gateways", "gateway")

    @property
    def own_account_only(self) -> bool:
        """Whether callers are the principals of this account."""
        return not (self.accounts or self.organization_id or self.roles)

    def _check_arns(self, name: str, kind: str) -> None:
        for arn in getattr(self, name):
            form = rf"arn:aws[a-z-]*:bedrock-agentcore:[a-z0-9-]+:\d{{12}}:{kind}/[A-Za-z0-9_-]+"
            if not unresolved(arn) and not re.fullmatch(form, arn):
                raise ValueError(
                    f"{name} has {arn!r}: write arn:PARTITION:bedrock-agentcore:REGION:ACCOUNT:"
                    f"{kind}/ID, without a wildcard"
                )
