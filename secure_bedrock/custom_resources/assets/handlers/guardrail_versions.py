"""Custom::BedrockGuardrailVersions: room for a guardrail version that is about to be published.

A guardrail has at most 20 versions. Before a stack publishes one, this deletes the oldest that the
library published beyond ``KeepVersions``. It never deletes a version somebody else published, the
newest one, one with the content the stack has or is about to have, or an enforced one. On delete it
does nothing: what happens to versions then is CloudFormation's business.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .patience import Patience
from .protocol import Answer, Event, RefusedError, logger, respond

PHYSICAL_ID = "bedrock-guardrail-versions"
RETRY_SECONDS = 120

_MARK = re.compile(r"Published by secure-bedrock, content ([0-9a-f]+)")
_LIMIT = 20
_GONE_CHECKS = 12
_GONE_WAIT = 5.0
_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})


def handler(event: Event, _context: object) -> None:
    """The entry point of the function."""
    client = boto3.client("bedrock", config=_CLIENT)
    respond(event, Operations(client, Patience(RETRY_SECONDS)).by_type())


@dataclass(frozen=True, slots=True)
class Operations:
    """Create, update and delete with this client.

    Attributes:
        bedrock: Client of the Amazon Bedrock control plane.
        patience: How long calls are repeated.
        sleep: How to wait for a deletion to take effect.
    """

    bedrock: Any
    patience: Patience
    sleep: Callable[[float], None] = time.sleep

    def by_type(self) -> dict[str, Callable[[Event], Answer]]:
        """The operation for each request type."""
        return {"Create": self.make_room, "Update": self.make_room, "Delete": self.keep}

    def keep(self, _event: Event) -> Answer:
        """Answer a delete: nothing was made, so nothing is removed."""
        return Answer(PHYSICAL_ID)

    def make_room(self, event: Event) -> Answer:
        """Delete old versions of every guardrail that is about to get a new one."""
        keep = int(event["ResourceProperties"]["KeepVersions"])
        deployed = _contents(event.get("OldResourceProperties", {}))
        wanted = _contents(event["ResourceProperties"])
        changed = {each for each, content in wanted.items() if deployed.get(each) != content}
        enforced = self._enforced() if changed else set()
        for identifier in sorted(changed):
            protected = {number for owner, number in enforced if owner == identifier}
            self._make_room(
                identifier, keep, protected, wanted[identifier], deployed.get(identifier)
            )
        return Answer(PHYSICAL_ID)

    def _make_room(
        self, identifier: str, keep: int, protected: set[str], wanted: str, deployed: str | None
    ) -> None:
        versions = self._versions(identifier)
        if len(versions) < keep:
            return
        ours = self._published_here(identifier, versions)
        # The stack's own version, going forward or rolling back, is the newest with its content.
        newest = {content: number for number, content in ours.items()}
        stacks_own = {newest[each] for each in (wanted, deployed) if each in newest}
        protected = protected | set(list(ours)[-1:]) | stacks_own
        surplus = max(0, len(ours) - keep + 1)
        for number in [each for each in ours if each not in protected][:surplus]:
            self._delete(identifier, number)
        # A rollback publishes nothing and must not fail: there, the wanted content has a version.
        if len(versions) >= _LIMIT and wanted not in newest:
            self._require_room(identifier, foreign=len(versions) - len(ours))

    def _versions(self, identifier: str) -> list[dict[str, Any]]:
        """Numbered versions, the oldest first. Those being deleted still count for the limit."""
        try:
            found = list(
                self._pages("list_guardrails", "guardrails", guardrailIdentifier=identifier)
            )
        except self.bedrock.exceptions.ResourceNotFoundException:
            return []
        numbered = [each for each in found if each["version"].isdigit()]
        return sorted(numbered, key=lambda each: int(each["version"]))

    def _published_here(self, identifier: str, versions: list[dict[str, Any]]) -> dict[str, str]:
        """Version number -> content, for the versions that carry the library's mark."""
        described = {each["version"]: self._description(identifier, each) for each in versions}
        marks = {number: _MARK.fullmatch(text) for number, text in described.items()}
        return {number: mark[1] for number, mark in marks.items() if mark}

    def _description(self, identifier: str, version: dict[str, Any]) -> str:
        """A version's own description; a summary may lack it or repeat the guardrail's."""
        if _MARK.fullmatch(version.get("description", "")):
            return str(version["description"])
        try:
            details = self.patience.call(
                self.bedrock.get_guardrail,
                guardrailIdentifier=identifier,
                guardrailVersion=version["version"],
            )
        except self.bedrock.exceptions.ResourceNotFoundException:
            return ""
        return str(details.get("description", ""))

    def _delete(self, identifier: str, number: str) -> None:
        what = f"version {number} of guardrail {identifier}"
        try:
            self.patience.call(
                self.bedrock.delete_guardrail,
                guardrailIdentifier=identifier,
                guardrailVersion=number,
            )
        except self.bedrock.exceptions.ResourceNotFoundException:
            logger.info("%s was gone already", what)
        except self.bedrock.exceptions.ResourceInUseException:
            logger.warning("%s is in use and stays", what)
        else:
            logger.info("deleted %s", what)

    def _require_room(self, identifier: str, *, foreign: int) -> None:
        """Wait until a deletion has taken effect, or say why there is no room."""
        for _ in range(_GONE_CHECKS):
            if len(self._versions(identifier)) < _LIMIT:
                return
            self.sleep(_GONE_WAIT)
        raise RefusedError(
            f"guardrail {identifier} has {_LIMIT} versions, AWS allows no more, and {foreign} of "
            "them were not published by this library: delete versions nobody uses (aws bedrock "
            f"delete-guardrail --guardrail-identifier {identifier} --guardrail-version NUMBER) "
            "or lower keep_versions, and deploy again"
        )

    def _enforced(self) -> set[tuple[str, str]]:
        """Guardrail id and version of enforced configurations.

        A Region that does not know the operation has none. Any other failure ends the deployment:
        deleting an enforced version would stop inference in the account.
        """
        try:
            found = list(self._pages("list_enforced_guardrails_configuration", "guardrailsConfig"))
        except ClientError as error:
            if error.response["Error"]["Code"] == "UnknownOperationException":
                return set()
            raise
        return {(each["guardrailId"], each["guardrailVersion"]) for each in found}

    def _pages(self, method: str, key: str, **parameters: str) -> Iterator[dict[str, Any]]:
        while True:
            page = self.patience.call(getattr(self.bedrock, method), **parameters)
            yield from page[key]
            if "nextToken" not in page:
                return
            parameters["nextToken"] = page["nextToken"]


def _contents(properties: dict[str, Any]) -> dict[str, str]:
    """Guardrail id -> content."""
    return {each["GuardrailId"]: each["Content"] for each in properties.get("Guardrails", [])}
