"""Puts back what the deployment recorded: invocation logging and the enforced guardrail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .logging_configuration import known_to
from .patience import Patience

Plan = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Logging:
    """Invocation logging of the account and Region.

    Attributes:
        client: Client of the Amazon Bedrock control plane.
        wanted: The configuration that the deployment recorded.
        patience: How long calls are repeated.
    """

    client: Any
    wanted: Mapping[str, Any]
    patience: Patience

    def plan(self, _event: dict[str, Any]) -> Plan | None:
        """What to do about the present state; nothing if it is as it should be."""
        present = self._present()
        return None if contains(present, self._known()) else {"before": present}

    def act(self, _plan: Plan) -> None:
        """Restore it unless it is as it should be by now."""
        wanted = self._known()
        if not contains(self._present(), wanted):
            put = self.client.put_model_invocation_logging_configuration
            self.patience.call(put, loggingConfig=wanted)

    def words(self, plan: Plan) -> tuple[str, str]:
        """What was done, and how to undo it."""
        command = "aws bedrock delete-model-invocation-logging-configuration"
        if plan["before"]:
            before = json.dumps(plan["before"], sort_keys=True)
            command = (
                "aws bedrock put-model-invocation-logging-configuration "
                f"--logging-config '{before}'"
            )
        return "Model invocation logging was restored to what the deployment set up.", (
            f"As a deployer, who is not answered: {command}"
        )

    def _present(self) -> dict[str, Any]:
        get = self.client.get_model_invocation_logging_configuration
        return self.patience.call(get).get("loggingConfig") or {}

    def _known(self) -> dict[str, Any]:
        shape = self.client.meta.service_model.shape_for("LoggingConfig")
        return known_to(shape, self.wanted)[0]


@dataclass(frozen=True, slots=True)
class Guardrail:
    """The account's enforced guardrail in the Region.

    Attributes:
        client: Client of the Amazon Bedrock control plane.
        wanted: The configuration that the deployment recorded.
        patience: How long calls are repeated.
    """

    client: Any
    wanted: Mapping[str, Any]
    patience: Patience

    def plan(self, _event: dict[str, Any]) -> Plan | None:
        """What to do about the present state; nothing if it is as it should be."""
        present = self._present()
        return None if self._as_wanted(present) else {"before": _without_dates(present)}

    def act(self, _plan: Plan) -> None:
        """Restore it unless it is as it should be by now."""
        present = self._present()
        if self._as_wanted(present):
            return
        which = {"configId": present["configId"]} if present else {}
        put = self.client.put_enforced_guardrail_configuration
        self.patience.call(put, guardrailInferenceConfig=dict(self.wanted), **which)

    def words(self, plan: Plan) -> tuple[str, str]:
        """What was done, and how to undo it."""
        before = json.dumps(plan["before"], sort_keys=True)
        return "The enforced guardrail was restored to what the deployment set up.", (
            "As a deployer, who is not answered: aws bedrock "
            "delete-enforced-guardrail-configuration --config-id ID (aws bedrock "
            f"list-enforced-guardrails-configuration tells the ID); before it was: {before}"
        )

    def _present(self) -> dict[str, Any]:
        parameters: dict[str, str] = {}
        while True:
            listing = self.client.list_enforced_guardrails_configuration
            page = self.patience.call(listing, **parameters)
            for each in page["guardrailsConfig"]:
                if each.get("owner", "ACCOUNT") == "ACCOUNT":
                    return dict(each)
            if not page.get("nextToken"):
                return {}
            parameters = {"nextToken": page["nextToken"]}

    def _as_wanted(self, present: Mapping[str, Any]) -> bool:
        wanted = dict(self.wanted)
        identifier = wanted.pop("guardrailIdentifier")
        same = identifier in {present.get("guardrailArn"), present.get("guardrailId")}
        return same and contains(present, wanted)


def contains(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether everything that is wanted is there, whatever else the service adds."""
    return all(
        contains(present.get(name) or {}, value)
        if isinstance(value, Mapping)
        else _same(present.get(name), value)
        for name, value in wanted.items()
    )


def _same(present: object, value: object) -> bool:
    if isinstance(present, list) and isinstance(value, list):
        return sorted(present) == sorted(value)
    return present == value


def _without_dates(configuration: Mapping[str, Any]) -> dict[str, Any]:
    keep = ("guardrailArn", "guardrailVersion", "selectiveContentGuarding", "modelEnforcement")
    return {name: configuration[name] for name in keep if name in configuration}
