"""Things that are done once although many may want to do them, and may fail half-way.

Who wants to do one claims it first. A claim holds for a while: when its holder died, the next one
takes over. What was done is remembered, so it is done at least once, and twice only if its holder
died between doing and remembering.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

_HELD_SECONDS = 30
_KEPT = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Once:
    """Claims in the table of a ledger.

    Attributes:
        dynamodb: Client of Amazon DynamoDB.
        table: Name of the table.
        clock: Seconds since 1970.
    """

    dynamodb: Any
    table: str
    clock: Callable[[], float] = time.time

    def do(self, name: str, action: Callable[[], None]) -> bool:
        """Do it, unless it was done or somebody is doing it. Says whether it was done here."""
        if not self._claim(name):
            return False
        action()
        self._remember(name)
        return True

    def _claim(self, name: str) -> bool:
        now = int(self.clock())
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=_key(name),
                UpdateExpression="SET claimed = :now, expires = :later",
                ConditionExpression=(
                    "attribute_not_exists(done) AND "
                    "(attribute_not_exists(claimed) OR claimed < :stale)"
                ),
                ExpressionAttributeValues={
                    ":now": {"N": str(now)},
                    ":stale": {"N": str(now - _HELD_SECONDS)},
                    ":later": {"N": str(now + int(_KEPT.total_seconds()))},
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _remember(self, name: str) -> None:
        self.dynamodb.update_item(
            TableName=self.table,
            Key=_key(name),
            UpdateExpression="SET done = :now",
            ExpressionAttributeValues={":now": {"N": str(int(self.clock()))}},
        )


def _key(name: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"once#{name}"}, "sk": {"S": "once"}}
