"""What may pass through each interface endpoint.

An endpoint policy grants nothing; it is a ceiling over what the caller's own policies grant. Ours
stop credentials of another account that found their way into the VPC, and keep calls to models that
were not named from leaving it.
"""

from collections.abc import Iterable, Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.models import FoundationModel, InferenceProfile, Model

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
    stack = Stack.of(scope)
    match service:
        case EndpointService.BEDROCK_RUNTIME | EndpointService.BEDROCK_RUNTIME_FIPS:
            return _runtime(stack, models)
        case EndpointService.BEDROCK | EndpointService.BEDROCK_FIPS:
            return [_allow(stack, "Read", ["bedrock:Get*", "bedrock:List*"])]
        case EndpointService.BEDROCK_AGENT:
            return [
                _allow(stack, "Read", ["bedrock:Get*", "bedrock:List*"]),
                _allow(stack, "Ingest", _INGEST, [_own(stack, "knowledge-base/*")]),
            ]
        case EndpointService.BEDROCK_AGENT_RUNTIME:
            return _agent_runtime(stack)
        case EndpointService.STS:
            return [_allow(stack, "ThisAccount", ["sts:*"]), _web_identity(stack)]
        case _:
            return [_allow(stack, "ThisAccount", [f"{service.facts.iam_prefix}:*"])]


def _runtime(stack: Stack, models: Sequence[Model]) -> list[iam.PolicyStatement]:
    partition, region = stack.partition, stack.region
    direct = [model for model in models if isinstance(model, FoundationModel)]
    profiles = [model for model in models if isinstance(model, InferenceProfile)]
    arns = [p.arn(partition=partition, region=region, account=stack.account) for p in profiles]
    anywhere = _unique(p.model.arn(partition=partition, region="*") for p in profiles)
    here = _unique(m.arn(partition=partition, region=region) for m in direct)
    guardrails = [_own(stack, "guardrail/*")]
    statements = [
        _allow(stack, "CountTokens", ["bedrock:CountTokens"], _unique([*here, *anywhere])),
        _allow(stack, "Guardrails", ["bedrock:ApplyGuardrail", "bedrock:GetGuardrail"], guardrails),
        _allow(
            stack,
            "GuardrailProfiles",
            ["bedrock:ApplyGuardrail"],
            [f"arn:{partition}:bedrock:*:{stack.account}:guardrail-profile/*"],
        ),
    ]
    if here:
        statements.append(_allow(stack, "Models", _INVOKE, here))
    if arns:
        through = {"ArnLike": {"bedrock:InferenceProfileArn": arns}}
        statements += [
            _allow(stack, "Profiles", (*_INVOKE, "bedrock:GetInferenceProfile"), arns),
            _allow(stack, "ModelsThroughProfiles", _INVOKE, anywhere, through),
        ]
    return statements


def _agent_runtime(stack: Stack) -> list[iam.PolicyStatement]:
    statements = [
        _allow(
            stack,
            kind.title().replace("-", ""),
            [f"bedrock:{verb}" for verb in verbs],
            [_own(stack, f"{kind}/*")],
        )
        for kind, verbs in _AGENT_CALLS.items()
    ]
    sessions = ["bedrock:CreateSession", "bedrock:ListSessions"]
    return [*statements, _allow(stack, "Sessions", sessions)]


def _web_identity(stack: Stack) -> iam.PolicyStatement:
    """Roles of this account for federated workloads: such a caller has no account yet."""
    return iam.PolicyStatement(
        sid="FederatedRolesOfThisAccount",
        principals=[iam.StarPrincipal()],
        actions=["sts:AssumeRoleWithWebIdentity"],
        resources=[f"arn:{stack.partition}:iam::{stack.account}:role/*"],
    )


def _allow(
    stack: Stack,
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str] = ("*",),
    conditions: Mapping[str, object] | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.StarPrincipal()],
        actions=list(actions),
        resources=list(resources),
        conditions={
            "StringEquals": {"aws:PrincipalAccount": stack.account},
            **(conditions or {}),
        },
    )


def _own(stack: Stack, resource: str) -> str:
    return f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:{resource}"


def _unique(arns: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(arns))
