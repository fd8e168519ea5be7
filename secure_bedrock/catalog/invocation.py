"""Actions and resources of model invocation, as policies name them.

Source: Service Authorization Reference for Amazon Bedrock: resource types of InvokeModel.
"""

INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
"""Converse, ConverseStream and StartAsyncInvoke are authorised by these as well."""

BATCH = "bedrock:CreateModelInvocationJob"

FOUNDATION_MODELS = "*::foundation-model/*"

OWNED_MODELS = (
    "*:*:provisioned-model/*",
    "*:*:custom-model-deployment/*",
    "*:*:imported-model/*",
    "*:*:marketplace/model-endpoint/all-access",
)
"""Models that a list of foundation models does not reach."""

WRAPPERS = (
    "*:*:inference-profile/*",
    "*:*:application-inference-profile/*",
    "*:*:prompt-router/*",
    "*:*:default-prompt-router/*",
    "*:*:project/*",
    ":*:system-tool/*",
)
"""What stands in front of a model: the model behind it is authorised, too."""

JOBS = ("*:*:model-invocation-job/*", "*:*:async-invoke/*")


def bedrock_arn(partition: str, rest: str) -> str:
    """An ARN, or a pattern of ARNs, of Amazon Bedrock."""
    return f"arn:{partition}:bedrock:{rest}"
