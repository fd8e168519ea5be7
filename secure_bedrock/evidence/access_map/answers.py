"""Answers to the questions of an access map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from secure_bedrock.catalog.global_condition_keys import GLOBAL_CONDITION_KEYS
from secure_bedrock.catalog.service_authorization import action as known_action
from secure_bedrock.evidence.access_map.conditions import Needed, needed
from secure_bedrock.evidence.access_map.principals import Principal
from secure_bedrock.evidence.access_map.questions import Part, Question
from secure_bedrock.evidence.access_map.stand_ins import OPEN
from secure_bedrock.evidence.access_map.surroundings import Endpoints
from secure_bedrock.evidence.access_map.witness import Call, possible_calls, some_call_passes
from secure_bedrock.policy import Decision, Policy, Request, Verdict, evaluate

_DIRECT_CALL = {"aws:SecureTransport": "true", "aws:ViaAWSService": "false", "aws:CalledVia": ()}
_OF_THE_RESOURCE = ("aws:resourcetag/", "aws:requesttag/", "aws:tagkeys")
_EXCLUSIVE = "no value that the policies name meets all of these conditions at once"
_PRINCIPAL_KNOWN = ("aws:principaltype", "aws:principalaccount", "aws:principalarn")


class Outcome(StrEnum):
    """What a principal may do."""

    ALLOWED = "allowed"
    CONDITIONAL = "only if"
    UNKNOWN = "not known"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One cell of the map, answered.

    Attributes:
        target: Model, guardrail or application.
        action: What is done with it, in words.
        outcome: The answer.
        conditions: What has to be so: of the call, or, if not known, of what is not in the
            templates.
        reason: One line that names the deciding statement.
    """

    target: str
    action: str
    outcome: Outcome
    conditions: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What limits a principal besides its own policies.

    Attributes:
        scps: Service control policies, level by level.
        endpoints: Interface endpoints its calls go through; empty if that is not known.
    """

    scps: Sequence[Sequence[Policy]] = ()
    endpoints: Endpoints | None = None


def answer(question: Question, principal: Principal, limits: Limits) -> Answer:
    """Decide every part of the question and put the decisions together."""
    decided = [(part, *_decide(part, principal, limits)) for part in question.parts]
    always = [entry for entry in decided if not entry[0].route]
    routes = [entry for entry in decided if entry[0].route]
    closed = [entry for entry in routes if _is_no(entry[1])]
    refused = next((d for _, d, _ in always if _is_no(d)), None)
    if refused is None and routes and len(closed) == len(routes):
        refused = closed[0][1]
    if refused is not None:
        return _answered(question, Outcome.DENIED, (), refused.reason)
    passing = [*always, *(entry for entry in routes if entry not in closed)]
    conditions = dict.fromkeys(
        condition
        for _, decision, request in passing
        if decision.verdict is Verdict.OPEN
        for condition in needed(decision, request)
    )
    if conditions and not _can_hold_at_once(passing, principal, limits):
        conditions[Needed(text=_EXCLUSIVE, known=True)] = None
    if closed:
        where = ", ".join(dict.fromkeys(part.route for part, _, _ in closed))
        conditions[Needed(text=f"AWS does not route it to {where}", known=True)] = None
    if question.leads_on:
        text = "the models it leads to are allowed through it"
        conditions[Needed(text=text, known=True)] = None
    unclear = next((d for _, d, _ in passing if d.verdict is Verdict.OPEN), passing[0][1])
    return _answered(question, _outcome(conditions), tuple(conditions), unclear.reason)


def _can_hold_at_once(
    passing: Sequence[tuple[Part, Decision, Request]], principal: Principal, limits: Limits
) -> bool:
    still_open = [entry for entry in passing if entry[1].verdict is Verdict.OPEN]

    def passes(call: Call) -> bool:
        return not any(_is_no(_decide(part, principal, limits, call)[0]) for part, *_ in still_open)

    return some_call_passes(possible_calls(entry[1:] for entry in still_open), passes)


def _outcome(conditions: dict[Needed, None]) -> Outcome:
    if not conditions:
        return Outcome.ALLOWED
    return Outcome.CONDITIONAL if all(each.known for each in conditions) else Outcome.UNKNOWN


def _answered(
    question: Question, outcome: Outcome, conditions: tuple[Needed, ...], reason: str
) -> Answer:
    return Answer(
        target=question.target,
        action=question.action,
        outcome=outcome,
        conditions=tuple(dict.fromkeys(condition.text for condition in conditions)),
        reason=reason.replace(f"${{{OPEN}", "${"),
    )


def _decide(
    part: Part, principal: Principal, limits: Limits, call: Call | None = None
) -> tuple[Decision, Request]:
    """Decide one part, for any call or for one whose keys are all given."""
    endpoint = (limits.endpoints or {}).get(part.service)
    network = {"aws:SourceVpce": endpoint.id, "aws:SourceVpc": endpoint.vpc} if endpoint else {}
    request = Request(
        principal=principal.arn,
        action=part.action,
        resource=part.resource,
        context={**_DIRECT_CALL, **(call or {}), **network, **part.context},
        open_keys=(f"{OPEN}*",)
        if call is not None
        else _open_keys(part.action, is_model=":foundation-model/" in part.resource),
    )
    decision = evaluate(
        request,
        identity=principal.policies,
        boundary=principal.boundary,
        scps=limits.scps,
        endpoint_policy=endpoint.policy if endpoint else None,
        resource_policies=part.resource_policies,
        key_policy=part.key_policy,
    )
    return decision, request


def _is_no(decision: Decision) -> bool:
    return decision.verdict in (Verdict.DENIED, Verdict.IMPLICITLY_DENIED)


@cache
def _open_keys(action: str, *, is_model: bool) -> tuple[str, ...]:
    """Keys that a call may carry: those of every service, and those of the action."""
    return tuple(_keys(action, is_model=is_model))


def _keys(action: str, *, is_model: bool) -> Iterator[str]:
    yield f"{OPEN}*"
    for key in GLOBAL_CONDITION_KEYS:
        if not key.startswith(_OF_THE_RESOURCE) and key not in _PRINCIPAL_KNOWN:
            yield f"{key}*" if key.endswith("/") else key
    known = known_action(action)
    for key in known.condition_keys if known else ():
        if not (is_model and key.lower().startswith("aws:resourcetag/")):
            yield key.partition("$")[0] + ("*" if "$" in key else "")
