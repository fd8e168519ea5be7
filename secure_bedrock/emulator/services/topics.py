"""SNS topics as targets of other services."""

import json
from typing import Any

from moto.sns.models import sns_backends

from secure_bedrock.emulator.services.dispatch import Call, error


def check_publisher(call: Call, arn: str, service: str) -> None:
    """Refuse a topic that does not exist or that the service principal may not publish to.

    Raises:
        ServiceException: ``ValidationException``.
    """
    region = arn.split(":")[3]
    topic: Any = sns_backends[call.account][region].topics.get(arn)
    if topic is None:
        raise error("ValidationException", f"Topic {arn} does not exist in this account")
    policy = topic.policy
    document = json.loads(policy) if isinstance(policy, str) else policy
    if not any(_allows(statement, service) for statement in document["Statement"]):
        raise error("ValidationException", f"{service} may not publish to {arn}: see its policy")


def _allows(statement: dict[str, Any], service: str) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    actions = statement.get("Action", [])
    names = {name.lower() for name in ([actions] if isinstance(actions, str) else actions)}
    return (
        statement["Effect"] == "Allow"
        and service in ([services] if isinstance(services, str) else services)
        and bool(names & {"sns:publish", "sns:*"})
    )
