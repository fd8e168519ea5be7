"""Keeps a user, or one session name of a role, away from Amazon Bedrock for some hours.

The policy carries its own end, so it stops working even if nobody takes it away. Of a role it
concerns one session name only: everybody else who uses the role goes on.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from .patience import Patience
from .response_ledger import plain

Plan = dict[str, Any]

DENIED = ("bedrock-mantle:*", "bedrock-websearch:*", "bedrock:*")
_SHELF = "quarantine"


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Inline policies on roles and users.

    Attributes:
        iam: Client of IAM.
        dynamodb: Client of Amazon DynamoDB.
        settings: ``table``, ``account``, ``hours``, ``dry_run``, ``within`` (patterns of ARNs) and
            ``never`` (ARNs).
        patience: How long calls are repeated.
        now: Seconds since the epoch.
    """

    iam: Any
    dynamodb: Any
    settings: Mapping[str, Any]
    patience: Patience
    now: int

    def plan(self, event: dict[str, Any]) -> Plan | None:
        """Who, with which policy, until when; nothing if it is so already."""
        identity = event["identity"]
        kind, arn, name = _owner(identity)
        unique = str(identity.get("principalId", ""))
        reason = self._refusal(identity, kind, arn, unique)
        if reason:
            return {"refused": reason, "who": arn or unique}
        if any(not each["over"] for each in self.kept(f"{unique}#")):
            return None
        ends = self.now + self.settings["hours"] * 3_600
        return {
            "kind": kind,
            "who": arn,
            "name": name,
            "unique": unique,
            "ends": ends,
            "policy": policy_name(unique, ends),
            "document": document(unique, ends),
            "dry_run": self.settings["dry_run"],
        }

    def act(self, plan: Plan) -> None:
        """Note it on the shelf first, so that no policy is ever forgotten; then put the policy."""
        if "refused" in plan or plan["dry_run"]:
            return
        self.patience.call(
            self.dynamodb.put_item,
            TableName=self.settings["table"],
            Item={
                "id": {"S": _SHELF},
                "of": {"S": f"{plan['unique']}#{plan['ends']}"},
                "ends": {"N": str(plan["ends"])},
                **{key: {"S": plan[key]} for key in ("kind", "who", "name", "unique", "policy")},
            },
        )
        operation, which = self._operation("put", plan)
        body = json.dumps(plan["document"], separators=(",", ":"))
        self.patience.call(operation, **which, PolicyDocument=body)

    def words(self, plan: Plan) -> tuple[str, str]:
        """What was done, and how to undo it."""
        if "refused" in plan:
            return f"Nothing was done about {plan['who']}: {plan['refused']}.", "Nothing to undo."
        kind = plan["kind"]
        which = f"--{kind}-name {plan['name']} --policy-name {plan['policy']}"
        if plan["dry_run"]:
            body = json.dumps(plan["document"], separators=(",", ":"))
            command = f"aws iam put-{kind}-policy {which} --policy-document '{body}'"
            return f"DRY RUN, nothing was done. To do it: {command}", "Nothing to undo."
        until = moment(plan["ends"])
        return f"{plan['unique']} of {plan['who']} is kept from Amazon Bedrock until {until}.", (
            f"aws iam delete-{kind}-policy {which}"
        )

    def kept(self, begins: str = "") -> Iterator[dict[str, Any]]:
        """What is on the shelf, all or of one suspect; ``over`` says whether it has ended."""
        condition, values = "#id = :shelf", {":shelf": {"S": _SHELF}}
        names = {"#id": "id"}
        if begins:
            condition += " AND begins_with(#of, :begins)"
            names["#of"], values[":begins"] = "of", {"S": begins}
        parameters: dict[str, Any] = {}
        while True:
            page = self.patience.call(
                self.dynamodb.query,
                TableName=self.settings["table"],
                KeyConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ConsistentRead=True,
                **parameters,
            )
            for item in page["Items"]:
                known = plain(item)
                yield known | {"over": int(known["ends"]) <= self.now}
            if "LastEvaluatedKey" not in page:
                return
            parameters = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def release(self, kept: Mapping[str, Any]) -> None:
        """Take the policy away; one that is gone already is as good."""
        operation, which = self._operation("delete", kept)
        try:
            self.patience.call(operation, **which)
        except self.iam.exceptions.NoSuchEntityException:
            return

    def forget(self, kept: Mapping[str, Any]) -> None:
        """Take it off the shelf."""
        key = {"id": {"S": _SHELF}, "of": {"S": kept["of"]}}
        self.patience.call(self.dynamodb.delete_item, TableName=self.settings["table"], Key=key)

    def _operation(self, verb: str, what: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
        kind = str(what["kind"])
        which = {f"{kind.title()}Name": what["name"], "PolicyName": what["policy"]}
        return getattr(self.iam, f"{verb}_{kind}_policy"), which

    def _refusal(self, identity: dict[str, Any], kind: str, arn: str, unique: str) -> str:
        within = self.settings["within"]
        reasons = (
            (not kind, f"an identity of type {identity.get('type')} cannot be given a policy"),
            (f"::{self.settings['account']}:" not in arn, "it belongs to another account"),
            (not unique, "CloudTrail did not say which session or user it was"),
            (
                kind == "role" and ":" not in unique,
                "its session is not known, and the whole role is shared",
            ),
            (
                "/aws-service-role/" in arn or "/aws-reserved/" in arn,
                "AWS manages the role: take the assignment of its permission set away",
            ),
            (
                arn in self.settings["never"],
                "it is a deployer, a break-glass role or a function of this response",
            ),
            (
                not any(fnmatchcase(arn, pattern) for pattern in within),
                f"it is not among {', '.join(within)}",
            ),
        )
        return next((reason for so, reason in reasons if so), "")


def document(unique: str, ends: int) -> dict[str, Any]:
    """The policy: no Amazon Bedrock for one user or session until the end."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "SecureBedrockQuarantine",
                "Effect": "Deny",
                "Action": list(DENIED),
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"aws:userid": unique},
                    "DateLessThan": {"aws:CurrentTime": moment(ends)},
                },
            }
        ],
    }


def policy_name(unique: str, ends: int) -> str:
    """One name for each quarantine: ending an old one leaves a new one alone."""
    digest = hashlib.sha256(f"{unique} {ends}".encode()).hexdigest()
    return f"secure-bedrock-quarantine-{digest[:16]}"


def moment(seconds: int) -> str:
    """A time as IAM reads it."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _owner(identity: dict[str, Any]) -> tuple[str, str, str]:
    """Kind, ARN and name of what a policy can be put on."""
    if identity.get("type") == "AssumedRole":
        issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
        return "role", str(issuer.get("arn", "")), str(issuer.get("userName", ""))
    if identity.get("type") == "IAMUser":
        return "user", str(identity.get("arn", "")), str(identity.get("userName", ""))
    return "", str(identity.get("arn", "")), ""
