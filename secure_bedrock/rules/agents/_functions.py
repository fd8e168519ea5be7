"""Which Lambda functions work for an agent, and with which permissions."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import Node, Resource

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_STANDS_FOR = {"AWS::Lambda::Alias": "FunctionName", "AWS::Lambda::Version": "FunctionName"}


def function_of(node: Node) -> Resource | None:
    """The function of the same template that a value names, also through an alias or version."""
    for reference in node.references:
        resource = node.template.follow(reference)
        if resource is not None and resource.type in FUNCTIONS:
            return resource
        if resource is not None and resource.type in _STANDS_FOR:
            return function_of(resource[_STANDS_FOR[resource.type]])
    return None


def permissions_of(function: Resource) -> Resource | None:
    """What holds the function's permissions: its role, or a SAM function itself."""
    if function["Role"].missing and function.type == "AWS::Serverless::Function":
        return function
    return function["Role"].target


def functions_of(agent: Resource) -> Iterator[Resource]:
    """The functions that an agent calls: for actions, orchestration and parsing."""
    called = [each["ActionGroupExecutor"]["Lambda"] for each in agent["ActionGroups"]]
    called.append(agent["CustomOrchestration"]["Executor"]["Lambda"])
    called.append(agent["PromptOverrideConfiguration"]["OverrideLambda"])
    found = {each.logical_id: each for each in map(function_of, called) if each is not None}
    yield from found.values()
