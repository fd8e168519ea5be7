"""Rules about agents (AGT)."""

from secure_bedrock.rules._kit import not_a_rule

not_a_rule("Merged into IAM07, which judges what every role may invoke.", "AGT12")
