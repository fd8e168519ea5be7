"""What data sources read."""

from secure_bedrock.rules._buckets import buckets_of
from secure_bedrock.rules._kit import (
    UNKNOWN,
    YES,
    Answer,
    Controls,
    Node,
    Parameters,
    Profile,
    Resource,
    Severity,
    Verdicts,
    equals,
    present,
    require,
    rule,
)
from secure_bedrock.rules.knowledge_bases._uses import DATA_SOURCE, USER_GUIDE


@rule(
    "KBS14",
    resource=DATA_SOURCE,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Set BucketOwnerAccountId to the account that owns the bucket.",
    source=f"{USER_GUIDE}/s3-data-source-connector.html",
    parameters=("trusted_accounts",),
    controls={"NIST 800-53 r5": Controls(("AC-4", "AC-6"), "stave")},
)
def bucket_owner_is_pinned(source: Resource, parameters: Parameters) -> Verdicts:
    """A data source names the owner of its bucket: the own account, or a trusted one.

    Without an owner, whoever takes over the name of a deleted bucket feeds the knowledge base.
    A bucket of the same template needs none.
    """
    where = source["DataSourceConfiguration"]["S3Configuration"]
    owner = where["BucketOwnerAccountId"]
    if where.missing or (owner.missing and buckets_of(where["BucketArn"])):
        return ()
    return require(_own(owner) | equals(owner, *parameters.trusted_accounts), owner)


def _own(owner: Node) -> Answer:
    if owner.reference is not None and owner.reference.name == "AWS::AccountId":
        return YES
    if owner.missing or owner.template.account is not None:
        return equals(owner, owner.template.account)
    return UNKNOWN


@rule(
    "KBS15",
    resource=DATA_SOURCE,
    severity=Severity.LOW,
    fix="Use an approved connector, or add this one to approved_connectors.",
    source=f"{USER_GUIDE}/data-source-connectors.html",
    parameters=("approved_connectors",),
)
def connector_is_approved(source: Resource, parameters: Parameters) -> Verdicts:
    """Data sources use approved connectors only (parameter ``approved_connectors``)."""
    if not parameters.approved_connectors:
        return ()
    kind = source["DataSourceConfiguration"]["Type"]
    return require(equals(kind, *parameters.approved_connectors), kind)


@rule(
    "KBS16",
    resource=DATA_SOURCE,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Set Scope to HOST_ONLY, or list InclusionFilters.",
    source=f"{USER_GUIDE}/webcrawl-data-source-connector.html",
)
def web_crawler_is_bounded(source: Resource) -> Verdicts:
    """A web crawler stays on the host of its seeds, or within inclusion filters.

    Without Scope it stays below the path of the seed, which is narrower still.
    """
    crawler = source["DataSourceConfiguration"]["WebConfiguration"]["CrawlerConfiguration"]
    scope = crawler["Scope"]
    return require(~equals(scope, "SUBDOMAINS") | present(crawler["InclusionFilters"]), scope)


@rule(
    "KBS21",
    resource=DATA_SOURCE,
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Set DataDeletionPolicy to DELETE or RETAIN.",
    source="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_CreateDataSource.html",
)
def deletion_is_decided(source: Resource) -> Verdicts:
    """A data source says what happens to its vectors when it is deleted."""
    return require(present(source["DataDeletionPolicy"]), source["DataDeletionPolicy"])
