"""Service-specific credentials of IAM users; those of Amazon Bedrock are its long-term API keys."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.iam.models import iam_backends

from secure_bedrock.emulator.services.dispatch import Call, error, operation

_TABLE = "service-specific credentials"
_MOST = 2


@operation("iam", "CreateServiceSpecificCredential")
def create(call: Call) -> Mapping[str, Any]:
    """Make a credential of an existing user; the secret is told once."""
    user, service = call.params["UserName"], call.params["ServiceName"]
    iam_backends[call.account][call.partition].get_user(user)
    if len(_of(call, user, service)) >= _MOST:
        raise error("LimitExceeded", f"A user has at most {_MOST} credentials of a service")
    made = {
        "CreateDate": datetime.now(UTC),
        "ServiceName": service,
        "ServiceSpecificCredentialId": f"ACCA{secrets.token_hex(8).upper()}",
        "UserName": user,
        "Status": "Active",
        "ServiceCredentialAlias": f"{user}-at-{call.account}",
    }
    if (days := call.params.get("CredentialAgeDays")) is not None:
        made["ExpirationDate"] = made["CreateDate"] + timedelta(days=days)
    call.table(_TABLE)[made["ServiceSpecificCredentialId"]] = made
    return {
        "ServiceSpecificCredential": made | {"ServiceCredentialSecret": secrets.token_urlsafe(32)}
    }


@operation("iam", "ListServiceSpecificCredentials")
def list_all(call: Call) -> Mapping[str, Any]:
    """Credentials of a user, without secrets."""
    found = _of(call, call.params.get("UserName"), call.params.get("ServiceName"))
    return {"ServiceSpecificCredentials": found}


@operation("iam", "UpdateServiceSpecificCredential")
def update(call: Call) -> None:
    """Activate or deactivate it."""
    _known(call)["Status"] = call.params["Status"]


@operation("iam", "DeleteServiceSpecificCredential")
def delete(call: Call) -> None:
    """Forget it."""
    del call.table(_TABLE)[_known(call)["ServiceSpecificCredentialId"]]


def _known(call: Call) -> dict[str, Any]:
    wanted = call.params["ServiceSpecificCredentialId"]
    known: dict[str, Any] | None = call.table(_TABLE).get(wanted)
    if known is None or call.params.get("UserName", known["UserName"]) != known["UserName"]:
        raise error("NoSuchEntity", f"No service-specific credential {wanted}")
    return known


def _of(call: Call, user: str | None, service: str | None) -> list[dict[str, Any]]:
    return [
        each
        for each in call.table(_TABLE).values()
        if user in {None, each["UserName"]} and service in {None, each["ServiceName"]}
    ]
