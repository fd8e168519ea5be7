"""What AWS fixes about application inference profiles.

Source: CloudFormation's schema of ``AWS::Bedrock::ApplicationInferenceProfile``.
"""

NAME_LIMIT = 64
NAME_PATTERN = r"([0-9a-zA-Z][ _-]?)+"

REGIONS_WITHOUT_APPLICATION_PROFILES = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "cn-north-1",
        "cn-northwest-1",
        "eu-north-1",
        "eu-south-2",
        "il-central-1",
        "mx-central-1",
        "us-gov-east-1",
        "us-gov-west-1",
        "us-west-1",
    }
)
"""Regions where CloudFormation has no application inference profile."""
