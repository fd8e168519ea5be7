"""Denials for who is over a quota: an inline policy for one session that ends by itself.

A role that many share is not locked: the policy names the session. It has an end, which is the end
of the quota's period, so access comes back on time even if nothing here runs any more; the sweep
takes the policies away that have ended. Source: IAM User Guide, "AWS global condition context keys"
(``aws:userid``, ``aws:CurrentTime``).
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from .patience import Patience
from .protocol import RefusedError
from .quota_charges import Charge
from .quota_periods import stamp

logger = logging.getLogger("secure_bedrock")

PREFIX = "secure-bedrock-quota-"

_GONE = "NoSuchEntity"


class NotDeniedError(Exception):
    """Nobody was denied; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denials:
    """The denials of one quota.

    Attributes:
        iam: Client of IAM.
        dynamodb: Client of Amazon DynamoDB.
        table: Remembers which policies there are.
        account: Account of the roles.
        partition: Partition of the account.
        roles: Names of the roles whose sessions may be denied.
        actions: What is denied.
        profiles: Project -> ids of its application inference profiles.
        patience: How long calls are repeated.
        clock: Seconds since 1970.
    """

    iam: Any
    dynamodb: Any
    table: str
    account: str
    partition: str
    roles: tuple[str, ...]
    actions: tuple[str, ...]
    profiles: dict[str, list[str]]
    patience: Patience
    clock: Callable[[], float] = time.time

    def refusal(self, charge: Charge) -> str:
        """Why the caller cannot be denied; empty if it can."""
        caller = charge.caller
        if charge.limit.whole_role and caller.role:
            known = caller.account == self.account and caller.role in self.roles
            return "" if known else f"role {caller.role} is none of the roles of the quota"
        if caller.is_masked:
            return "the name of the session is masked in the log"
        if not caller.session:
            return "the caller is no session of a role"
        if caller.account != self.account or caller.role not in self.roles:
            return f"role {caller.role} is none of the roles of the quota"
        return ""

    def deny(self, charge: Charge) -> None:
        """Deny the caller until the end of the period.

        Raises:
            NotDeniedError: It cannot be.
        """
        if why := self.refusal(charge):
            raise NotDeniedError(why)
        role, name = charge.caller.role, self.policy_name(charge)
        # Remembered before it is there: the sweep must know of every policy.
        self.dynamodb.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": "deny"},
                "sk": {"S": f"{role}#{name}"},
                "until": {"N": str(int(charge.ends.timestamp()))},
            },
        )
        document = json.dumps(self.document(charge), separators=(",", ":"))
        put = self.iam.put_role_policy
        try:
            self.patience.call(put, RoleName=role, PolicyName=name, PolicyDocument=document)
        except (ClientError, RefusedError) as error:
            raise NotDeniedError(str(error)) from error

    def document(self, charge: Charge) -> dict[str, Any]:
        """The policy: the session, what it used too much of, and the end."""
        conditions = {"DateLessThan": {"aws:CurrentTime": stamp(charge.ends)}}
        if not charge.limit.whole_role:
            conditions["StringLike"] = {"aws:userid": f"*:{charge.caller.session}"}
        statement = {
            "Sid": "OverQuota",
            "Effect": "Deny",
            "Action": list(self.actions),
            "Resource": self._resources(charge),
            "Condition": conditions,
        }
        return {"Version": "2012-10-17", "Statement": [statement]}

    def policy_name(self, charge: Charge) -> str:
        """One name for each session and period, so that putting it twice changes nothing."""
        whom = "" if charge.limit.whole_role else charge.caller.session
        digest = hashlib.sha256(f"{charge.counter}#{whom}".encode()).hexdigest()
        return f"{PREFIX}{digest[:24]}"

    def lift(self, *, ended_only: bool = True) -> int:
        """Take the policies away that have ended, or all of them, and say how many.

        Raises:
            RefusedError: Some are still there; the message says which.
        """
        lifted, failed = 0, []
        for item in list(self._known()):
            if ended_only and int(item["until"]["N"]) > self.clock():
                continue
            role, name = item["sk"]["S"].split("#")
            try:
                self._take_away(role, name)
            except (ClientError, RefusedError) as error:
                logger.warning("%s of %s: %s", name, role, error)
                failed.append(role)
                continue
            key = {"pk": item["pk"], "sk": item["sk"]}
            self.dynamodb.delete_item(TableName=self.table, Key=key)
            lifted += 1
        if failed:
            raise RefusedError(f"denials of {', '.join(sorted(set(failed)))} are still there")
        return lifted

    def _take_away(self, role: str, name: str) -> None:
        if role not in self.roles:
            logger.warning("%s stays on %s, which left the quota", name, role)
            return
        try:
            self.patience.call(self.iam.delete_role_policy, RoleName=role, PolicyName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != _GONE:
                raise

    def _known(self) -> Iterator[dict[str, Any]]:
        query = {
            "TableName": self.table,
            "KeyConditionExpression": "pk = :deny",
            "ExpressionAttributeValues": {":deny": {"S": "deny"}},
            "ConsistentRead": True,
        }
        while True:
            page = self.dynamodb.query(**query)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _resources(self, charge: Charge) -> list[str]:
        prefix = f"arn:{self.partition}:bedrock:*:"
        match charge.limit.per:
            case "PROJECT":
                own = f"{prefix}{self.account}:application-inference-profile/"
                return [f"{own}{name}" for name in self.profiles[charge.subject]]
            case "MODEL":
                return [
                    f"{prefix}:foundation-model/{charge.subject}",
                    f"{prefix}*:*/{charge.subject}",
                ]
            case _:
                return ["*"]
