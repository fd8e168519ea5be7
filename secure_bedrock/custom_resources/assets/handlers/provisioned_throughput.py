"""Custom::BedrockProvisionedThroughput: dedicated capacity, which CloudFormation has no type for.

Nothing is bought twice: before it buys, a create looks for capacity of the same name, goes on with
it if this resource bought it, and refuses if somebody else did; the purchase itself carries a token
made from the event. An update changes the name's model only. A delete leaves alone what this
resource did not buy, and cannot end a commitment: it fails and says until when; the capacity stays.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .patience import Patience
from .protocol import Answer, Event, RefusedError, logger, respond

STACK_TAG, RESOURCE_TAG = "secure-bedrock:stack", "secure-bedrock:resource"
NOT_BOUGHT = "provisioned-throughput:not-bought"
RETRY_SECONDS = 60

_READY_CHECKS = 48
_READY_WAIT = 5.0
_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})
_FIXED = {
    "Name": "the name",
    "ModelUnits": "the number of model units",
    "Commitment": "the commitment",
}


def handler(event: Event, _context: object) -> None:
    """The entry point of the function."""
    client = boto3.client("bedrock", config=_CLIENT)
    operations = Operations(client, Patience(RETRY_SECONDS)).by_type()
    respond(event, operations, failed_create_id=NOT_BOUGHT)


@dataclass(frozen=True, slots=True)
class Operations:
    """Create, update and delete with this client.

    Attributes:
        bedrock: Client of the Amazon Bedrock control plane.
        patience: How long calls are repeated.
        sleep: How to wait for capacity to come into service.
        now: The time, which commitments are compared with.
    """

    bedrock: Any
    patience: Patience
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def by_type(self) -> dict[str, Callable[[Event], Answer]]:
        """The operation for each request type."""
        return {"Create": self.create, "Update": self.update, "Delete": self.delete}

    def create(self, event: Event) -> Answer:
        """Buy the capacity, or go on with what an earlier run of this event bought."""
        name = event["ResourceProperties"]["Name"]
        found = self._find(name)
        if found is not None and not self._bought_here(event, found["provisionedModelArn"]):
            raise RefusedError(
                f"provisioned throughput {name} exists already and this resource did not buy it: "
                "choose another name, or use it as ProvisionedModel(arn="
                f"{found['provisionedModelArn']!r}) without buying anything"
            )
        arn = found["provisionedModelArn"] if found else self._buy(event)
        return self._answer(arn)

    def update(self, event: Event) -> Answer:
        """Point the capacity at another model; everything else would be a new purchase.

        What is asked for is compared with what there is, so that a rollback has nothing to refuse.
        """
        wanted, arn = event["ResourceProperties"], event["PhysicalResourceId"]
        found = self._get(arn)
        actual = {
            "Name": found["provisionedModelName"],
            "ModelUnits": str(found["desiredModelUnits"]),
            "Commitment": found.get("commitmentDuration", ""),
        }
        changed = [what for key, what in _FIXED.items() if wanted.get(key, "") != actual[key]]
        if changed:
            raise RefusedError(
                f"{' and '.join(changed)} of provisioned throughput {actual['Name']} cannot be "
                "changed: declare the new capacity under another construct id, move callers to it, "
                "then remove this one"
            )
        if not _is(found["desiredModelArn"], wanted["ModelId"]):
            self.patience.call(
                self.bedrock.update_provisioned_model_throughput,
                provisionedModelId=arn,
                desiredModelId=wanted["ModelId"],
            )
        return self._answer(arn)

    def delete(self, event: Event) -> Answer:
        """End the capacity, unless it is not this resource's or a commitment runs."""
        identifier = event["PhysicalResourceId"]
        known = identifier.startswith("arn:")
        found = self._find(identifier if known else event["ResourceProperties"]["Name"])
        if found is None:
            return Answer(identifier)
        arn = found["provisionedModelArn"]
        if not self._bought_here(event, arn):
            logger.warning("%s was not bought by this resource and stays", arn)
            return Answer(identifier)
        self._refuse_committed(found)
        try:
            self.patience.call(
                self.bedrock.delete_provisioned_model_throughput, provisionedModelId=arn
            )
        except self.bedrock.exceptions.ResourceNotFoundException:
            logger.info("%s was gone already", arn)
        return Answer(identifier)

    def _buy(self, event: Event) -> str:
        wanted = event["ResourceProperties"]
        optional = {"commitmentDuration": wanted["Commitment"]} if wanted.get("Commitment") else {}
        bought = self.patience.call(
            self.bedrock.create_provisioned_model_throughput,
            provisionedModelName=wanted["Name"],
            modelId=wanted["ModelId"],
            modelUnits=int(wanted["ModelUnits"]),
            tags=_marks(event),
            clientRequestToken=_token(event),
            **optional,
        )
        return str(bought["provisionedModelArn"])

    def _answer(self, arn: str) -> Answer:
        """The capacity's ARN and status, after a while in which it may come into service."""
        shown = self._get(arn)
        for _ in range(_READY_CHECKS):
            if shown["status"] not in {"Creating", "Updating"}:
                break
            self.sleep(_READY_WAIT)
            shown = self._get(arn)
        if shown["status"] == "Failed":
            reason = shown.get("failureMessage", "no reason given")
            raise RefusedError(f"provisioned throughput {arn} failed: {reason}")
        return Answer(arn, {"ProvisionedModelArn": arn, "Status": shown["status"]})

    def _refuse_committed(self, found: dict[str, Any]) -> None:
        until = found.get("commitmentExpirationTime")
        if until is not None and until > self.now():
            raise RefusedError(
                f"provisioned throughput {found['provisionedModelArn']} is committed until "
                f"{until:%Y-%m-%d %H:%M} UTC. AWS bills it until then and does not let it be "
                "deleted, so it stays: delete the stack again and retain this resource, or wait"
            )

    def _find(self, identifier: str) -> dict[str, Any] | None:
        try:
            return self._get(identifier)
        except self.bedrock.exceptions.ResourceNotFoundException:
            return None

    def _get(self, identifier: str) -> dict[str, Any]:
        return self.patience.call(
            self.bedrock.get_provisioned_model_throughput, provisionedModelId=identifier
        )

    def _bought_here(self, event: Event, arn: str) -> bool:
        try:
            tags = self.patience.call(self.bedrock.list_tags_for_resource, resourceARN=arn)["tags"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return False
        return all(mark in tags for mark in _marks(event))


def _marks(event: Event) -> list[dict[str, str]]:
    """Tags that say which resource of which stack bought the capacity."""
    return [
        {"key": STACK_TAG, "value": event["StackId"]},
        {"key": RESOURCE_TAG, "value": event["LogicalResourceId"]},
    ]


def _is(arn: str, model: str) -> bool:
    """Whether a model's ARN is the model that an id or an ARN names."""
    return arn == model or arn.endswith(f":foundation-model/{model}")


def _token(event: Event) -> str:
    """The same for every run of one event, another one for every other event."""
    identity = (event["StackId"], event["LogicalResourceId"], event["RequestId"])
    return hashlib.sha256("\n".join(identity).encode()).hexdigest()
