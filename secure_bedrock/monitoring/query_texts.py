"""CloudWatch Logs Insights queries over invocation logs, a trail and guardrail violations.

Source: CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax"; the fields are
those of Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3".
"""

_CACHE_READ = (
    "coalesce(input.cacheReadInputTokenCount, output.outputBodyJson.usage.cacheReadInputTokens,"
    " output.outputBodyJson.usage.cache_read_input_tokens,"
    " output.outputBodyJson.0.message.usage.cache_read_input_tokens, 0)"
)
_CACHE_WRITE = (
    "coalesce(input.cacheWriteInputTokenCount, output.outputBodyJson.usage.cacheWriteInputTokens,"
    " output.outputBodyJson.usage.cache_creation_input_tokens,"
    " output.outputBodyJson.0.message.usage.cache_creation_input_tokens, 0)"
)
_RECORDS = 'filter schemaType = "ModelInvocationLog"'
_TOKENS = (
    f"fields {_CACHE_READ} as cacheRead, {_CACHE_WRITE} as cacheWrite\n"
    "| stats count(*) as calls, sum(input.inputTokenCount) as inputTokens,"
    " sum(output.outputTokenCount) as outputTokens, sum(cacheRead) as cacheReadTokens,"
    " sum(cacheWrite) as cacheWriteTokens"
)
_ACTED = (
    r'@message like /"stopReason"\s*:\s*"guardrail_intervened"/'
    r' or @message like /"amazon-bedrock-guardrailAction"\s*:\s*"INTERVENED"/'
)
_OF_BEDROCK = "filter eventSource like /^bedrock/"

INVOCATIONS = {
    "tokens by principal": f"{_RECORDS}\n| {_TOKENS} by identity.arn\n| sort outputTokens desc",
    "tokens by model and operation": (
        f"{_RECORDS}\n| {_TOKENS} by modelId, operation\n| sort outputTokens desc"
    ),
    "models by principal": (
        f"{_RECORDS}\n| stats count_distinct(modelId) as models, count(*) as calls,"
        " earliest(@timestamp) as first, latest(@timestamp) as last by identity.arn\n"
        "| sort models desc"
    ),
    "longest answers": (
        f"{_RECORDS}\n| fields timestamp, identity.arn, modelId, operation, requestId,"
        " input.inputTokenCount, output.outputTokenCount\n"
        "| sort output.outputTokenCount desc\n| limit 50"
    ),
    "failed invocations": (
        f"{_RECORDS} and ispresent(errorCode)\n"
        "| stats count(*) as calls by errorCode, identity.arn, modelId\n| sort calls desc"
    ),
    "a guardrail intervened": (
        f"{_RECORDS} and ({_ACTED})\n"
        "| fields timestamp, identity.arn, modelId, operation, requestId\n"
        "| sort @timestamp desc\n| limit 200"
    ),
}
"""Name -> query over the log group of invocation logging."""

TRAIL = {
    "changes": (
        f"{_OF_BEDROCK} and readOnly = 0\n"
        "| fields eventTime, eventName, userIdentity.arn, sourceIPAddress, errorCode\n"
        "| sort @timestamp desc\n| limit 200"
    ),
    "failed calls": (
        f"{_OF_BEDROCK} and ispresent(errorCode)\n"
        "| stats count(*) as calls by errorCode, eventName, userIdentity.arn, awsRegion\n"
        "| sort calls desc"
    ),
    "refused at an endpoint": (
        'filter eventCategory = "NetworkActivity"\n'
        "| stats count(*) as calls by vpcEndpointId, eventName, userIdentity.arn, errorCode\n"
        "| sort calls desc"
    ),
    "use of bedrock-mantle": (
        'filter eventSource = "bedrock-mantle.amazonaws.com"\n'
        "| stats count(*) as calls by eventName, userIdentity.arn, awsRegion\n| sort calls desc"
    ),
}
"""Name -> query over the log group of a trail."""

VIOLATIONS = {
    "violations by principal": (
        'filter schema = "GuardrailViolation"\n'
        "| stats count(*) as violations, count_distinct(requestId) as calls by principal\n"
        "| sort violations desc"
    ),
    "violations by guardrail and policy": (
        'filter schema = "GuardrailViolation"\n'
        "| stats count(*) as violations by guardrail, guardrailVersion, policy, category, action,"
        " source\n| sort violations desc"
    ),
    "violations over time": (
        'filter schema = "GuardrailViolation"\n| stats count(*) as violations by bin(1h), policy'
    ),
}
"""Name -> query over the log group of ``GuardrailViolations``."""
