"""What may pass through each interface endpoint.

An endpoint policy grants nothing; it is a ceiling over what the caller's own policies grant. Ours
stop credentials of another account that found their way into the VPC, and keep calls to models that
were not named from leaving it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.catalog.authorization import Place, Through
from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.models import Model
from secure_bedrock.encryption.place import place_of

RUNTIME = (EndpointService.BEDROCK_RUNTIME, EndpointService.BEDROCK_RUNTIME_FIPS)

_INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
_INGEST = (
    "bedrock:DeleteKnowledgeBaseDocuments",
    "bedrock:IngestKnowledgeBaseDocuments",
    "bedrock:StartIngestionJob",
    "bedrock:StopIngestionJob",
)
_AGENT_CALLS: Mapping[str, Sequence[str]] = {
    "agent-alias": ("DeleteAgentMemory", "GetAgentMemory", "InvokeAgent"),
    "flow": (
        "GetExecutionFlowSnapshot",
        "GetFlowExecution",
        "InvokeFlow",
        "ListFlowExecutionEvents",
        "ListFlowExecutions",
        "StartFlowExecution",
        "StopFlowExecution",
    ),
    "knowledge-base": ("Retrieve",),
    "session": (
        "CreateInvocation",
        "DeleteSession",
        "EndSession",
        "GetInvocationStep",
        "GetSession",
        "ListInvocationSteps",
        "ListInvocations",
        "PutInvocationStep",
        "UpdateSession",
    ),
}


def endpoint_statements(
    scope: Construct, service: EndpointService, models: Sequence[Model]
) -> list[iam.PolicyStatement]:
    """The policy of one endpoint.

    * Runtime: the given models, directly or through the given inference profiles, and guardrails.
    * Control planes: reading, and ingestion into knowledge bases. Changes come from a pipeline.
    * Agent runtime: agents, flows, knowledge bases and sessions. Not the calls that name any model
      they like (InvokeInlineAgent, RetrieveAndGenerate, Rerank, GenerateQuery, OptimizePrompt).
    * Everything else: all actions of the service.

    Always for principals of this account only.
    """
    place = place_of(scope)
    match service:
        case EndpointService.BEDROCK_RUNTIME | EndpointService.BEDROCK_RUNTIME_FIPS:
            return _runtime(place, models)
        case EndpointService.BEDROCK | EndpointService.BEDROCK_FIPS:
            return [_allow(place, "Read", ["bedrock:Get*", "bedrock:List*"])]
        case EndpointService.BEDROCK_AGENT:
            return [
                _allow(place, "Read", ["bedrock:Get*", "bedrock:List*"]),
                _allow(place, "Ingest", _INGEST, [_own(place, "knowledge-base/*")]),
            ]
        case EndpointService.BEDROCK_AGENT_RUNTIME:
            return _agent_runtime(place)
        case EndpointService.STS:
            return [_allow(place, "ThisAccount", ["sts:*"]), _web_identity(place)]
        case _:
            return [_allow(place, "ThisAccount", [f"{service.facts.iam_prefix}:*"])]


def _runtime(place: Place, models: Sequence[Model]) -> list[iam.PolicyStatement]:
    needs = [model.authorization(place) for model in models]
    profiles = f"arn:{place.partition}:bedrock:*:{place.account}:guardrail-profile/*"
    statements = [
        _allow(place, "Models", _INVOKE, _unique(need.entry for need in needs)),
        _allow(
            place,
            "Guardrails",
            ["bedrock:ApplyGuardrail", "bedrock:GetGuardrail"],
            [_own(place, "guardrail/*")],
        ),
        _allow(place, "GuardrailProfiles", ["bedrock:ApplyGuardrail"], [profiles]),
    ]
    counted = _unique(arn for need in needs for arn in need.counted)
    if counted:
        statements.append(_allow(place, "CountTokens", ["bedrock:CountTokens"], counted))
    described = [described for need in needs for described in need.describe]
    for action in _unique(action for action, _ in described):
        arns = _unique(arn for known, arn in described if known == action)
        statements.append(_allow(place, action.removeprefix("bedrock:"), [action], arns))
    through = dict.fromkeys(step for need in needs for step in need.through)
    return [
        *statements,
        *(_wake(place, f"Through{number}", step) for number, step in enumerate(through, start=1)),
    ]


def _wake(place: Place, sid: str, through: Through) -> iam.PolicyStatement:
    """What is authorised because a call came through a profile or router."""
    conditions: dict[str, dict[str, str]] = {"ArnLike": {through.key: through.value}}
    if through.region_unspecified:
        conditions["StringEquals"] = {"aws:RequestedRegion": "unspecified"}
    return _allow(place, sid, _INVOKE, through.resources, conditions)


def _agent_runtime(place: Place) -> list[iam.PolicyStatement]:
    statements = [
        _allow(
            place,
            kind.title().replace("-", ""),
            [f"bedrock:{verb}" for verb in verbs],
            [_own(place, f"{kind}/*")],
        )
        for kind, verbs in _AGENT_CALLS.items()
    ]
    sessions = ["bedrock:CreateSession", "bedrock:ListSessions"]
    return [*statements, _allow(place, "Sessions", sessions)]


def _web_identity(place: Place) -> iam.PolicyStatement:
    """Roles of this account for federated workloads: such a caller has no account yet."""
    return iam.PolicyStatement(
        sid="FederatedRolesOfThisAccount",
        principals=[_everyone()],
        actions=["sts:AssumeRoleWithWebIdentity"],
        resources=[f"arn:{place.partition}:iam::{place.account}:role/*"],
    )


def _allow(
    place: Place,
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str] = ("*",),
    conditions: Mapping[str, Mapping[str, str]] | None = None,
) -> iam.PolicyStatement:
    given = conditions or {}
    own = {"aws:PrincipalAccount": place.account}
    return iam.PolicyStatement(
        sid=sid,
        principals=[_everyone()],
        actions=list(actions),
        resources=list(resources),
        conditions={**given, "StringEquals": {**given.get("StringEquals", {}), **own}},
    )


@cache
def _everyone() -> iam.StarPrincipal:
    """``*``, which endpoint policies want as a plain text; it has no state, so one is enough."""
    return iam.StarPrincipal()


def _own(place: Place, resource: str) -> str:
    return f"arn:{place.partition}:bedrock:{place.region}:{place.account}:{resource}"


def _unique(arns: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(arns))
