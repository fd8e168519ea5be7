"""Makes room for a guardrail version that is about to be published.

A guardrail has at most 20 versions. Before a stack publishes one, this deletes the oldest that the
library published beyond ``KeepVersions``. It never deletes a version somebody else published, the
newest one, one with the content the stack has or is about to have, or an enforced one. On delete it
does nothing: what happens to versions is then CloudFormation's business.
"""

import re
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .protocol import Answer, Event, RefusedError, logger, respond

_MARK = re.compile(r"Published by secure-bedrock, content ([0-9a-f]+)")
_LIMIT = 20
_RETRIED = ("AccessDeniedException", "ConflictException", "ThrottlingException")
_WAITS = (2, 4, 8, 16)
_GONE_CHECKS = 12
_GONE_WAIT = 5

Client = Any
Sleep = Callable[[float], None]
Version = dict[str, Any]


def handler(event: Event, context: object) -> None:  # noqa: ARG001 - AWS Lambda passes both
    """Entry point of the AWS Lambda function."""
    client = boto3.client("bedrock", config=Config(retries={"mode": "standard", "max_attempts": 8}))

    def operation(request: Event) -> Answer:
        return make_room(request, client, time.sleep)

    respond(event, {"Create": operation, "Update": operation, "Delete": keep_everything})


def keep_everything(event: Event) -> Answer:
    """Answer a delete: nothing was made, so nothing is removed."""
    return Answer(str(event["PhysicalResourceId"]))


def make_room(event: Event, client: Client, sleep: Sleep) -> Answer:
    """Delete old versions of every guardrail that is about to get a new one."""
    keep = int(event["ResourceProperties"]["KeepVersions"])
    deployed = _contents(event.get("OldResourceProperties", {}))
    enforced: set[tuple[str, str]] | None = None
    for guardrail, content in _contents(event["ResourceProperties"]).items():
        if deployed.get(guardrail) == content:
            continue
        if enforced is None:
            enforced = _enforced(client, sleep)
        protected = {number for owner, number in enforced if owner == guardrail}
        contents = {content, deployed.get(guardrail)}
        Guardrail(client, guardrail, sleep).make_room(keep, protected, contents)
    return Answer(str(event.get("PhysicalResourceId", event["LogicalResourceId"])))


class Guardrail:
    """The versions of one guardrail."""

    def __init__(self, client: Client, identifier: str, sleep: Sleep) -> None:
        self._client = client
        self._id = identifier
        self._sleep = sleep

    def make_room(self, keep: int, protected: set[str], contents: set[str | None]) -> None:
        """Delete the oldest versions until a new one makes at most ``keep``.

        Args:
            keep: How many versions of ours there may be, the new one among them.
            protected: Numbers that stay whatever happens.
            contents: Contents whose newest version stays: a rollback needs them.
        """
        versions = self._versions()
        if len(versions) < keep:
            return
        ours = self._published_here(versions)
        protected = protected | set(list(ours)[-1:]) | _newest_of(ours, contents)
        surplus = max(0, len(ours) - keep + 1)
        for number in [each for each in ours if each not in protected][:surplus]:
            self._delete(number)
        if len(versions) >= _LIMIT and not contents & set(ours.values()):
            self._require_room(foreign=len(versions) - len(ours))

    def _versions(self) -> list[Version]:
        """Numbered versions, the oldest first. Those being deleted still count for the limit."""
        pages = self._client.get_paginator("list_guardrails").paginate(guardrailIdentifier=self._id)
        try:
            found = _patiently(
                lambda: [each for page in pages for each in page["guardrails"]], self._sleep
            )
        except self._client.exceptions.ResourceNotFoundException:
            return []
        numbered = [each for each in found if each["version"].isdigit()]
        return sorted(numbered, key=lambda each: int(each["version"]))

    def _published_here(self, versions: list[Version]) -> dict[str, str]:
        """Version number -> content, for the versions that carry the library's mark."""
        described = {each["version"]: self._description(each) for each in versions}
        marks = {number: _MARK.fullmatch(text) for number, text in described.items()}
        return {number: mark[1] for number, mark in marks.items() if mark}

    def _description(self, version: Version) -> str:
        """A version's own description; a summary may lack it or repeat the guardrail's."""
        if _MARK.fullmatch(version.get("description", "")):
            return str(version["description"])
        try:
            details = _patiently(
                lambda: self._client.get_guardrail(
                    guardrailIdentifier=self._id, guardrailVersion=version["version"]
                ),
                self._sleep,
            )
        except self._client.exceptions.ResourceNotFoundException:
            return ""
        return str(details.get("description", ""))

    def _delete(self, number: str) -> None:
        try:
            _patiently(
                lambda: self._client.delete_guardrail(
                    guardrailIdentifier=self._id, guardrailVersion=number
                ),
                self._sleep,
            )
        except self._client.exceptions.ResourceNotFoundException:
            logger.info("version %s of guardrail %s was gone already", number, self._id)
        except self._client.exceptions.ResourceInUseException:
            logger.warning("version %s of guardrail %s is in use and stays", number, self._id)
        else:
            logger.info("deleted version %s of guardrail %s", number, self._id)

    def _require_room(self, *, foreign: int) -> None:
        """Wait until a deletion has taken effect, or say why there is no room."""
        for _ in range(_GONE_CHECKS):
            if len(self._versions()) < _LIMIT:
                return
            self._sleep(_GONE_WAIT)
        raise RefusedError(
            f"guardrail {self._id} has {_LIMIT} versions, AWS allows no more, and {foreign} of "
            "them were not published by this library: delete versions nobody uses (aws bedrock "
            f"delete-guardrail --guardrail-identifier {self._id} --guardrail-version NUMBER) "
            "and deploy again"
        )


def _contents(properties: dict[str, Any]) -> dict[str, str]:
    return {each["GuardrailId"]: each["Content"] for each in properties.get("Guardrails", [])}


def _newest_of(ours: dict[str, str], contents: set[str | None]) -> set[str]:
    """The newest version with each of the contents."""
    newest = {content: number for number, content in ours.items() if content in contents}
    return set(newest.values())


def _enforced(client: Client, sleep: Sleep) -> set[tuple[str, str]]:
    """Guardrail id and version of enforced configurations.

    A Region that does not know the operation has none. Any other failure ends the deployment:
    deleting an enforced version would stop inference in the account.
    """
    pages = client.get_paginator("list_enforced_guardrails_configuration").paginate()
    try:
        found = _patiently(
            lambda: [each for page in pages for each in page["guardrailsConfig"]], sleep
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "UnknownOperationException":
            return set()
        raise
    return {(each["guardrailId"], each["guardrailVersion"]) for each in found}


def _patiently(call: Callable[[], Any], sleep: Sleep) -> Any:  # noqa: ANN401 - boto3 is untyped
    """Repeat a call while permissions propagate, the guardrail is busy or the API throttles."""
    for wait in _WAITS:
        try:
            return call()
        except ClientError as error:
            if error.response["Error"]["Code"] not in _RETRIED:
                raise
            sleep(wait)
    return call()
