"""What AWS and the CDK say about each interface endpoint service.

Which Region and zone offers a service differs. Where AWS publishes no list that a program could
read, the answer is UNKNOWN, and a service that is not offered fails at deployment.

Sources: see ``endpoint_services``; Amazon VPC User Guide, "AWS services that support IPv6"; Regions
of ``bedrock`` in botocore's endpoint data, and of AWS::BedrockMantle::Project in the CloudFormation
registry.
"""

from dataclasses import dataclass
from enum import StrEnum


class Availability(StrEnum):
    """Whether a Region offers an endpoint service, as far as AWS publishes it."""

    OFFERED = "offered"
    NOT_OFFERED = "not offered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFacts:
    """One row of the table.

    Attributes:
        iam_prefix: Service prefix of the actions that requests to the endpoint need.
        cdk_constant: Member of the CDK's ``InterfaceVpcEndpointAwsService``, None if 2.275 has no
            such member.
        private_name: Form of the name that private DNS leads to the endpoint.
        regions: Where AWS documents the service.
        only_there: Whether the documentation says that no other Region has it.
        ipv6: Whether the endpoint can have IPv6 addresses; None if no documentation says.
    """

    iam_prefix: str
    cdk_constant: str | None
    private_name: str
    regions: frozenset[str] = frozenset()
    only_there: bool = False
    ipv6: bool | None = None


_FIPS_REGIONS = frozenset(
    {"ca-central-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-2"}
)
_BEDROCK_REGIONS = frozenset(
    {
        "af-south-1",
        "ap-east-2",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-central-1",
        "ca-west-1",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "eusc-de-east-1",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-gov-east-1",
        "us-gov-west-1",
        "us-iso-east-1",
        "us-isob-east-1",
        "us-isof-east-1",
        "us-isof-south-1",
        "us-west-1",
        "us-west-2",
    }
)
_MANTLE_REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-south-1",
        "ap-southeast-3",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-gov-west-1",
        "us-west-2",
    }
)
_REGIONS = {
    "bedrock": _BEDROCK_REGIONS,
    "bedrock-runtime": _BEDROCK_REGIONS,
    "bedrock-fips": _FIPS_REGIONS,
    "bedrock-runtime-fips": _FIPS_REGIONS,
    "bedrock-mantle": _MANTLE_REGIONS,
}
_ONLY_THERE = {"bedrock-fips", "bedrock-runtime-fips"}
_IPV6 = {
    "bedrock": True,
    "bedrock-agent": True,
    "bedrock-agent-runtime": True,
    "bedrock-runtime": True,
    "ecr.api": False,
    "ecr.dkr": False,
}
_NAMES = {
    "bedrock-agentcore.gateway": "*.gateway.bedrock-agentcore.{region}.{suffix}",
    "bedrock-mantle": "bedrock-mantle.{region}.api.aws",
    "ecr.api": "api.ecr.{region}.{suffix}",
    "ecr.dkr": "*.dkr.ecr.{region}.{suffix}",
}

FACTS = {
    name: EndpointFacts(
        iam_prefix=prefix,
        cdk_constant=constant,
        private_name=_NAMES.get(name, f"{name}.{{region}}.{{suffix}}"),
        regions=_REGIONS.get(name, frozenset()),
        only_there=name in _ONLY_THERE,
        ipv6=_IPV6.get(name),
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
