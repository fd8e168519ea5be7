"""Calls that carry prompts, documents or answers, and when they come from outside a network.

Sources: AWS's data-perimeter-policy-examples (exemptions for services); IAM User Guide, "AWS global
condition context keys": Amazon Bedrock is not among the services that send ``aws:VpceAccount``,
``aws:VpceOrgID`` and ``aws:VpceOrgPaths``, so endpoints or VPCs are named one by one.
"""

from collections.abc import Sequence

DATA_ACTIONS = (
    "bedrock:AgenticRetrieve*",
    "bedrock:ApplyGuardrail",
    "bedrock:CountTokens",
    "bedrock:GenerateQuery",
    "bedrock:GetAgentMemory",
    "bedrock:GetInvocationStep",
    "bedrock:IngestKnowledgeBaseDocuments",
    "bedrock:Invoke*",
    "bedrock:OptimizePrompt",
    "bedrock:PutInvocationStep",
    "bedrock:RenderPrompt",
    "bedrock:Rerank",
    "bedrock:Retrieve*",
    "bedrock-agentcore:CreateEvent",
    "bedrock-agentcore:GetEvent",
    "bedrock-agentcore:Invoke*",
    "bedrock-agentcore:RetrieveMemoryRecords",
    "bedrock-mantle:CountTokens",
    "bedrock-mantle:CreateFile",
    "bedrock-mantle:CreateInference",
    "bedrock-mantle:GetFile",
    "bedrock-mantle:GetInference",
)


def elsewhere(
    *, vpc_endpoint_ids: Sequence[str] = (), vpc_ids: Sequence[str] = ()
) -> dict[str, dict[str, str | list[str]]]:
    """The condition of a Deny: by none of these endpoints, and from none of these VPCs.

    A call that an AWS service makes for a principal (a forward access session), and a call of a
    service principal, come from no VPC of the caller's and are spared. A role that a service takes
    on itself looks like any other role: the statement has to spare it by name.
    """
    places = {"aws:SourceVpc": list(vpc_ids), "aws:SourceVpce": list(vpc_endpoint_ids)}
    return {
        "StringNotEqualsIfExists": {key: values for key, values in places.items() if values},
        "BoolIfExists": {"aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false"},
    }
