"""What an analyst needs to query invocation logs."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from secure_bedrock.catalog.authorization import Place

_QUERY = (
    "athena:BatchGetNamedQuery",
    "athena:BatchGetQueryExecution",
    "athena:GetNamedQuery",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetWorkGroup",
    "athena:ListNamedQueries",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
_CATALOG = ("glue:GetDatabase", "glue:GetPartitions", "glue:GetTable")
_RESULTS = (
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
_WHERE = ("s3:GetBucketLocation",)
_LIST = ("s3:ListBucket",)

Conditions = Mapping[str, Mapping[str, str]]


def grant_query(
    grantee: iam.IGrantable,
    *,
    place: Place,
    workgroup: str,
    database: str,
    table: str,
    logs: s3.IBucket,
    prefix: str,
    results: s3.IBucket,
    results_key: kms.IKey,
) -> iam.Grant:
    """Query one table in one workgroup: Athena reads, writes and decrypts as its caller."""
    glue = f"arn:{place.partition}:glue:{place.region}:{place.account}:"
    group = f"arn:{place.partition}:athena:{place.region}:{place.account}:workgroup/{workgroup}"
    via_s3 = {"kms:ViaService": f"s3.{place.region}.amazonaws.com"}
    below = f"{prefix}AWSLogs/{place.account}/BedrockModelInvocationLogs/*"
    found = [
        _grant(grantee, _QUERY, [group]),
        _grant(
            grantee,
            _CATALOG,
            [f"{glue}catalog", f"{glue}database/{database}", f"{glue}table/{database}/{table}"],
        ),
        _grant(grantee, ("s3:GetObject",), [logs.arn_for_objects(below)]),
        _grant(grantee, _WHERE, [logs.bucket_arn, results.bucket_arn]),
        _grant(grantee, _LIST, [logs.bucket_arn], {"StringLike": {"s3:prefix": below}}),
        _grant(grantee, _RESULTS, [results.arn_for_objects("results/*")]),
        _grant(grantee, _LIST, [results.bucket_arn], {"StringLike": {"s3:prefix": "results/*"}}),
        _grant(
            grantee,
            ("kms:Decrypt", "kms:GenerateDataKey"),
            [results_key.key_arn],
            {"StringEquals": via_s3},
        ),
    ]
    if logs.encryption_key is not None:
        found.append(
            _grant(
                grantee, ("kms:Decrypt",), [logs.encryption_key.key_arn], {"StringEquals": via_s3}
            )
        )
    first, *others = found
    for other in others:
        first = first.combine(other)
    return first


def _grant(
    grantee: iam.IGrantable,
    actions: Sequence[str],
    resources: Sequence[str],
    conditions: Conditions | None = None,
) -> iam.Grant:
    return iam.Grant.add_to_principal(
        grantee=grantee,
        actions=list(actions),
        resource_arns=list(resources),
        conditions=conditions,
    )
