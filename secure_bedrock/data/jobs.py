"""Roles of the jobs that train custom models and run batches, and who may start them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.data.jobs_network import JobNetwork
from secure_bedrock.data.service_role import ServiceRole
from secure_bedrock.encryption.place import place_of


class ModelJob(Enum):
    """A kind of job: name in ARNs, middle of the actions, tag on network interfaces."""

    BATCH_INFERENCE = (
        "model-invocation-job",
        "ModelInvocationJob",
        "BedrockModelInvocationJobArn",
    )
    CUSTOMIZATION = (
        "model-customization-job",
        "ModelCustomizationJob",
        "BedrockModelCustomizationJobArn",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFiles:
    """A place in a bucket.

    Attributes:
        bucket: A bucket of the account, encrypted with a customer managed key.
        prefix: Beginning of the keys, ending in ``/``.
    """

    bucket: s3.IBucket
    prefix: str

    def __post_init__(self) -> None:
        if not self.prefix.endswith("/") or self.prefix.startswith("/") or "*" in self.prefix:
            raise ValueError(
                f"prefix {self.prefix!r} must be a folder such as 'batch/input/', without '*'"
            )

    @property
    def uri(self) -> str:
        """``s3://BUCKET/PREFIX``, as API calls name it."""
        return f"s3://{self.bucket.bucket_name}/{self.prefix}"


