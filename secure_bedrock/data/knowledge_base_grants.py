"""What somebody may be granted on a knowledge base."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

_JOBS = (
    "bedrock:GetIngestionJob",
    "bedrock:ListIngestionJobs",
    "bedrock:StartIngestionJob",
    "bedrock:StopIngestionJob",
)


def retrieve(grantee: iam.IGrantable, knowledge_base_arn: str) -> iam.Grant:
    """Search. It needs no key: the service role decrypts."""
    return iam.Grant.add_to_principal(
        grantee=grantee, actions=["bedrock:Retrieve"], resource_arns=[knowledge_base_arn]
    )


def retrieve_and_generate(grantee: iam.IGrantable, knowledge_base_arn: str) -> iam.Grant:
    """Search, and ask Amazon Bedrock to answer; the action itself has no narrower resource."""
    generate = iam.Grant.add_to_principal(
        grantee=grantee, actions=["bedrock:RetrieveAndGenerate"], resource_arns=["*"]
    )
    return generate.combine(retrieve(grantee, knowledge_base_arn))


def ingest(
    grantee: iam.IGrantable,
    knowledge_base_arn: str,
    *,
    bucket: s3.IBucket,
    prefix: str | None,
    key: kms.IKey | None,
) -> iam.Grant:
    """Put and delete documents, and run and follow ingestion jobs."""
    jobs = iam.Grant.add_to_principal(
        grantee=grantee, actions=list(_JOBS), resource_arns=[knowledge_base_arn]
    )
    objects = iam.Grant.add_to_principal(
        grantee=grantee,
        actions=["s3:DeleteObject", "s3:PutObject"],
        resource_arns=[bucket.arn_for_objects(f"{prefix or ''}*")],
    )
    grant = jobs.combine(objects)
    if key is None:
        return grant
    service = f"s3.{Stack.of(bucket).region}.amazonaws.com"
    return grant.combine(
        iam.Grant.add_to_principal(
            grantee=grantee,
            # Large uploads have parts, which S3 decrypts when it puts them together.
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resource_arns=[key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": service}},
        )
    )
