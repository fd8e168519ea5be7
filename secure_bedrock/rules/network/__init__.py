"""Rules about the network (NET)."""

from secure_bedrock.rules._kit import not_a_rule

not_a_rule(
    "cdk-nag's packs check APIs in front: web ACL (AwsSolutions-APIG3), throttling "
    "(APIGWDefaultThrottling) and request validation (AwsSolutions-APIG2).",
    "NET07",
)
