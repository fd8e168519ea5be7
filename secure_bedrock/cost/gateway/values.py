"""Who may call the gateway, from where, and what a request has to look like."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.catalog.models import InferenceProfile, Model
from secure_bedrock.cost.quota_limits import QuotaLimit, QuotaSubject, limit_problems
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_CLIENTS = 50
_MOST_BYTES = 4_000_000
_MOST_TOKENS = 1_000_000
_LEAST_SECONDS, _MOST_SECONDS = 10, 300
_LEAST_PER_ADDRESS, _MOST_PER_ADDRESS = 10, 2_000_000_000
_WARN_PERCENT = 80


class PinnedGuardrail(Protocol):
    """What the gateway needs of a guardrail. ``GuardrailSet`` hands these out."""

    @property
    def guardrail_arn(self) -> str:
        """ARN of the guardrail, without a version."""

    @property
    def guardrail_version(self) -> str:
        """The published version in use."""

    def grant_apply(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to apply the guardrail, its profiles and key included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayClient:
    """A role that may call the gateway, with a usage plan and an API key of its own.

    Attributes:
        name: 1 to 64 letters, digits, hyphens and underscores; it is stamped on every request.
        role: A role of the gateway's account.
        requests_per_second: Requests that go on passing; more than 0.
        burst: Requests at once; 1 or more.
        requests_per_day: 1 or more. The day is API Gateway's.
    """

    name: str
    role: iam.IRole
    requests_per_second: float = 10
    burst: int = 20
    requests_per_day: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayNetwork:
    """Where clients call from.

    Attributes:
        vpc: Their VPC.
        endpoint: Its interface endpoint of API Gateway (``execute-api``). Default: a new one, in
            the VPC's isolated subnets, open to the VPC's addresses on port 443 and, by its policy,
            to the clients' roles.
        requests_per_address: The firewall answers 429 to an address with more requests in five
            minutes, 10 or more.
    """

    vpc: ec2.IVpc
    endpoint: ec2.IInterfaceVpcEndpoint | None = None
    requests_per_address: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRules:
    """What a request has to look like.

    Attributes:
        max_request_bytes: Longest request, up to 4,000,000.
        max_output_tokens: Highest ``maxTokens``, and what it is for clients that name none.
        media_tokens: Tokens reserved for each image, document, video and recording. Default: none
            of these pass, because nobody knows beforehand what they use.
        additional_fields: What may be in ``additionalModelRequestFields``. Default: nothing; such
            fields reach the model unread, and some of them lift ``maxTokens``.
        timeout_seconds: How long a request may take, 10 to 300. More than 29 needs a higher quota
            "Maximum integration timeout" of API Gateway.
    """

    max_request_bytes: int = 262_144
    max_output_tokens: int = 4_096
    media_tokens: int | None = None
    additional_fields: Sequence[str] = field(default=())
    timeout_seconds: int = 29


def client_problems(clients: Sequence[GatewayClient], scope: Construct) -> Iterator[str]:
    """Clients that could not call, or could not be told apart."""
    if not 1 <= len(clients) <= _MOST_CLIENTS:
        yield f"{len(clients)} clients given, a gateway takes 1 to {_MOST_CLIENTS}: name who calls"
    names = [client.name for client in clients]
    roles = [client.role.node.path for client in clients]
    account = place_of(scope).account
    for client, path in zip(clients, roles, strict=True):
        if not _NAME.fullmatch(client.name) or unresolved(client.name):
            yield f"client name {client.name!r} is none: use 1 to 64 of A-Z a-z 0-9 _ -"
        if names.count(client.name) > 1:
            yield f"client {client.name} is given twice: give each a name of its own"
        if roles.count(path) > 1:
            yield f"role {path} is a client twice: remove one"
        other = client.role.env.account
        if not unresolved(account) and not unresolved(other) and other != account:
            yield f"role {path} is in account {other}, the gateway in {account}: use its account"
        if not (client.requests_per_second > 0 and client.burst >= 1 <= client.requests_per_day):
            yield f"client {client.name} could never call: use more than 0 requests for each limit"


def gateway_limit_problems(limits: Sequence[QuotaLimit]) -> Iterator[str]:
    """Limits that cannot be reserved for."""
    for limit in limits:
        if limit.us_dollars is not None:
            yield f"limit {limit.id} is in US dollars, a gateway reserves tokens: use TokenQuota"
        if limit.per is QuotaSubject.PROJECT:
            yield f"limit {limit.id} is per project: use one gateway for each, or QuotaSubject.ROLE"
        if limit.warn_percent != _WARN_PERCENT or limit.whole_role:
            yield (
                f"limit {limit.id}: a gateway neither warns nor denies roles: "
                "leave warn_percent and whole_role out"
            )
    yield from limit_problems(limits, ())


def rule_problems(rules: GatewayRules, network: GatewayNetwork) -> Iterator[str]:
    """Amounts outside of their limits."""
    amounts = {
        "max_request_bytes": (rules.max_request_bytes, 100, _MOST_BYTES),
        "max_output_tokens": (rules.max_output_tokens, 1, _MOST_TOKENS),
        "timeout_seconds": (rules.timeout_seconds, _LEAST_SECONDS, _MOST_SECONDS),
        "requests_per_address": (
            network.requests_per_address,
            _LEAST_PER_ADDRESS,
            _MOST_PER_ADDRESS,
        ),
    }
    if rules.media_tokens is not None:
        amounts["media_tokens"] = (rules.media_tokens, 1, _MOST_TOKENS)
    for name, (amount, least, most) in amounts.items():
        if not least <= amount <= most:
            yield f"{name} is {amount}: use {least:,} to {most:,}"


def model_problems(models: Sequence[Model], region: str) -> Iterator[str]:
    """Models that Converse does not take, or not from here."""
    if not models:
        yield "models is empty: name at least one model"
    for position, model in enumerate(models):
        if model in models[:position]:
            yield f"{model} is listed twice: remove one"
        if model.is_embedding:
            yield f"{model} is an embedding model, which Converse does not take: remove it"
        if (
            isinstance(model, InferenceProfile)
            and not unresolved(region)
            and not model.usable_from(region)
        ):
            yield (
                f"inference profile {model.profile_id} cannot be called from {region}: "
                f"choose a profile for {region}"
            )
