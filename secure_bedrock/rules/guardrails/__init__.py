"""Rules about guardrails (GRD)."""

from secure_bedrock.rules._kit import not_a_rule

not_a_rule("Merged into GRD08: prompt attacks share the tier of the content filters.", "GRD07")
