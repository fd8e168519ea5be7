"""Custom::BedrockDataRetention: whether AWS and model providers keep prompts and answers.

There is one mode per account and Region at each of two endpoints. What was there before the first
change is saved in a parameter; the parameter is also what says that the change was ours.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from .logging_configuration import is_true
from .mantle import Mantle, NotOfferedError
from .patience import Patience
from .protocol import Answer, Event, RefusedError, logger, respond

PHYSICAL_ID = "bedrock-data-retention"
RETRY_SECONDS = 120
NOT_SET = "inherit"
NOT_OFFERED = "not offered"

_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})


def handler(event: Event, _context: object) -> None:
    """The entry point of the function."""
    run(event, Patience(RETRY_SECONDS))


def run(event: Event, patience: Patience) -> None:
    """Carry the event out with so much patience, and answer it."""
    session = boto3.Session()
    endpoints = {
        "bedrock": session.client("bedrock", config=_CLIENT),
        "bedrock-mantle": Mantle(session.get_credentials(), session.region_name),
    }
    ssm = session.client("ssm", config=_CLIENT)
    operations = Operations(endpoints, ssm, patience)
    # The parameter tells what is ours, so delete may run after a failed create and clean up.
    respond(event, operations.by_type(), failed_create_id=PHYSICAL_ID)


@dataclass(frozen=True, slots=True)
class Operations:
    """Create, update and delete with these clients.

    Attributes:
        endpoints: The clients that have a mode, by service.
        ssm: Client of Systems Manager; a parameter holds the modes of before.
        patience: How long calls are repeated.
    """

    endpoints: Mapping[str, Any]
    ssm: Any
    patience: Patience

    def by_type(self) -> dict[str, Callable[[Event], Answer]]:
        """The operation for each request type."""
        return {"Create": self.put, "Update": self.put, "Delete": self.delete}

    def put(self, event: Event) -> Answer:
        """Set the mode at both endpoints, unless somebody else has set another one."""
        wanted = event["ResourceProperties"]
        mine = {wanted["Mode"], event.get("OldResourceProperties", {}).get("Mode", wanted["Mode"])}
        parameter = wanted["SavedModesParameter"]
        present, saved = self._present(), self._saved(parameter)
        before = {
            name: saved.get(name, mode) if mode in mine else mode for name, mode in present.items()
        }
        foreign = {
            name: mode
            for name, mode in present.items()
            if mode not in (*mine, NOT_SET, NOT_OFFERED)
        }
        if foreign and not is_true(wanted["ReplaceExisting"]):
            raise RefusedError(_refusal(foreign, wanted["Mode"]))
        if before != saved:
            self._save(before, parameter)
        for name, mode in present.items():
            if mode not in (wanted["Mode"], NOT_OFFERED):
                self._set(name, wanted["Mode"])
        return Answer(PHYSICAL_ID, {"Modes": _shown(self._present())})

    def delete(self, event: Event) -> Answer:
        """Restore what was there before where the mode is still ours, if that is wanted."""
        properties = event["ResourceProperties"]
        parameter = properties["SavedModesParameter"]
        saved = self._saved(parameter)
        if saved and not is_true(properties["KeepOnDelete"]):
            self._restore(saved, properties["Mode"])
        if saved:
            self.patience.call(self.ssm.delete_parameter, Name=parameter)
        return Answer(PHYSICAL_ID)

    def _restore(self, saved: Mapping[str, str], ours: str) -> None:
        for name, mode in self._present().items():
            if mode != ours:
                logger.warning("%s left alone, it is not ours: %s", name, mode)
            elif saved.get(name, ours) not in (ours, NOT_OFFERED):
                self._set(name, saved[name])

    def _present(self) -> dict[str, str]:
        return {name: self._mode(client) for name, client in self.endpoints.items()}

    def _mode(self, client: Any) -> str:  # noqa: ANN401 - boto3's, or one like it
        try:
            return str(self.patience.call(client.get_account_data_retention)["mode"])
        except NotOfferedError:
            return NOT_OFFERED

    def _set(self, name: str, mode: str) -> None:
        try:
            self.patience.call(self.endpoints[name].put_account_data_retention, mode=mode)
        except RefusedError as error:
            raise RefusedError(
                f"{name}: data retention mode {mode} cannot be set; a service control policy such "
                f"as OnlyDataRetention may deny it (to keep the mode on delete: "
                f"keep_on_delete=True). {error}"
            ) from error

    def _saved(self, parameter: str) -> dict[str, str]:
        try:
            answer = self.patience.call(self.ssm.get_parameter, Name=parameter)
        except self.ssm.exceptions.ParameterNotFound:
            return {}
        return dict(json.loads(answer["Parameter"]["Value"]))

    def _save(self, modes: Mapping[str, str], parameter: str) -> None:
        text = json.dumps(modes, sort_keys=True)
        self.patience.call(
            self.ssm.put_parameter, Name=parameter, Value=text, Type="String", Overwrite=True
        )
        logger.info("saved before the change: %s", text)


def _refusal(foreign: Mapping[str, str], wanted: str) -> str:
    return (
        f"this account and Region already have a data retention mode ({_shown(foreign)}), which "
        f"this stack did not set: set it to {wanted} or {NOT_SET} yourself (aws bedrock "
        "put-account-data-retention), or set replace_existing=True to save it and restore it when "
        "the stack is deleted"
    )


def _shown(modes: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {mode}" for name, mode in sorted(modes.items()))
