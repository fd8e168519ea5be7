"""Policy documents in a normal form, so that only a difference in meaning is a difference."""

import json
import re
from collections.abc import Mapping
from typing import Any

from secure_bedrock.verification.values import Json, Unknown, as_list, text

_ACCOUNT = re.compile(r"\d{12}")


def normal_policy(document: Json, partition: str) -> Json:
    """The document with every list sorted and every short form written out."""
    if isinstance(document, Unknown):
        return document
    if isinstance(document, str):
        document = json.loads(document)
    statements = [_statement(each, partition) for each in as_list(document.get("Statement"))]
    return {
        "Version": document.get("Version", "2008-10-17"),
        "Statement": sorted(statements, key=repr),
    }


def _statement(statement: Mapping[str, Json], partition: str) -> dict[str, Json]:
    normal: dict[str, Json] = {"Effect": statement.get("Effect", "Allow")}
    if statement.get("Sid"):
        normal["Sid"] = statement["Sid"]
    for element in ("Action", "NotAction"):
        if element in statement:
            normal[element] = _texts(statement[element], lower=True)
    for element in ("Resource", "NotResource"):
        if element in statement:
            normal[element] = _texts(statement[element])
    for element in ("Principal", "NotPrincipal"):
        if element in statement:
            normal[element] = _principal(statement[element], partition)
    if statement.get("Condition"):
        normal["Condition"] = {
            operator: {key.lower(): _texts(value) for key, value in tests.items()}
            for operator, tests in statement["Condition"].items()
        }
    return normal


def _principal(principal: Json, partition: str) -> Json:
    if not isinstance(principal, Mapping):
        principal = {"AWS": principal}
    return {
        kind: sorted({_root(each, partition) for each in _texts(names)})
        for kind, names in principal.items()
    }


def _root(principal: str, partition: str) -> str:
    """An account written as a number is its root."""
    if _ACCOUNT.fullmatch(principal):
        return f"arn:{partition}:iam::{principal}:root"
    return principal


def _texts(value: Json, *, lower: bool = False) -> list[Any]:
    texts = {each if isinstance(each, Unknown) else text(each) for each in as_list(value)}
    return sorted(
        {each.lower() if lower and isinstance(each, str) else each for each in texts}, key=repr
    )
