"""Logs of knowledge bases."""

from secure_bedrock.rules._kit import (
    Profile,
    Resource,
    Severity,
    Verdicts,
    any_of,
    equals,
    refers_to,
    require,
    rule,
)
from secure_bedrock.rules.knowledge_bases._uses import KNOWLEDGE_BASE, USER_GUIDE


@rule(
    "KBS17",
    resource=KNOWLEDGE_BASE,
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add a log delivery source with log type APPLICATION_LOGS for the knowledge base.",
    source=f"{USER_GUIDE}/knowledge-bases-logging.html",
)
def knowledge_base_logs(base: Resource) -> Verdicts:
    """A knowledge base that ingests documents logs what it ingests."""
    ingests = equals(base["KnowledgeBaseConfiguration"]["Type"], "VECTOR", "MANAGED")
    logs = any_of(
        refers_to(each["ResourceArn"], base) & equals(each["LogType"], "APPLICATION_LOGS")
        for each in base.template.of_type("AWS::Logs::DeliverySource")
    )
    return require(~ingests | logs, base, "no log delivery source is for it")
