"""What was done already: one item for each thing to do, claimed before and finished after.

AWS delivers an event at least once, and a function may end anywhere. So whoever acts claims the
item first, for as long as the function may run; a repeated invocation keeps the request id and goes
on where it was. An item that is finished is never claimed again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from .patience import Patience

LEASE_SECONDS = 60
KEPT_SECONDS = 400 * 86_400

_FREE = (
    "attribute_not_exists(#done) AND "
    "(attribute_not_exists(#lease) OR #owner = :me OR #lease < :now)"
)
_NAMES = {"#done": "done", "#lease": "lease", "#owner": "owner"}
_NOT_SO = "ConditionalCheckFailedException"


class BusyError(Exception):
    """Somebody else is at it. AWS Lambda repeats the invocation later."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The items of one invocation.

    Attributes:
        client: Client of Amazon DynamoDB.
        table: Name of the table.
        owner: Who claims: the request id of the invocation.
        now: Seconds since the epoch.
        patience: How long calls are repeated. Default: as the client does.
    """

    client: Any
    table: str
    owner: str
    now: int
    patience: Patience | None = None

    def claim(self, name: str, kept: int = KEPT_SECONDS) -> dict[str, Any] | None:
        """What the item knows so far, or None if it is finished.

        Raises:
            BusyError: Another invocation has claimed it and may still be running.
        """
        try:
            answer = self._update(
                name,
                UpdateExpression="SET #owner = :me, #lease = :until, #expires = :expires",
                ConditionExpression=_FREE,
                ExpressionAttributeNames=_NAMES | {"#expires": "expires"},
                ExpressionAttributeValues={
                    ":me": {"S": self.owner},
                    ":now": _number(self.now),
                    ":until": _number(self.now + LEASE_SECONDS),
                    ":expires": _number(self.now + kept),
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _NOT_SO:
                raise
            if "done" in error.response.get("Item", {}):
                return None
            raise BusyError(f"{name} is being worked on") from error
        return plain(answer["Attributes"])

    def note(self, name: str, what: Mapping[str, Any]) -> dict[str, Any]:
        """Keep what is about to be done; a repeated invocation finds the first note."""
        answer = self._update(
            name,
            UpdateExpression="SET #note = if_not_exists(#note, :note)",
            ConditionExpression="#owner = :me",
            ExpressionAttributeNames={"#note": "note", "#owner": "owner"},
            ExpressionAttributeValues={
                ":me": {"S": self.owner},
                ":note": {"S": json.dumps(what, sort_keys=True)},
            },
            ReturnValues="ALL_NEW",
        )
        return dict(json.loads(plain(answer["Attributes"])["note"]))

    def finish(self, name: str) -> None:
        """It is done: nobody claims it again."""
        self._update(
            name,
            UpdateExpression="SET #done = :now REMOVE #lease",
            ConditionExpression="#owner = :me",
            ExpressionAttributeNames=_NAMES,
            ExpressionAttributeValues={":me": {"S": self.owner}, ":now": _number(self.now)},
        )

    def since(self, name: str, when: int) -> int:
        """The earliest time that was ever given for this name."""
        try:
            self._update(
                name,
                UpdateExpression="SET #at = :when",
                ConditionExpression="attribute_not_exists(#at) OR #at > :when",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues={":when": _number(when)},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _NOT_SO:
                raise
            return int(error.response["Item"]["at"]["N"])
        return when

    def seen_at(self, name: str) -> int | None:
        """The time that ``since`` keeps, if there is one."""
        answer = self._call(self.client.get_item, name, ConsistentRead=True)
        item = answer.get("Item", {})
        return int(item["at"]["N"]) if "at" in item else None

    def count(self, name: str, member: str, kept: int) -> int:
        """How many different members the name has, with this one."""
        answer = self._update(
            name,
            UpdateExpression="ADD #seen :member SET #expires = :expires",
            ExpressionAttributeNames={"#seen": "seen", "#expires": "expires"},
            ExpressionAttributeValues={
                ":member": {"SS": [member]},
                ":expires": _number(self.now + kept),
            },
            ReturnValues="ALL_NEW",
        )
        return len(answer["Attributes"]["seen"]["SS"])

    def _update(self, name: str, **parameters: object) -> dict[str, Any]:
        return self._call(self.client.update_item, name, **parameters)

    def _call(
        self, operation: Callable[..., Any], name: str, **parameters: object
    ) -> dict[str, Any]:
        key = {"id": {"S": name}, "of": {"S": "-"}}
        calling = self.patience.call if self.patience else _once
        return calling(operation, TableName=self.table, Key=key, **parameters)


def plain(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """An item without DynamoDB's type marks; numbers stay text."""
    return {name: next(iter(value.values())) for name, value in item.items()}


def _once(operation: Callable[..., Any], **parameters: object) -> dict[str, Any]:
    return dict(operation(**parameters))


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}
