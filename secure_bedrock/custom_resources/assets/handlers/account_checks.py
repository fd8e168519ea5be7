"""A rule of AWS Config for what AWS Config does not record: settings of the account, and agents.

AWS Config runs it by the clock, once for each rule; the rule's parameters name the check. What
cannot be read fails the run: AWS Config then shows the error and keeps no answer, good or bad.
Source: AWS Config Developer Guide, "Creating AWS Config Custom Lambda Rules".
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config

from .mantle import Mantle, NotOfferedError
from .patience import Patience

RETRY_SECONDS = 120

_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 4})
_LONGEST_ANNOTATION = 256
_DRAFT = "DRAFT"
_KINDS = ("text", "image", "embedding", "video", "audio")

Parameters = Mapping[str, str]


def handler(event: Mapping[str, Any], _context: object) -> None:
    """The entry point of the function."""
    session = boto3.Session()
    clients = {
        name: session.client(name, config=_CLIENT)
        for name in ("bedrock", "bedrock-agent", "config")
    }
    clients["bedrock-mantle"] = Mantle(session.get_credentials(), session.region_name)
    run(event, clients, Patience(RETRY_SECONDS))


def run(event: Mapping[str, Any], clients: Mapping[str, Any], patience: Patience) -> None:
    """Carry out the check that the event's rule asks for, and tell AWS Config what it found.

    Raises:
        ValueError: The rule names no check.
        RuntimeError: AWS Config did not take the answer.
    """
    parameters = json.loads(event["ruleParameters"])
    name = parameters["check"]
    if name not in CHECKS:
        raise ValueError(f"there is no check {name!r}: choose from {', '.join(CHECKS)}")
    problems = list(CHECKS[name](clients, parameters, patience))
    evaluation = {
        "ComplianceResourceType": "AWS::::Account",
        "ComplianceResourceId": event["accountId"],
        "ComplianceType": "NON_COMPLIANT" if problems else "COMPLIANT",
        "OrderingTimestamp": json.loads(event["invokingEvent"])["notificationCreationTime"],
    }
    if problems:
        evaluation["Annotation"] = _shortened("; ".join(problems))
    put = clients["config"].put_evaluations
    answer = patience.call(put, Evaluations=[evaluation], ResultToken=event["resultToken"])
    if answer.get("FailedEvaluations"):
        raise RuntimeError(f"AWS Config did not take the evaluation: {answer}")


def invocation_logging(
    clients: Mapping[str, Any], parameters: Parameters, patience: Patience
) -> Iterator[str]:
    """Invocations are logged, with every kind of data that is wanted."""
    answer = patience.call(clients["bedrock"].get_model_invocation_logging_configuration)
    found = answer.get("loggingConfig") or {}
    if not (found.get("cloudWatchConfig") or found.get("s3Config")):
        yield "model invocation logging is off"
        return
    unwanted = {"text"} if parameters["text"] == "false" else set()
    for kind in _KINDS:
        delivered = found.get(f"{kind}DataDeliveryEnabled")
        if delivered is False and kind not in unwanted:
            yield f"{kind} data is not logged"
        if delivered and kind in unwanted:
            yield f"{kind} data is logged"


def enforced_guardrail(
    clients: Mapping[str, Any], _parameters: Parameters, patience: Patience
) -> Iterator[str]:
    """The account enforces a guardrail, for every model and for all content."""
    pages = _all(clients["bedrock"].list_enforced_guardrails_configuration, patience)
    found = [each for page in pages for each in page["guardrailsConfig"]]
    if not found:
        yield "the account enforces no guardrail"
    for each in found:
        models = each.get("modelEnforcement", {})
        included = models.get("includedModels", ["ALL"])
        if models.get("excludedModels") or "ALL" not in included:
            yield f"{each['guardrailId']} is not enforced for every model"
        if "SELECTIVE" in each.get("selectiveContentGuarding", {}).values():
            yield f"{each['guardrailId']} does not look at all content"


def data_retention(
    clients: Mapping[str, Any], parameters: Parameters, patience: Patience
) -> Iterator[str]:
    """The data retention mode is the one that was chosen, at both endpoints."""
    for service in ("bedrock", "bedrock-mantle"):
        try:
            mode = patience.call(clients[service].get_account_data_retention)["mode"]
        except NotOfferedError:
            continue
        if mode != parameters["mode"]:
            yield f"{service} has the data retention mode {mode}, not {parameters['mode']}"


def guarded_agents(
    clients: Mapping[str, Any], _parameters: Parameters, patience: Patience
) -> Iterator[str]:
    """Every agent has a numbered version of a guardrail."""
    for page in _all(clients["bedrock-agent"].list_agents, patience):
        for agent in page["agentSummaries"]:
            guardrail = agent.get("guardrailConfiguration", {})
            if not guardrail.get("guardrailIdentifier"):
                yield f"agent {agent['agentId']} has no guardrail"
            elif guardrail.get("guardrailVersion", _DRAFT) == _DRAFT:
                yield f"agent {agent['agentId']} uses the draft of its guardrail"


CHECKS = {
    "invocation-logging": invocation_logging,
    "enforced-guardrail": enforced_guardrail,
    "data-retention": data_retention,
    "guarded-agents": guarded_agents,
}


def _all(read: Callable[..., dict[str, Any]], patience: Patience) -> Iterator[dict[str, Any]]:
    parameters: dict[str, str] = {}
    while True:
        page = patience.call(read, **parameters)
        yield page
        if not page.get("nextToken"):
            return
        parameters = {"nextToken": page["nextToken"]}


def _shortened(text: str) -> str:
    end = " ..."
    if len(text) <= _LONGEST_ANNOTATION:
        return text
    return text[: _LONGEST_ANNOTATION - len(end)] + end
