"""What may pass through each interface endpoint.

An endpoint policy grants nothing; it is a ceiling over what the caller's own policies grant. Ours
stop credentials of another account that found their way into the VPC, and keep calls to models that
were not named from leaving it.
"""

from collections.abc import Callable, Mapping, Sequence

from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.invocation import BATCH
from secure_bedrock.catalog.models import Model, foundation_models
from secure_bedrock.network.agentcore_policies import gateway_statements, runtime_callers
from secure_bedrock.network.endpoint_access import EndpointUse
from secure_bedrock.network.policy_statements import Passage, everyone
from secure_bedrock.network.runtime_policy import runtime_statements

RUNTIME = (EndpointService.BEDROCK_RUNTIME, EndpointService.BEDROCK_RUNTIME_FIPS)

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


_READ = ("bedrock:Get*", "bedrock:List*")


def endpoint_statements(
    service: EndpointService, models: Sequence[Model], passage: Passage
) -> list[iam.PolicyStatement]:
    """The policy of one endpoint.

    * Runtime: the given models, directly or through the given inference profiles, and guardrails.
    * Control planes: reading, and ingestion into knowledge bases. Changes come from a pipeline.
    * Agent runtime: agents, flows, knowledge bases and sessions. Not the calls that name any model
      they like (InvokeInlineAgent, RetrieveAndGenerate, Rerank, GenerateQuery, OptimizePrompt).
    * Mantle: the models named for it; without any, nothing.
    * Everything else: all actions of the service.

    Always for the given callers only, except OAuth callers of AgentCore, who have no principal.
    """
    if service in RUNTIME:
        return runtime_statements(passage, models)
    if service in (EndpointService.BEDROCK, EndpointService.BEDROCK_FIPS):
        return [passage.allow("Read", _READ), *_batch(passage, models)]
    if service in _OTHERS:
        return _OTHERS[service](passage)
    return [_everything(service, passage)]


def _everything(service: EndpointService, passage: Passage) -> iam.PolicyStatement:
    return passage.allow("ThisAccount", [f"{service.facts.iam_prefix}:*"])


def _batch(passage: Passage, models: Sequence[Model]) -> list[iam.PolicyStatement]:
    if EndpointUse.BATCH not in passage.access.uses:
        return []
    place, jobs = passage.place, passage.own("model-invocation-job/*")
    here = [
        model.arn(partition=place.partition, region=place.region)
        for model in foundation_models(models)
    ]
    return [
        passage.allow("Batch", [BATCH], [*dict.fromkeys(here), jobs]),
        passage.allow("StopBatch", ["bedrock:StopModelInvocationJob"], [jobs]),
    ]


def _agent_runtime(passage: Passage) -> list[iam.PolicyStatement]:
    statements = [
        passage.allow(
            kind.title().replace("-", ""),
            [f"bedrock:{verb}" for verb in verbs],
            [passage.own(f"{kind}/*")],
        )
        for kind, verbs in _AGENT_CALLS.items()
    ]
    sessions = ["bedrock:CreateSession", "bedrock:ListSessions"]
    return [*statements, passage.allow("Sessions", sessions)]


def _mantle(passage: Passage) -> list[iam.PolicyStatement]:
    models, place = list(passage.access.mantle_models), passage.place
    if not models:
        return [
            iam.PolicyStatement(
                sid="NothingWasAskedFor",
                effect=iam.Effect.DENY,
                principals=[everyone()],
                actions=["*"],
                resources=["*"],
            )
        ]
    return [
        passage.allow(
            "MantleModels",
            ["bedrock-mantle:CountTokens", "bedrock-mantle:CreateInference"],
            [f"arn:{place.partition}:bedrock-mantle:{place.region}:{place.account}:project/*"],
            {"StringEquals": {"bedrock-mantle:Model": models}},
        )
    ]


def _agent(passage: Passage) -> list[iam.PolicyStatement]:
    knowledge_bases = [passage.own("knowledge-base/*")]
    return [passage.allow("Read", _READ), passage.allow("Ingest", _INGEST, knowledge_bases)]


def _agentcore(passage: Passage) -> list[iam.PolicyStatement]:
    return [_everything(EndpointService.BEDROCK_AGENTCORE, passage), *runtime_callers(passage)]


def _sts(passage: Passage) -> list[iam.PolicyStatement]:
    return [_everything(EndpointService.STS, passage), passage.web_identity()]


_OTHERS: Mapping[EndpointService, Callable[[Passage], list[iam.PolicyStatement]]] = {
    EndpointService.BEDROCK_AGENT: _agent,
    EndpointService.BEDROCK_AGENT_RUNTIME: _agent_runtime,
    EndpointService.BEDROCK_AGENTCORE: _agentcore,
    EndpointService.BEDROCK_AGENTCORE_GATEWAY: gateway_statements,
    EndpointService.BEDROCK_MANTLE: _mantle,
    EndpointService.STS: _sts,
}
