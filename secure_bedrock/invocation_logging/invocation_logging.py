"""Model invocation logging for one account and Region."""

from collections.abc import Iterator, Mapping

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.key_policies import allow_invocation_log_delivery, allow_log_groups
from secure_bedrock.encryption.one_per_environment import claim_environment
from secure_bedrock.encryption.residency import check_residency
from secure_bedrock.invocation_logging.configuration import LoggingConfiguration
from secure_bedrock.invocation_logging.delivery_alarms import (
    Delivery,
    DeliveryAlarms,
    delivery_metric,
)
from secure_bedrock.invocation_logging.delivery_role import delivery_role
from secure_bedrock.invocation_logging.log_bucket import LogBucket
from secure_bedrock.invocation_logging.log_group import log_group as new_log_group
from secure_bedrock.invocation_logging.options import LogBucketOptions, LoggedData, LogGroupOptions
from secure_bedrock.invocation_logging.read_access import grant_read


class InvocationLogging(Construct):
    """Records every model invocation of the account and Region in a log group and a bucket.

    It protects against invocations that leave no trace, against traces that anybody can read,
    change or delete, and against silently taking the place of somebody else's logging. AWS keeps
    **one** configuration per account and Region: if there is one that this construct did not set
    up, the deployment fails and says what it found. AWS does not record ``bedrock-mantle``.

    Args:
        scope: Parent construct.
        id: Construct id. Another id later is another construct: new destinations.
        encryption_key: Encrypts log group and bucket; its key policy is completed. The default is a
            new key, rotated every year.
        data_types: Which of the five kinds of data are logged. The default is all of them.
        log_group: Retention and masking. The default keeps 13 months and masks personal data.
        bucket: Life cycle and object lock. The default archives after 90 days, keeps 13 months, and
            has no lock.
        alarm_topic: Told when logs could not be delivered; its policies are completed. The default
            tells nobody: the alarms are there, ``notify`` adds a topic later.
        replace_existing: Save the configuration that is there, replace it, and restore it when this
            one is deleted. It lets the handler pass any role to Amazon Bedrock, because restoring
            has to. The default, ``False``, fails the deployment instead.
        removal_policy: What happens to log group, buckets and key when they leave the stack. The
            default retains them. ``DESTROY`` fails while a bucket has objects.

    Raises:
        ValueError: An option is outside its limits, the app has another one for the environment,
            or the Region is outside the data residency.

    Sources: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon
    S3"; API reference, PutModelInvocationLoggingConfiguration.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey | None = None,
        data_types: LoggedData | None = None,
        log_group: LogGroupOptions | None = None,
        bucket: LogBucketOptions | None = None,
        alarm_topic: sns.ITopic | None = None,
        replace_existing: bool = False,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        data_types, log_group = data_types or LoggedData(), log_group or LogGroupOptions()
        bucket = bucket or LogBucketOptions()
        for problem in _problems(data_types, log_group, bucket, removal_policy):
            raise ValueError(f"{self.node.path}: {problem}")
        claim_environment(self, sets_up="invocation logging", keeps="one configuration")
        check_residency(self)
        self.encryption_key = encryption_key or _new_key(self, removal_policy)
        allow_log_groups(self.encryption_key)
        allow_invocation_log_delivery(self.encryption_key)
        self._storage = LogBucket(
            self,
            "Storage",
            encryption_key=self.encryption_key,
            options=bucket,
            removal_policy=removal_policy,
        )
        self.bucket = self._storage.bucket
        self.log_group = new_log_group(
            self,
            "LogGroup",
            options=log_group,
            encryption_key=self.encryption_key,
            removal_policy=removal_policy,
        )
        self.delivery_role = delivery_role(
            self, "DeliveryRole", log_group=self.log_group, encryption_key=self.encryption_key
        )
        self._configure(data_types, removal_policy, replace_existing=replace_existing)
        self._alarms = DeliveryAlarms(self, "Alarms")
        if alarm_topic is not None:
            self.notify(alarm_topic)

    @property
    def access_log_bucket(self) -> s3.Bucket:
        """Who read or changed log objects."""
        return self._storage.access_logs

    @property
    def alarms(self) -> list[cloudwatch.Alarm]:
        """The alarms on failed delivery: to the log group, to the bucket, and of large data."""
        return list(self._alarms.alarms.values())

    @property
    def desired_configuration(self) -> Mapping[str, object]:
        """The configuration that deployments put, as ``loggingConfig`` of the API."""
        return self._configuration.wanted

    @property
    def deploying_role(self) -> iam.IRole:
        """The role that puts and deletes the configuration in deployments."""
        return self._configuration.handler.role

    def notify(self, topic: sns.ITopic) -> None:
        """Tell a topic when logs could not be delivered, and when they can be again."""
        self._alarms.notify(topic)

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let someone read the logged invocations: in the log group masked, in the bucket not.

        To see the log group unmasked takes ``logs:Unmask``, which this does not give.
        """
        return grant_read(
            grantee,
            bucket=self.bucket,
            log_group=self.log_group,
            encryption_key=self.encryption_key,
        )

    def metric_log_group_failures(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Deliveries to the log group that failed. Sum over five minutes unless told otherwise."""
        return delivery_metric(Delivery.LOG_GROUP, "Failure", period)

    def metric_bucket_failures(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Deliveries to the bucket that failed. Sum over five minutes unless told otherwise."""
        return delivery_metric(Delivery.BUCKET, "Failure", period)

    def metric_large_data_failures(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Large bodies that could not be delivered. Sum over five minutes unless told otherwise."""
        return delivery_metric(Delivery.LARGE_DATA, "Failure", period)

    def _configure(
        self, data_types: LoggedData, removal_policy: RemovalPolicy, *, replace_existing: bool
    ) -> None:
        self._configuration = LoggingConfiguration(
            self,
            "Configuration",
            log_group_name=self.log_group.log_group_name,
            bucket_name=self.bucket.bucket_name,
            delivery_role=self.delivery_role,
            data_types=data_types,
            replace_existing=replace_existing,
            encryption_key=self.encryption_key,
            removal_policy=removal_policy,
        )
        # AWS tries out role, bucket policy and key policy while it takes the configuration.
        self._configuration.resource.node.add_dependency(
            self.delivery_role, self.bucket, self.log_group, self.encryption_key
        )
        CfnOutput(
            self,
            "DroppedParameters",
            description="Kinds of data that the handler's SDK could not switch on; none is right",
            value=self._configuration.resource.get_att_string("DroppedParameters"),
        )


def _problems(
    data_types: LoggedData,
    log_group: LogGroupOptions,
    bucket: LogBucketOptions,
    removal_policy: RemovalPolicy,
) -> Iterator[str]:
    yield from data_types.problems()
    yield from log_group.problems()
    yield from bucket.problems()
    if removal_policy == RemovalPolicy.SNAPSHOT:
        yield "removal_policy is SNAPSHOT, which buckets do not have: choose RETAIN or DESTROY"


def _new_key(scope: Construct, removal_policy: RemovalPolicy) -> kms.Key:
    return kms.Key(
        scope,
        "Key",
        description="Model invocation logs of Amazon Bedrock",
        enable_key_rotation=True,
        removal_policy=removal_policy,
    )
