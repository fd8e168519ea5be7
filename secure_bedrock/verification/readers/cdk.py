"""Entries of a template with nothing in the account behind them."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.reading import Deployed, Reading, reader


@reader("AWS::CDK::Metadata", "AWS::CloudFormation::WaitConditionHandle", skip=["Analytics"])
def read_metadata(_aws: Aws, _metadata: Deployed) -> Reading:
    """Nothing is behind it in the account."""
    return Reading(properties={})
