"""Where AgentCore resources keep what several rules look at."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import Node, Resource

GUIDE = "https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide"
REFERENCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-bedrockagentcore"

BROWSER = "AWS::BedrockAgentCore::BrowserCustom"
GATEWAY = "AWS::BedrockAgentCore::Gateway"
HARNESS = "AWS::BedrockAgentCore::Harness"
INTERPRETER = "AWS::BedrockAgentCore::CodeInterpreterCustom"
MEMORY = "AWS::BedrockAgentCore::Memory"
PAYMENT_MANAGER = "AWS::BedrockAgentCore::PaymentManager"
RUNTIME = "AWS::BedrockAgentCore::Runtime"
TARGET = "AWS::BedrockAgentCore::GatewayTarget"


def environment(resource: Resource) -> Node:
    """What a runtime runs in: its own properties, or a part of those of a harness."""
    if resource.type == HARNESS:
        return resource["Environment"]["AgentCoreRuntimeEnvironment"]
    return resource.properties


def network(resource: Resource) -> Node:
    """The network configuration of a runtime, harness, browser or code interpreter."""
    if resource.type == HARNESS:
        return environment(resource)["NetworkConfiguration"]
    return resource["NetworkConfiguration"]


def placement(resource: Resource) -> Node:
    """Subnets and security groups; runtimes and tools spell the property differently."""
    spelled = "NetworkModeConfig" if resource.type in (RUNTIME, HARNESS) else "VpcConfig"
    return network(resource)[spelled]


def authorizer(resource: Resource) -> Node:
    """The authorizer for JSON web tokens of a runtime, harness, gateway or payment manager."""
    return resource["AuthorizerConfiguration"]["CustomJWTAuthorizer"]


def endpoints(target: Resource) -> Iterator[Node]:
    """The addresses of web services that a gateway target calls."""
    configuration = target["TargetConfiguration"]
    for node in (
        configuration["Mcp"]["McpServer"]["Endpoint"],
        configuration["Http"]["Passthrough"]["Endpoint"],
        configuration["Inference"]["Provider"]["Endpoint"],
    ):
        if not node.missing:
            yield node
