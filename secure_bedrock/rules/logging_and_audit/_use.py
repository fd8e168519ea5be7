"""Whether and where a template uses Bedrock."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    YES,
    Node,
    Resource,
    Statement,
    StatementKind,
    Template,
    statements,
)
from secure_bedrock.rules.access._grants import granted
from secure_bedrock.rules.access._workloads import only_for_deployment

_RUN = (
    "AWS::Bedrock::Agent",
    "AWS::Bedrock::Flow",
    "AWS::Bedrock::KnowledgeBase",
    "AWS::BedrockAgentCore::Runtime",
    "AWS::BedrockAgentCore::Harness",
)
_INVOKE = (
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "bedrock-mantle:CreateInference",
)


def first_use(template: Template) -> Resource | Node | None:
    """The first place that runs an agent, flow or knowledge base, or lets models be invoked."""
    if "first use" not in template.cache:
        template.cache["first use"] = next(_uses(template), None)
    found: Resource | Node | None = template.cache["first use"]
    return found


def _uses(template: Template) -> Iterator[Resource | Node]:
    yield from template.of_type(*_RUN)
    for statement in statements(template, StatementKind.IDENTITY):
        if _invokes(statement) and not only_for_deployment(statement):
            yield statement.action_node(*_INVOKE)


def _invokes(statement: Statement) -> bool:
    return granted(statement, *_INVOKE) is YES
