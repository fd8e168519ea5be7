"""Rules about models, the jobs that make them and how they are invoked (MDL)."""

from secure_bedrock.rules._kit import not_a_rule

not_a_rule(
    "Merged into MDL09, which reads prompt routers and application inference profiles too.", "MDL12"
)
