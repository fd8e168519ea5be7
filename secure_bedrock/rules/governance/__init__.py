"""Rules about cost and about organizations (GOV)."""

from secure_bedrock.rules._kit import not_a_rule

not_a_rule(
    "It is a matter of process (reviews, tests, contracts), which no template shows.", "GOV06"
)
