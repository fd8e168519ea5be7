"""Limits on what each principal, role, project or model may use, kept within minutes."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from aws_cdk import Duration, Names, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.models import InferenceProfile
from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.cost import token_quota_permissions as permissions
from secure_bedrock.cost.project_profile import ProjectProfile
from secure_bedrock.cost.quota_limits import (
    DenyOverQuota,
    OverQuota,
    QuotaLimit,
    limit_problems,
    over_quota_problems,
)
from secure_bedrock.cost.token_quota_alarms import quota_alarms, quota_metric
from secure_bedrock.cost.token_quota_events import subscribe, sweep
from secure_bedrock.cost.token_quota_prices import price_asset
from secure_bedrock.cost.token_quota_storage import dead_letters, quota_table
from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of

_NAME_LIMIT = 200
_SETTINGS_LIMIT = 3_800
_TOKEN = re.compile(r"\$\{Token\[[^]]*\]\}")
_TOKEN_LENGTH = "x" * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationLogs:
    """Where invocations are logged.

    Attributes:
        log_group: The log group of model invocation logging. It takes two subscriptions at most.
        large_bodies: The bucket with bodies of more than 100 KB. Older records have the use of the
            prompt cache only in the body. Default: none; such records raise the alarm.
        prefix: Where in the bucket they lie. Default: where ``InvocationLogging`` puts them.
    """

    log_group: logs.ILogGroup
    large_bodies: s3.IBucket | None = None
    prefix: str = "large-data/"


class TokenQuota(Construct):
    """Counts what invocation logs say, tells a topic, and denies who is over until the period ends.

    It protects against one principal, project or model using up what was meant for all, hours
    before a budget sees it. It is detective: a limit is passed by what is used until the log
    arrives and IAM has taken the denial in, seconds to minutes. Every record counts exactly once;
    what cannot be counted raises an alarm.

    Args:
        scope: Parent construct.
        id: Construct id.
        limits: 1 to 20 limits, no two of the same kind.
        over_limit: ``DenyOverQuota`` with the roles whose sessions may be denied, or
            ``NotifyOnly()``. There is no default: whether work stops is the caller's decision.
        invocation_logs: The log group, and the bucket of large bodies.
        topic: Gets warnings, denials and alarms; its policy and its key's policy are completed.
        projects: Projects that limits may be for. Default: none.
        prices: Prices for limits in US dollars. Default: the table of this release.
        encryption_key: Encrypts counters, failed batches and the function's log. Default: a new
            key, rotated every year.
        removal_policy: What happens to table, log and new key with the stack. Default: retained.

    Attributes:
        table: The counters.
        dead_letters: Batches that could not be counted.
        alarms: Doubtful records, failed runs, batches given up, logs not sent.
        encryption_key: The key.

    Raises:
        ValueError: A limit that cannot be kept, a role that cannot be denied, or too much of it.

    Source: CloudWatch Logs User Guide, "Log group-level subscription filters"; IAM User Guide, "AWS
    global condition context keys".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        limits: Sequence[QuotaLimit],
        over_limit: OverQuota,
        invocation_logs: InvocationLogs,
        topic: sns.ITopic,
        projects: Sequence[ProjectProfile] = (),
        prices: PriceTable | None = None,
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        names = [project.project for project in projects]
        for problem in chain(
            limit_problems(limits, names),
            over_quota_problems(over_limit, self),
            _project_problems(names),
        ):
            raise ValueError(f"{self.node.path}: {problem}")
        self._name = Names.unique_resource_name(self, max_length=_NAME_LIMIT, separator="-")
        self.encryption_key = encryption_key or _new_key(self, removal_policy)
        self.table = quota_table(self, self.encryption_key, removal_policy)
        self.dead_letters = dead_letters(self, self.encryption_key)
        asset = price_asset(self, "Prices", prices or PriceTable.load())
        handler = self._handler(asset, over_limit, invocation_logs, topic, removal_policy)
        settings = self._settings(limits, over_limit, projects)
        settings |= {
            "topic": topic.topic_arn,
            "bucket": getattr(invocation_logs.large_bodies, "bucket_name", ""),
            "prices": {"bucket": asset.s3_bucket_name, "key": asset.s3_object_key},
        }
        self._configure(handler.function, settings)
        self._wire(handler, invocation_logs, topic)

    def metric(self, name: str, *, period: Duration | None = None) -> cloudwatch.Metric:
        """A metric of the quota: ``Records``, ``Repeated``, ``Denied``, ``Problems`` or a problem.

        Args:
            name: The metric. The page of this construct names the problems.
            period: Default: five minutes.
        """
        return quota_metric(self._name, name, period)

    def _wire(self, handler: HandlerFunction, source: InvocationLogs, topic: sns.ITopic) -> None:
        subscription = subscribe(self, handler.function, source.log_group)
        sweep(self, handler.function)
        # Lifts all denials when the stack is deleted: roles with foreign policies cannot be.
        lifted = handler.resource(
            "Denials", resource_type="Custom::BedrockTokenQuota", properties={}
        )
        lifted.node.add_dependency(self.table, self.encryption_key)
        self.alarms = quota_alarms(
            self,
            quota=self._name,
            function=handler.function.ref,
            queue=self.dead_letters.queue_name,
            subscription=subscription,
            topic=topic,
        )

    def _handler(
        self,
        asset: s3_assets.Asset,
        over_limit: OverQuota,
        source: InvocationLogs,
        topic: sns.ITopic,
        removal_policy: RemovalPolicy,
    ) -> HandlerFunction:
        return HandlerFunction(
            self,
            "Handler",
            module="token_quota",
            description="Counts model invocations and denies who is over a quota",
            statements=[
                *permissions.counting(self.table, self.dead_letters),
                *permissions.own_key(self, self.encryption_key),
                *permissions.reading(self, asset, source.large_bodies, source.prefix),
                *permissions.telling(self, topic),
                *permissions.denying(over_limit),
            ],
            encryption_key=self.encryption_key,
            removal_policy=removal_policy,
        )

    def _settings(
        self, limits: Sequence[QuotaLimit], over: OverQuota, projects: Sequence[ProjectProfile]
    ) -> dict[str, Any]:
        place = place_of(self)
        deny = None
        if isinstance(over, DenyOverQuota):
            deny = {
                "roles": [role.role_name for role in over.roles],
                "dry_run": over.dry_run,
                "actions": list(permissions.DENIED_ACTIONS),
            }
        return {
            "quota": self._name,
            "account": place.account,
            "partition": place.partition,
            "table": self.table.table_name,
            "limits": [limit.settings() for limit in limits],
            "deny": deny,
            "profiles": list(_profiles(projects)),
        }

    def _configure(self, function: lambda_.CfnFunction, settings: dict[str, Any]) -> None:
        length = len(_TOKEN.sub(_TOKEN_LENGTH, json.dumps(settings)))
        if length > _SETTINGS_LIMIT:
            raise ValueError(
                f"{self.node.path}: limits, roles and projects take about {length:,} characters, "
                f"AWS Lambda's environment has room for {_SETTINGS_LIMIT:,}: split the quota in two"
            )
        text = Stack.of(self).to_json_string(settings)
        function.environment = lambda_.CfnFunction.EnvironmentProperty(variables={"SETTINGS": text})
        function.kms_key_arn = self.encryption_key.key_arn
        function.dead_letter_config = lambda_.CfnFunction.DeadLetterConfigProperty(
            target_arn=self.dead_letters.queue_arn
        )


def _new_key(scope: Construct, removal_policy: RemovalPolicy) -> kms.Key:
    return kms.Key(
        scope,
        "Key",
        description="Encrypts the counters of a token quota",
        enable_key_rotation=True,
        removal_policy=removal_policy,
    )


def _project_problems(names: Sequence[str]) -> Iterator[str]:
    for name in sorted(set(names)):
        if names.count(name) > 1:
            yield f"project {name} is given twice: give all of its models to one ProjectProfile"


def _profiles(projects: Sequence[ProjectProfile]) -> Iterator[list[str]]:
    for project in projects:
        for usage in project.usage:
            source = usage.profile.source
            model = source.profile_id if isinstance(source, InferenceProfile) else source.model_id
            yield [usage.id, project.project, model]
