"""IAM policies, read and judged in pure Python: no AWS account, no dependency, no CDK."""

from secure_bedrock.policy.match import arn_match, resource_match, wildcard_match

__all__ = ["arn_match", "resource_match", "wildcard_match"]
