"""What AWS's Service Authorization Reference says: actions, resource ARNs and condition keys.

The data lies in ``data/iam`` (its NOTICE names source and date), one file for each service
prefix, read when the service is first asked for. ``refresh_service_authorization`` renews it.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from secure_bedrock.catalog.global_condition_keys import GLOBAL_CONDITION_KEYS
from secure_bedrock.policy.match import wildcard_match

_DATA = Path(__file__).parent / "data" / "iam"
_OIDC_CLAIM = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/[^:]+)?:(aud|sub)")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One IAM action.

    Attributes:
        name: For example ``bedrock:InvokeModel``, spelled as AWS spells it.
        access_level: Read, Write, List, Tagging or Permissions management.
        resource_types: Names of its resource types; empty if it takes only ``*``.
        condition_keys: Service and tag keys it may carry, also those of its resource types.
    """

    name: str
    access_level: str
    resource_types: tuple[str, ...]
    condition_keys: frozenset[str]


@cache
def services() -> frozenset[str]:
    """Service prefixes there is data for."""
    return frozenset(path.stem for path in _DATA.glob("*.json"))


def actions_matching(pattern: str) -> frozenset[str]:
    """Known actions that an ``Action`` element's entry names, for example ``bedrock:Invoke*``.

    A pattern of a service without data matches nothing: see ``services``.
    """
    prefix, _, name = ("*", "", "*") if pattern == "*" else pattern.partition(":")
    return frozenset(
        f"{service}:{known}"
        for service in _services_matching(prefix)
        for known in _load(service)["actions"]
        if wildcard_match(name, known, ignore_case=True)
    )


def action(name: str) -> Action | None:
    """The action of that name, whatever its case; None if AWS has no such action."""
    service, _, verb = name.partition(":")
    service = service.lower()
    return _actions(service).get(verb.lower()) if service in services() else None


def resource_arn_patterns(service: str, resource_type: str) -> tuple[str, ...]:
    """ARN forms of a resource type, every field that varies written as ``*``.

    Raises:
        ValueError: The service or the resource type is unknown; the message lists what is known.
    """
    known = _load(service)["resources"]
    if resource_type not in known:
        raise ValueError(
            f"{service} has no resource type {resource_type!r}: use one of {', '.join(known)}"
        )
    return (_PLACEHOLDER.sub("*", known[resource_type][0]),)


def condition_key_type(key: str) -> str | None:
    """The type of a condition key, such as ``String`` or ``ArrayOfARN``; None if it is unknown.

    Keys with a variable part are recognised: ``aws:PrincipalTag/team``, the ``sub`` and ``aud`` of
    any OpenID Connect provider.
    """
    wanted = key.lower()
    tag_family = wanted.partition("/")[0] + "/"
    found = GLOBAL_CONDITION_KEYS.get(wanted) or GLOBAL_CONDITION_KEYS.get(tag_family)
    if found and not wanted.endswith("/"):
        return found
    if _OIDC_CLAIM.fullmatch(wanted):
        return "String"
    prefix = wanted.partition(":")[0]
    for service in (prefix, *_FEDERATION) if prefix in services() else _FEDERATION:
        for known, kind in _load(service)["keys"].items():
            if wildcard_match(_PLACEHOLDER.sub("?*", known), wanted, ignore_case=True):
                return str(kind)
    return None


_FEDERATION = (
    "sts",
)  # lists the keys of identity providers, which carry the provider's own prefix


def _services_matching(prefix: str) -> list[str]:
    return sorted(s for s in services() if wildcard_match(prefix, s, ignore_case=True))


@cache
def _actions(service: str) -> dict[str, Action]:
    data = _load(service)
    keys = tuple(data["keys"])
    of_resource = {name: entry[1] for name, entry in data["resources"].items()}
    return {
        name.lower(): Action(
            name=f"{service}:{name}",
            access_level=level,
            resource_types=tuple(types),
            condition_keys=frozenset(
                keys[n] for n in {*numbers, *(k for t in types for k in of_resource.get(t, ()))}
            ),
        )
        for name, (level, types, numbers) in data["actions"].items()
    }


@cache
def _load(service: str) -> dict[str, Any]:
    path = _DATA / f"{service}.json"
    if not path.is_file():
        raise ValueError(
            f"no service authorization data for {service!r}: known are "
            f"{', '.join(sorted(services()))}"
        )
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data
