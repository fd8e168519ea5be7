"""What administering Amazon Bedrock takes, and what it does not: using it.

Source: Service Authorization Reference for Amazon Bedrock. Verbs, because a list of two hundred
actions does not fit into a policy; a test walks every action there is.
"""

ADMINISTRATION = (
    "bedrock:Associate*",
    "bedrock:Create*",
    "bedrock:Delete*",
    "bedrock:Deregister*",
    "bedrock:Disassociate*",
    "bedrock:Get*",
    "bedrock:List*",
    "bedrock:Prepare*",
    "bedrock:Put*",
    "bedrock:Register*",
    "bedrock:StartIngestionJob",
    "bedrock:Stop*",
    "bedrock:TagResource",
    "bedrock:UntagResource",
    "bedrock:Update*",
    "bedrock:Validate*",
)
"""Settings, guardrails, agents, knowledge bases, flows, prompts, jobs and model access."""

USE = (
    "bedrock:AgenticRetrieveStream",
    "bedrock:CallWithBearerToken",
    "bedrock:CreateAdvancedPromptOptimizationJob",
    "bedrock:CreateInvocation",
    "bedrock:CreateModelInvocationJob",
    "bedrock:DetectGeneratedContent",
    "bedrock:GenerateQuery",
    "bedrock:GetAgentMemory",
    "bedrock:GetAsyncInvoke",
    "bedrock:GetDocumentContent",
    "bedrock:GetInvocationStep",
    "bedrock:GetInvoke",
    "bedrock:Invoke*",
    "bedrock:OptimizePrompt",
    "bedrock:PutInvocationStep",
    "bedrock:RenderPrompt",
    "bedrock:Rerank",
    "bedrock:Retrieve*",
    "bedrock:StartFlowExecution",
    "bedrock-mantle:*",
    "bedrock-websearch:*",
)
"""Sends prompts, or reads what users and models said."""

MODEL_SUBSCRIPTIONS = (
    "aws-marketplace:Subscribe",
    "aws-marketplace:Unsubscribe",
    "aws-marketplace:ViewSubscriptions",
)
"""What Amazon Bedrock does for the administrator when model access is given or taken."""

PERMISSION_CHANGES = (
    "iam:Add*",
    "iam:Attach*",
    "iam:Create*",
    "iam:Delete*",
    "iam:Detach*",
    "iam:Put*",
    "iam:Remove*",
    "iam:Reset*",
    "iam:Set*",
    "iam:Tag*",
    "iam:Untag*",
    "iam:Update*",
    "iam:Upload*",
)
"""Changes of anybody's permissions, boundaries included."""
