"""How the functions behind agents can be called."""

from secure_bedrock.rules._kit import (
    NO,
    Answer,
    Node,
    Profile,
    Resource,
    Severity,
    Verdicts,
    answer,
    matches,
    present,
    require,
    rule,
)
from secure_bedrock.rules.agents._functions import functions_of

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
_ACCOUNT = 4  # arn:partition:service:region:account:resource


@rule(
    "AGT16",
    resource="AWS::Lambda::Permission",
    severity=Severity.HIGH,
    fix="Set SourceAccount, and SourceArn to the ARN of the agent.",
    source=f"{_GUIDE}/cross-service-confused-deputy-prevention.html",
)
def bedrock_calls_functions_for_one_account(permission: Resource) -> Verdicts:
    """A function that Bedrock may invoke is invoked only for agents of a named account."""
    service = matches(permission["Principal"], "bedrock.*", "bedrock-agentcore.*")
    if service is not NO:
        arn = permission["SourceArn"]
        bound = present(permission["SourceAccount"]) | _names_account(arn)
        yield from require(~service | bound, arn)


def _names_account(arn: Node) -> Answer:
    fields = arn.shape.split(":")
    if len(fields) > _ACCOUNT:
        return answer(fields[_ACCOUNT].strip("*?") != "")
    return present(arn) if arn.references else NO


@rule(
    "AGT18",
    resource="AWS::Bedrock::Agent",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Set ReservedConcurrentExecutions of the function.",
    source=f"{_LAMBDA}/configuration-concurrency.html",
)
def action_functions_have_reserved_concurrency(agent: Resource) -> Verdicts:
    """The functions behind an agent have reserved concurrency, so that it cannot use up all."""
    for function in functions_of(agent):
        reserved = function["ReservedConcurrentExecutions"]
        yield from require(present(reserved), reserved)
