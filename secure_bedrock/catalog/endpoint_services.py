"""Interface endpoint services: the names AWS publishes, and what an endpoint policy speaks of.

Sources: Amazon Bedrock User Guide, "Use interface VPC endpoints (AWS PrivateLink)"; Amazon Bedrock
AgentCore Developer Guide, the page of the same name; AWS PrivateLink Guide, "AWS services that
integrate with AWS PrivateLink".
"""

from enum import StrEnum

from secure_bedrock.catalog.endpoint_facts import FACTS, Availability, EndpointFacts


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
    def facts(self) -> EndpointFacts:
        """What AWS and the CDK say about the service."""
        return FACTS[self.value]

    @property
    def is_bedrock(self) -> bool:
        """Whether it is one of Amazon Bedrock's own endpoints."""
        return self.value.startswith("bedrock")

    def availability(self, region: str) -> Availability:
        """Whether a Region offers it."""
        facts = self.facts
        if region in facts.regions:
            return Availability.OFFERED
        nowhere_in_china = facts.iam_prefix == "bedrock" and region.startswith("cn-")
        if facts.only_there or nowhere_in_china:
            return Availability.NOT_OFFERED
        return Availability.UNKNOWN

    def private_names(self, region: str, suffix: str = "amazonaws.com") -> tuple[str, ...]:
        """The names that private DNS leads to the endpoint; ``*`` at the start is a wildcard.

        Args:
            region: For example ``eu-west-1``.
            suffix: DNS suffix of the partition, ``AWS::URLSuffix``.
        """
        return (self.facts.private_name.format(region=region, suffix=suffix),)


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
