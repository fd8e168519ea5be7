"""Rules about Amazon Bedrock AgentCore (AGC)."""

from secure_bedrock.rules._kit import not_a_rule

not_a_rule("CloudFormation has no property for the version of the metadata service.", "AGC07")
not_a_rule(
    "CloudFormation has no type for the token vault; its key is set by an API call.", "AGC32"
)
not_a_rule("A runtime has no property for a guardrail; the agent's own code calls it.", "AGC37")
