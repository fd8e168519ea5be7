"""Who sends a request, and the policies they have: read from moto's IAM and STS.

A key of an assumed role or of a user has that role's or user's policies. A key that nobody issued
here, such as ``test``, stands for the account's administrator; an expired session key is refused.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from secure_bedrock.emulator.services.dispatch import Call, error
from secure_bedrock.policy import FULL_AWS_ACCESS, Policy

_SESSION_KEYS = ("ASIA", "LSIA")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A principal with everything that its own account says about it."""

    arn: str
    identity: tuple[Policy, ...]
    boundary: Policy | None = None
    session: tuple[Policy, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


def caller_of(call: Call) -> Caller:
    """The principal behind the request's access key.

    Raises:
        ServiceException: ``UnrecognizedClientException``: a session key that is unknown here.
    """
    session: Any = sts_backends[call.account][call.partition].get_assumed_role_from_access_key(
        call.access_key
    )
    if session is not None:
        given = [_document(session.policy, "session policy")] if session.policy else []
        role = role_by_arn(call, session.role_arn)
        return _caller(role, session.arn, session=tuple(given))
    user: Any = iam_backends[call.account][call.partition].get_user_from_access_key_id(
        call.access_key
    )
    if user is not None:
        return _caller(user, user.arn)
    if call.access_key.startswith(_SESSION_KEYS):
        raise error(
            "AccessDeniedException", "The security token included in the request is invalid"
        )
    root = f"arn:{call.partition}:iam::{call.account}:root"
    return Caller(arn=root, identity=(FULL_AWS_ACCESS,))


def as_caller(role: Any) -> Caller:  # noqa: ANN401 - moto's role
    """A role as a service uses it, in a session of its own."""
    session = f"arn:{role.partition}:sts::{role.account_id}:assumed-role/{role.name}/service"
    return _caller(role, session)


def role_by_arn(call: Call, arn: str) -> Any:  # noqa: ANN401 - moto's role
    """The role as moto keeps it.

    Raises:
        ServiceException: ``ValidationException``: it does not exist.
    """
    for role in iam_backends[call.account][call.partition].roles.values():
        if role.arn == arn:
            return role
    raise error("ValidationException", f"Role {arn} does not exist")


def _caller(principal: Any, arn: str, session: tuple[Policy, ...] = ()) -> Caller:  # noqa: ANN401
    return Caller(
        arn=arn,
        identity=tuple(_policies(principal)),
        boundary=_boundary(principal),
        session=session,
        tags=_tags(getattr(principal, "tags", None)),
    )


def _policies(principal: Any) -> Iterable[Policy]:  # noqa: ANN401
    for name, text in principal.policies.items():
        yield _document(text, f"{principal.name}/{name}")
    for policy in principal.managed_policies.values():
        yield _managed(policy)
    for group in getattr(principal, "group_list", ()):
        backend = iam_backends[principal.account_id][principal.arn.split(":")[1]]
        yield from _policies(backend.get_group(group))


def _boundary(principal: Any) -> Policy | None:  # noqa: ANN401
    arn = getattr(principal, "permissions_boundary_arn", None)
    if not arn:
        return None
    partition = arn.split(":")[1]
    return _managed(iam_backends[principal.account_id][partition].managed_policies[arn])


def _managed(policy: Any) -> Policy:  # noqa: ANN401
    (default,) = (each for each in policy.versions if each.version_id == policy.default_version_id)
    return _document(default.document, policy.name)


def _document(text: str | dict[str, Any], name: str) -> Policy:
    return Policy.from_document(json.loads(text) if isinstance(text, str) else text, name=name)


def _tags(tags: Any) -> dict[str, str]:  # noqa: ANN401 - a list or a mapping, depending on moto
    entries = tags.values() if isinstance(tags, dict) else tags or ()
    return {each["Key"]: each["Value"] for each in entries}
