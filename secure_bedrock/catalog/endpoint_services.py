"""Interface endpoint services: the names AWS publishes, and what an endpoint policy speaks of.

Sources: Amazon Bedrock User Guide, "Use interface VPC endpoints (AWS PrivateLink)"; Amazon Bedrock
AgentCore Developer Guide, the page of the same name; AWS PrivateLink Guide, "AWS services that
integrate with AWS PrivateLink". Which Region and zone offers a service differs; a service that a
Region does not offer fails at deployment.
"""

from dataclasses import dataclass
from enum import StrEnum


class EndpointService(StrEnum):
    """What follows ``com.amazonaws.REGION.`` in an interface endpoint service's name."""

    BEDROCK = "bedrock"
    BEDROCK_FIPS = "bedrock-fips"
    BEDROCK_RUNTIME = "bedrock-runtime"
    BEDROCK_RUNTIME_FIPS = "bedrock-runtime-fips"
    BEDROCK_AGENT = "bedrock-agent"
    BEDROCK_AGENT_RUNTIME = "bedrock-agent-runtime"
    BEDROCK_MANTLE = "bedrock-mantle"
    BEDROCK_AGENTCORE = "bedrock-agentcore"
    BEDROCK_AGENTCORE_CONTROL = "bedrock-agentcore-control"
    BEDROCK_AGENTCORE_GATEWAY = "bedrock-agentcore.gateway"
    BEDROCK_DATA_AUTOMATION = "bedrock-data-automation"
    BEDROCK_DATA_AUTOMATION_FIPS = "bedrock-data-automation-fips"
    BEDROCK_DATA_AUTOMATION_RUNTIME = "bedrock-data-automation-runtime"
    BEDROCK_DATA_AUTOMATION_RUNTIME_FIPS = "bedrock-data-automation-runtime-fips"
    S3_VECTORS = "s3vectors"
    CLOUDTRAIL = "cloudtrail"
    ECR_API = "ecr.api"
    ECR_DOCKER = "ecr.dkr"
    KMS = "kms"
    LAMBDA = "lambda"
    LOGS = "logs"
    MONITORING = "monitoring"
    SECRETS_MANAGER = "secretsmanager"
    SNS = "sns"
    SQS = "sqs"
    STS = "sts"
    XRAY = "xray"

    @property
    def facts(self) -> "EndpointFacts":
        """What AWS and the CDK say about the service."""
        return _FACTS[self]

    @property
    def is_bedrock(self) -> bool:
        """Whether it is one of Amazon Bedrock's own endpoints."""
        return self.value.startswith("bedrock")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFacts:
    """One row of the table.

    Attributes:
        iam_prefix: Service prefix of the actions that requests to the endpoint need.
        cdk_constant: Member of the CDK's ``InterfaceVpcEndpointAwsService``, None if 2.275 has no
            such member.
        regions: Where AWS documents the service; None if the documentation has no list.
    """

    iam_prefix: str
    cdk_constant: str | None
    regions: frozenset[str] | None = None


PRIVATE_WORKLOAD = (
    EndpointService.BEDROCK,
    EndpointService.BEDROCK_RUNTIME,
    EndpointService.BEDROCK_AGENT,
    EndpointService.BEDROCK_AGENT_RUNTIME,
    EndpointService.STS,
    EndpointService.KMS,
    EndpointService.LOGS,
    EndpointService.MONITORING,
    EndpointService.SECRETS_MANAGER,
)
"""What a workload without a route to the internet needs to use Amazon Bedrock."""

_FIPS_REGIONS = frozenset(
    {"ca-central-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-2"}
)

_FACTS = {
    EndpointService(name): EndpointFacts(
        iam_prefix=prefix,
        cdk_constant=constant,
        regions=_FIPS_REGIONS if name in {"bedrock-fips", "bedrock-runtime-fips"} else None,
    )
    for name, prefix, constant in (
        ("bedrock", "bedrock", "BEDROCK"),
        ("bedrock-fips", "bedrock", "BEDROCK_FIPS"),
        ("bedrock-runtime", "bedrock", "BEDROCK_RUNTIME"),
        ("bedrock-runtime-fips", "bedrock", "BEDROCK_RUNTIME_FIPS"),
        ("bedrock-agent", "bedrock", "BEDROCK_AGENT"),
        ("bedrock-agent-runtime", "bedrock", "BEDROCK_AGENT_RUNTIME"),
        ("bedrock-mantle", "bedrock-mantle", None),
        ("bedrock-agentcore", "bedrock-agentcore", "BEDROCK_AGENTCORE"),
        ("bedrock-agentcore-control", "bedrock-agentcore", None),
        ("bedrock-agentcore.gateway", "bedrock-agentcore", "BEDROCK_AGENTCORE_GATEWAY"),
        ("bedrock-data-automation", "bedrock", "BEDROCK_DATA_AUTOMATION"),
        ("bedrock-data-automation-fips", "bedrock", "BEDROCK_DATA_AUTOMATION_FIPS"),
        ("bedrock-data-automation-runtime", "bedrock", "BEDROCK_DATA_AUTOMATION_RUNTIME"),
        ("bedrock-data-automation-runtime-fips", "bedrock", "BEDROCK_DATA_AUTOMATION_RUNTIME_FIPS"),
        ("s3vectors", "s3vectors", "S3_VECTORS"),
        ("cloudtrail", "cloudtrail", "CLOUDTRAIL"),
        ("ecr.api", "ecr", "ECR"),
        ("ecr.dkr", "ecr", "ECR_DOCKER"),
        ("kms", "kms", "KMS"),
        ("lambda", "lambda", "LAMBDA_"),
        ("logs", "logs", "CLOUDWATCH_LOGS"),
        ("monitoring", "cloudwatch", "CLOUDWATCH_MONITORING"),
        ("secretsmanager", "secretsmanager", "SECRETS_MANAGER"),
        ("sns", "sns", "SNS"),
        ("sqs", "sqs", "SQS"),
        ("sts", "sts", "STS"),
        ("xray", "xray", "XRAY"),
    )
}
