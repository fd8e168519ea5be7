"""Which roles applications run with, and which only deploy."""

from secure_bedrock.rules._kit import NO, YES, Resource, Statement, Template
from secure_bedrock.rules.access._grants import referred
from secure_bedrock.rules.access._trust import assumed_by

_APPLICATIONS = (
    "bedrock-agentcore.*",
    "bedrock.*",
    "build.apprunner.*",
    "ec2.*",
    "ecs-tasks.*",
    "lambda.*",
    "pods.eks.*",
    "sagemaker.*",
    "states.*",
    "tasks.apprunner.*",
)
_DEPLOYERS = ("cloudformation.*", "codebuild.*", "codedeploy.*", "codepipeline.*")
_SERVERLESS = "AWS::Serverless::"


def only_for_workloads(statement: Statement) -> bool:
    """Whether an application has the statement: a role of a compute service, or a SAM function."""
    return any(_is_workload(statement.owner.template, name) for name in statement.holders)


def only_for_deployment(statement: Statement) -> bool:
    """Whether only deployment roles and handlers of custom resources have the statement."""
    template = statement.owner.template
    return bool(statement.holders) and all(
        name in handlers(template) or assumed_by(template, name, *_DEPLOYERS) is YES
        for name in statement.holders
    )


def handlers(template: Template) -> frozenset[str]:
    """Logical ids of the functions behind custom resources, and of their roles.

    A function that CDK's provider framework calls counts too: the framework's has its ARN in its
    environment.
    """
    if "handlers" not in template.cache:
        functions: list[Resource] = []
        for resource in template.resources.values():
            called = resource["ServiceToken"]
            if not called.missing:
                functions += referred(called)
        for function in list(functions):
            variables = function["Environment"]["Variables"].items()
            functions += [each for _, value in variables for each in referred(value)]
        roles = [each for function in functions for each in referred(function["Role"])]
        names = frozenset(each.logical_id for each in (*functions, *roles))
        template.cache["handlers"] = names
    found: frozenset[str] = template.cache["handlers"]
    return found


def _is_workload(template: Template, name: str) -> bool:
    holder = template.resources.get(name)
    if holder is None or name in handlers(template):
        return False
    serverless = holder.type.startswith(_SERVERLESS)
    return serverless or assumed_by(template, name, *_APPLICATIONS) is not NO
