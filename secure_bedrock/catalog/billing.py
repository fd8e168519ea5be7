"""What Amazon Bedrock is called on the bill, and where its cost controls can be created.

Models of Amazon and of a few providers are billed under a service name of AWS. Most third-party
models are sold through AWS Marketplace, each as a service of its own, such as "Claude 3 Haiku
(Amazon Bedrock Edition)": a filter on the service "Amazon Bedrock" counts none of them.

Sources, read in November 2026: Cost Management User Guide, "Budget filters" (billing entity); Cost
Explorer output in public cost tools for the service names, which AWS lists nowhere; CloudFormation
resource schemas for the Regions.
"""

AWS_SERVICE_NAMES = ("Amazon Bedrock", "Amazon Bedrock AgentCore", "Amazon Bedrock Service")
"""Service names under which AWS itself bills Bedrock. The last one first appeared in 2026."""

MARKETPLACE = "AWS Marketplace"
"""The billing entity of everything sold through AWS Marketplace, third-party models among it."""

MARKETPLACE_EDITION_SUFFIX = "(Amazon Bedrock Edition)"
"""How the service name of a model sold through AWS Marketplace ends."""

REGIONS_WITHOUT_ANOMALY_DETECTION = frozenset(
    {
        "ap-east-2",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "mx-central-1",
        "us-gov-east-1",
        "us-gov-west-1",
    }
)
"""Regions where CloudFormation has no cost anomaly monitor and subscription."""

REGIONS_WITHOUT_BUDGETS = REGIONS_WITHOUT_ANOMALY_DETECTION | {
    "af-south-1",
    "ap-east-1",
    "ap-northeast-3",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-west-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
}
"""Regions where CloudFormation has no budget and budget action."""