class ModelJobRole(Construct):
    """The role of batch inference or model customization jobs, and the grant to start them.

    It protects against jobs with more than their own data: the role reads one prefix, writes
    another, through Amazon S3 and with the keys of those buckets only, invokes or trains the named
    models, and is assumed for jobs of this account and Region. Jobs carry no guardrail, and cannot.

    Args:
        scope: Parent construct.
        id: Construct id.
        job: The kind of job.
        models: What batches invoke, or what is customized; at least one.
        input: Where the records or the training data are.
        output: Where results go.
        encryption_key: Encrypts the custom model, or a batch's results.
        network: Keeps the traffic with the buckets within a VPC. Default: AWS's own network.

    Attributes:
        role: The role; give it to nobody but jobs.
        parameters: What the call that starts a job has to pass, as the API spells it: with these
            the job has the key, the places and the network of this construct.

    Raises:
        ValueError: No model, a bucket without a customer managed key, input and output are the
            same, or a profile is to be customized.

    Sources: Amazon Bedrock User Guide, "Create a custom service role for batch inference", "Create
    a service role for model customization", "Encryption of custom models".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        job: ModelJob,
        models: Sequence[FoundationModel | InferenceProfile],
        input: JobFiles,  # noqa: A002 - the word of the API
        output: JobFiles,
        encryption_key: kms.IKey,
        network: JobNetwork | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._job, self._models = job, models
        self._arn_name, self._action, tag = job.value
        self._check(input, output)
        service_role = ServiceRole(self, "ServiceRole", resource=self._arn_name)
        self.role = service_role.role
        self._allow_files(service_role, input, output)
        if job is ModelJob.BATCH_INFERENCE:
            for model in models:
                service_role.allow_model(model)
        self._allow_model_key(service_role, encryption_key)
        if network is not None:
            network.allow(service_role, tag)
        self.parameters = self._parameters(input, output, encryption_key, network)

    def grant_start(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to start jobs with this role, to follow and to stop them.

        Whoever starts a job passes the role, so the checks of the strict profile (IAM18) want it
        acknowledged: the role can do what jobs need, and nothing for its starter.
        """
        place = place_of(self)
        account = f"arn:{place.partition}:bedrock:{place.region}:{place.account}"
        started = [model.arn(partition=place.partition, region="*") for model in self._behind()]
        jobs = f"{account}:{self._arn_name}/*"
        created = f"{account}:custom-model/*"
        customizes = self._job is ModelJob.CUSTOMIZATION
        also = [created] if customizes else [jobs, *self._profile_arns()]
        statements: list[tuple[list[str], list[str], dict[str, Any]]] = [
            ([f"bedrock:Create{self._action}"], [*started, *also], {}),
            ([f"bedrock:Get{self._action}", f"bedrock:Stop{self._action}"], [jobs], {}),
            ([f"bedrock:List{self._action}s"], ["*"], {}),  # it takes no other resource
            (["iam:PassRole"], [self.role.role_arn], _TO_BEDROCK),
        ]
        grants = [
            iam.Grant.add_to_principal(
                grantee=grantee, actions=actions, resource_arns=resources, conditions=conditions
            )
            for actions, resources, conditions in statements
        ]
        whole = grants[0].combine(grants[1]).combine(grants[2]).combine(grants[3])
        if not whole.success:
            raise ValueError(
                f"{self.node.path}: {grantee.grant_principal} has no identity policy to add "
                "statements to: grant to the role that callers take on"
            )
        return whole

    def _behind(self) -> list[FoundationModel]:
        return [m.model if isinstance(m, InferenceProfile) else m for m in self._models]

    def _profile_arns(self) -> list[str]:
        place = place_of(self)
        profiles = [each for each in self._models if isinstance(each, InferenceProfile)]
        return [each.authorization(place).entry for each in profiles]

    def _check(self, input: JobFiles, output: JobFiles) -> None:  # noqa: A002 - see above
        path = self.node.path
        if not self._models:
            raise ValueError(f"{path}: models is empty: name at least one model")
        profiles = [each for each in self._models if isinstance(each, InferenceProfile)]
        if profiles and self._job is ModelJob.CUSTOMIZATION:
            raise ValueError(
                f"{path}: {profiles[0].profile_id} is an inference profile, which cannot be "
                f"customized: name the model {profiles[0].model.model_id}"
            )
        if input == output:
            raise ValueError(f"{path}: input and output are both {input.prefix!r}: use two places")
        for files in (input, output):
            if files.bucket.encryption_key is None:
                raise ValueError(
                    f"{path}: bucket {files.bucket.node.path} has no customer managed key: create "
                    "it with one, or import it with from_bucket_attributes(encryption_key=...)"
                )

    def _allow_files(self, role: ServiceRole, input: JobFiles, output: JobFiles) -> None:  # noqa: A002
        own = {"StringEquals": {"aws:ResourceAccount": place_of(self).account}}
        for files, actions, use in (
            (input, ["s3:GetObject"], ["kms:Decrypt"]),
            (output, ["s3:GetObject", "s3:PutObject"], ["kms:Decrypt", "kms:GenerateDataKey"]),
        ):
            role.allow(actions, [files.bucket.arn_for_objects(f"{files.prefix}*")], own)
            listed = own | {"StringLike": {"s3:prefix": f"{files.prefix}*"}}
            role.allow(["s3:ListBucket"], [files.bucket.bucket_arn], listed)
            key = files.bucket.encryption_key
            if key is not None:
                role.allow(use, [key.key_arn], _via("s3", place_of(self).region))

    def _allow_model_key(self, role: ServiceRole, key: kms.IKey) -> None:
        actions = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        role.allow(actions, [key.key_arn], _via("bedrock", place_of(self).region))

    def _parameters(
        self,
        input: JobFiles,  # noqa: A002 - see above
        output: JobFiles,
        key: kms.IKey,
        network: JobNetwork | None,
    ) -> dict[str, Any]:
        placed = {"vpcConfig": network.render()} if network else {}
        if self._job is ModelJob.CUSTOMIZATION:
            return {
                "roleArn": self.role.role_arn,
                "customModelKmsKeyId": key.key_arn,
                "trainingDataConfig": {"s3Uri": input.uri},
                "outputDataConfig": {"s3Uri": output.uri},
                **placed,
            }
        results = {"s3Uri": output.uri, "s3EncryptionKeyId": key.key_arn}
        return {
            "roleArn": self.role.role_arn,
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": input.uri}},
            "outputDataConfig": {"s3OutputDataConfig": results},
            **placed,
        }


_TO_BEDROCK = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}


def _via(service: str, region: str) -> dict[str, dict[str, Any]]:
    return {"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}}
