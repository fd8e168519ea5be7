"""Custom::BedrockInvocationLogging: the model invocation logging of one account and Region.

There is one such configuration, and putting a new one replaces the old one as a whole. So every
operation first asks where the present one delivers. It is this resource's own if all of its
destinations are; anything else belongs to somebody else.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .logging_configuration import Configuration, destinations, is_true, known_to
from .patience import Patience
from .protocol import Answer, Event, RefusedError, logger, respond

PHYSICAL_ID = "bedrock-model-invocation-logging"
RETRY_SECONDS = 120

_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})


def handler(event: Event, _context: object) -> None:
    """The entry point of the function."""
    run(event, Patience(RETRY_SECONDS))


def run(event: Event, patience: Patience) -> None:
    """Carry the event out with so much patience, and answer it."""
    bedrock = boto3.client("bedrock", config=_CLIENT)
    ssm = boto3.client("ssm", config=_CLIENT)
    # Delete knows its own, so it may run after a failed create and clean up what that one left.
    respond(event, Operations(bedrock, ssm, patience).by_type(), failed_create_id=PHYSICAL_ID)


@dataclass(frozen=True, slots=True)
class Operations:
    """Create, update and delete with these clients.

    Attributes:
        bedrock: Client of the Amazon Bedrock control plane.
        ssm: Client of Systems Manager; a parameter holds the configuration that was replaced.
        patience: How long calls are repeated.
    """

    bedrock: Any
    ssm: Any
    patience: Patience

    def by_type(self) -> dict[str, Callable[[Event], Answer]]:
        """The operation for each request type."""
        return {"Create": self.create, "Update": self.update, "Delete": self.delete}

    def create(self, event: Event) -> Answer:
        """Put the configuration unless somebody else's is there."""
        return self._put_ours(event["ResourceProperties"], {})

    def update(self, event: Event) -> Answer:
        """Put the new configuration over the old one, which is ours as well."""
        return self._put_ours(event["ResourceProperties"], event["OldResourceProperties"])

    def delete(self, event: Event) -> Answer:
        """Restore what was there before, or remove ours; leave anybody else's alone."""
        properties = event["ResourceProperties"]
        parameter = properties["SavedConfigurationParameter"]
        present = self._present()
        foreign = destinations(present) - destinations(properties["LoggingConfig"])
        saved = self._saved(parameter)
        if foreign:
            logger.warning("left alone, it is not ours: %s; saved before: %s", present, saved)
        elif saved:
            self._restore(saved, parameter)
        elif present:
            self.patience.call(self.bedrock.delete_model_invocation_logging_configuration)
        if saved:
            self.patience.call(self.ssm.delete_parameter, Name=parameter)
        return Answer(PHYSICAL_ID)

    def _put_ours(self, wanted: dict[str, Any], before: dict[str, Any]) -> Answer:
        ours = destinations(wanted["LoggingConfig"]) | destinations(before.get("LoggingConfig", {}))
        model = self.bedrock.meta.service_model.shape_for("LoggingConfig")
        configuration, dropped = known_to(model, wanted["LoggingConfig"])
        present = self._present()
        foreign = destinations(present) - ours
        if foreign:
            self._make_way(present, wanted)
        if dropped:
            logger.warning("not known to this runtime's SDK and left out: %s", dropped)
        self._put(configuration)
        return Answer(PHYSICAL_ID, {"DroppedParameters": ",".join(dropped) or "none"})

    def _make_way(self, present: Configuration, wanted: dict[str, Any]) -> None:
        if not is_true(wanted["ReplaceExisting"]):
            raise RefusedError(
                "this account and Region already log model invocations to "
                f"{', '.join(sorted(destinations(present)))}, which this stack did not set up, and "
                "AWS keeps one configuration: remove it (aws bedrock "
                "delete-model-invocation-logging-configuration), or set replace_existing=True to "
                "save it and restore it when the stack is deleted"
            )
        self.patience.call(
            self.ssm.put_parameter,
            Name=wanted["SavedConfigurationParameter"],
            Value=json.dumps(present, sort_keys=True),
            Type="String",
            Tier="Intelligent-Tiering",
            Overwrite=True,
        )
        logger.info("saved before replacing it: %s", present)

    def _restore(self, saved: Configuration, parameter: str) -> None:
        try:
            self._put(saved)
        except (ClientError, RefusedError) as error:
            raise RefusedError(
                f"the configuration saved in parameter {parameter} cannot be restored, so logging "
                "stays as it is: repair its destinations (and deploy with replace_existing=True if "
                "that was switched off), or delete the parameter to end logging, then delete the "
                f"stack again. {error}"
            ) from error

    def _present(self) -> Configuration:
        answer = self.patience.call(self.bedrock.get_model_invocation_logging_configuration)
        return answer.get("loggingConfig") or {}

    def _put(self, configuration: Configuration) -> None:
        self.patience.call(
            self.bedrock.put_model_invocation_logging_configuration, loggingConfig=configuration
        )

    def _saved(self, parameter: str) -> Configuration:
        try:
            answer = self.patience.call(self.ssm.get_parameter, Name=parameter)
        except self.ssm.exceptions.ParameterNotFound:
            return {}
        return dict(json.loads(answer["Parameter"]["Value"]))
