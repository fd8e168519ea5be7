"""One customer managed key per purpose."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from aws_cdk import Duration, RemovalPolicy, Tags
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption import key_administration, key_events, key_limits, key_policies
from secure_bedrock.encryption.key_policies import TopicPublisher
from secure_bedrock.encryption.rule_targets import send_to_topic


class KeyPurpose(StrEnum):
    """What a key protects."""

    GUARDRAILS = "guardrails"
    LOGS = "logs"
    KNOWLEDGE = "knowledge"
    NOTIFICATIONS = "notifications"


class KeyOperation(StrEnum):
    """A cryptographic operation that KMS counts per key."""

    DECRYPT = "Decrypt"
    ENCRYPT = "Encrypt"
    GENERATE_DATA_KEY = "GenerateDataKey"
    GENERATE_DATA_KEY_WITHOUT_PLAINTEXT = "GenerateDataKeyWithoutPlaintext"


class BedrockKmsKeys(Construct):
    """The customer managed keys of one environment, one per purpose, created when first asked for.

    They protect against one key opening everything: whoever may read notifications cannot read
    invocation logs. Key policies name the AWS services that use each key, with the conditions those
    services support.

    Args:
        scope: Parent construct.
        id: Construct id.
        environment: Part of aliases and tags, for example ``prod``: 1 to 32 letters, digits, ``_``
            and ``-``, starting with a letter or digit.
        administrators: Who may change the keys and their policies, but gets no use of them. With
            it, IAM policies of the account govern only the use of the keys. Default: the account's
            IAM policies govern everything about the keys.
        deployment_role: Who deploys the stack; administers the keys together with
            ``administrators`` and only matters with them. Default: the CloudFormation execution
            role that ``cdk bootstrap`` made.
        rotation_period: 90 to 2560 days. Default: 365 days.
        pending_window: How long a key scheduled for deletion can be rescued, 7 to 30 days.
            Default: 30 days.
        existing: Keys to use as they are, instead of creating them. Default: none.
        removal_policy: What happens to the keys when they leave the template. Default: they stay.

    Raises:
        ValueError: A value outside its limits, or the alias of a key is taken by another construct.

    Sources: AWS KMS Developer Guide, "Key policies" and "Rotate AWS KMS keys".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: str,
        administrators: Sequence[iam.IPrincipal] | None = None,
        deployment_role: iam.IPrincipal | None = None,
        rotation_period: Duration | None = None,
        pending_window: Duration | None = None,
        existing: Mapping[KeyPurpose, kms.IKey] | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        self.environment = environment
        self._rotation_period = rotation_period or Duration.days(365)
        self._pending_window = pending_window or Duration.days(30)
        key_limits.check_environment(self, environment)
        key_limits.check_rotation_period(self, rotation_period)
        key_limits.check_pending_window(self, pending_window)
        if administrators is not None:
            key_administration.check_administrators(self, administrators)
        self._administrators = administrators
        self._deployment_role = deployment_role
        self._existing = dict(existing or {})
        self._removal_policy = removal_policy
        self._keys: dict[KeyPurpose, kms.IKey] = {}
        self._rules: dict[KeyPurpose, events.Rule] = {}
        self._topics: list[sns.ITopic] = []

    @property
    def guardrails(self) -> kms.IKey:
        """The key for guardrails. Callers of a guardrail need ``kms:Decrypt`` on it through IAM."""
        return self.key(KeyPurpose.GUARDRAILS)

    @property
    def logs(self) -> kms.IKey:
        """The key for log groups and for the bucket of model invocation logs."""
        return self.key(KeyPurpose.LOGS)

    @property
    def knowledge(self) -> kms.IKey:
        """The key for knowledge bases, their sources and vector stores."""
        return self.key(KeyPurpose.KNOWLEDGE)

    @property
    def notifications(self) -> kms.IKey:
        """The key for topics that alarms, rules, budgets and cost anomaly detection publish to."""
        return self.key(KeyPurpose.NOTIFICATIONS)

    def key(self, purpose: KeyPurpose) -> kms.IKey:
        """The key for a purpose, created when it is first asked for."""
        if purpose not in self._keys:
            key = self._existing.get(purpose) or self._new_key(purpose)
            self._keys[purpose] = key
            _allow_services(key, purpose)
            for topic in self._topics:
                self._watch(purpose, topic)
        return self._keys[purpose]

    def alarm_on_disable_and_deletion(self, topic: sns.ITopic) -> None:
        """Tell a topic about every attempt to disable, delete or re-policy one of these keys.

        Covers keys that are asked for later, too. The events come from CloudTrail: the account
        needs a trail that records management events.
        """
        if isinstance(topic, sns.Topic) and topic.master_key is None:
            raise ValueError(
                f"{self.node.path}: the topic {topic.node.path} is not encrypted with a customer "
                "managed key: create it with master_key=keys.notifications"
            )
        if topic in self._topics:
            return
        self._topics.append(topic)
        for purpose in self._keys:
            self._watch(purpose, topic)

    def metric_successful_requests(
        self, purpose: KeyPurpose, operation: KeyOperation, *, period: Duration | None = None
    ) -> cloudwatch.Metric:
        """How often a key was used for an operation: a sum, over five minutes by default."""
        return cloudwatch.Metric(
            namespace="AWS/KMS",
            metric_name="SuccessfulRequest",
            dimensions_map={"KeyArn": self.key(purpose).key_arn, "Operation": operation.value},
            statistic="Sum",
            period=period or Duration.minutes(5),
        )

    def _new_key(self, purpose: KeyPurpose) -> kms.Key:
        alias = f"alias/secure-bedrock/{self.environment}/{purpose.value}"
        key_limits.claim_alias(self, alias)
        key = kms.Key(
            self,
            purpose.name.title(),
            description=f"secure-bedrock: {purpose.value} ({self.environment})",
            alias=alias,
            enable_key_rotation=True,
            rotation_period=self._rotation_period,
            pending_window=self._pending_window,
            policy=self._policy(),
            removal_policy=self._removal_policy,
        )
        tags = Tags.of(key)
        tags.add("secure-bedrock:environment", self.environment)
        tags.add("secure-bedrock:purpose", purpose.value)
        return key

    def _policy(self) -> iam.PolicyDocument | None:
        if self._administrators is None:
            return None
        deployer = self._deployment_role or key_administration.bootstrap_deployer(self)
        return key_administration.separated_policy(self._administrators, deployer)

    def _watch(self, purpose: KeyPurpose, topic: sns.ITopic) -> None:
        if purpose not in self._rules:
            self._rules[purpose] = key_events.key_rule(
                self,
                f"{purpose.name.title()}Events",
                self._keys[purpose],
                f"Someone disables, deletes or re-policies the {purpose.value} key "
                f"({self.environment})",
            )
        send_to_topic(self._rules[purpose], topic)


def _allow_services(key: kms.IKey, purpose: KeyPurpose) -> None:
    match purpose:
        case KeyPurpose.LOGS:
            key_policies.allow_log_groups(key)
            key_policies.allow_invocation_log_delivery(key)
        case KeyPurpose.KNOWLEDGE:
            key_policies.allow_vector_indexing(key)
        case KeyPurpose.NOTIFICATIONS:
            for publisher in TopicPublisher:
                key_policies.allow_topic_publisher(key, publisher)
        case KeyPurpose.GUARDRAILS:
            pass  # Amazon Bedrock uses this key with its caller's permissions only
