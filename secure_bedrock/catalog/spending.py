"""Actions that make Amazon Bedrock charge money, or start something that does.

Left out on purpose: whatever reads, deletes, stops or only describes, because a role at its limit
must still be able to look around and to remove what costs money.

Source: Service Authorization Reference (actions) and the Amazon Bedrock pricing page (what is
charged). Where the reference has several actions of one family, a wildcard includes the next one.
"""

MODEL_ACTIONS = (
    "bedrock:AgenticRetrieveStream",
    "bedrock:ApplyGuardrail",
    "bedrock:Create*Job",
    "bedrock:CreateCustomModel*",
    "bedrock:CreateFoundationModelAgreement",
    "bedrock:CreateKnowledgeBase",
    "bedrock:CreateMarketplaceModelEndpoint",
    "bedrock:CreateProvisionedModelThroughput",
    "bedrock:DetectGeneratedContent",
    "bedrock:GenerateQuery",
    "bedrock:IngestKnowledgeBaseDocuments",
    "bedrock:Invoke*",
    "bedrock:OptimizePrompt",
    "bedrock:Rerank",
    "bedrock:Retrieve*",
    "bedrock:Start*",
    "bedrock:UpdateMarketplaceModelEndpoint",
    "bedrock:UpdateProvisionedModelThroughput",
)
"""On the ``bedrock`` prefix. ``Invoke*`` includes Converse, which IAM knows as InvokeModel."""

MANTLE_ACTIONS = (
    "bedrock-mantle:CreateCustomizedModel",
    "bedrock-mantle:CreateFile",
    "bedrock-mantle:CreateFineTuningJob",
    "bedrock-mantle:CreateInference",
    "bedrock-mantle:CreateReservation",
    "bedrock-mantle:UpdateReservation",
)
"""On the ``bedrock-mantle`` prefix, the second way to invoke a model."""

WEB_SEARCH_ACTIONS = ("bedrock-websearch:*",)
"""On the ``bedrock-websearch`` prefix: all of it is charged by the request."""

AGENTCORE_ACTIONS = (
    "bedrock-agentcore:AuthorizeAction",
    "bedrock-agentcore:BatchCreateMemoryRecords",
    "bedrock-agentcore:BatchUpdateMemoryRecords",
    "bedrock-agentcore:CreateABTest",
    "bedrock-agentcore:CreateAgentRuntime*",
    "bedrock-agentcore:CreateCapacityProvider",
    "bedrock-agentcore:CreateEvent",
    "bedrock-agentcore:CreateHarness*",
    "bedrock-agentcore:CreateOnlineEvaluationConfig",
    "bedrock-agentcore:Evaluate",
    "bedrock-agentcore:GetResourceApiKey",
    "bedrock-agentcore:GetResourceOauth2Token",
    "bedrock-agentcore:IngestData",
    "bedrock-agentcore:Invoke*",
    "bedrock-agentcore:PartiallyAuthorizeActions",
    "bedrock-agentcore:ProcessPayment",
    "bedrock-agentcore:RetrieveMemoryRecords",
    "bedrock-agentcore:SearchRegistryRecords",
    "bedrock-agentcore:Start*",
    "bedrock-agentcore:UpdateABTest",
    "bedrock-agentcore:UpdateCapacityProvider",
    "bedrock-agentcore:UpdateOnlineEvaluationConfig",
)
"""On the ``bedrock-agentcore`` prefix: runtimes, tools, memory, policy, evaluation, payment."""

SPENDING_ACTIONS = (*MODEL_ACTIONS, *MANTLE_ACTIONS, *WEB_SEARCH_ACTIONS, *AGENTCORE_ACTIONS)
"""All of the above."""
