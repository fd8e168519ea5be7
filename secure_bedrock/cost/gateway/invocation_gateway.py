"""A private API in front of Converse and ConverseStream that refuses before money is spent."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from aws_cdk import Duration, Names, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.models import Model
from secure_bedrock.cost.gateway import permissions
from secure_bedrock.cost.gateway.alarms import gateway_alarms, gateway_metric
from secure_bedrock.cost.gateway.api import (
    STAGE,
    deployment,
    let_api_invoke,
    methods,
    private_api,
)
from secure_bedrock.cost.gateway.endpoint import endpoint_of
from secure_bedrock.cost.gateway.firewall import firewall
from secure_bedrock.cost.gateway.plans import api_keys, usage_plans
from secure_bedrock.cost.gateway.settings import function_seconds, gateway_settings
from secure_bedrock.cost.gateway.stage import Stage
from secure_bedrock.cost.gateway.sweep import release_ended
from secure_bedrock.cost.gateway.values import (
    GatewayClient,
    GatewayNetwork,
    GatewayRules,
    PinnedGuardrail,
    client_problems,
    gateway_limit_problems,
    model_problems,
    rule_problems,
)
from secure_bedrock.cost.quota_limits import QuotaLimit
from secure_bedrock.cost.token_quota_permissions import table_key
from secure_bedrock.cost.token_quota_storage import quota_table
from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.residency import check_residency

_NAME_LIMIT = 200
_SETTINGS_LIMIT = 3_800
_TOKEN = re.compile(r"\$\{Token\[[^]]*\]\}")
_TOKEN_LENGTH = "x" * 60
_MEMORY = 512


class InvocationGateway(Construct):
    """A private REST API in front of Converse and ConverseStream that keeps limits before a call.

    It protects against use above a limit: the most that a request may use is reserved before the
    model is called, settled afterwards with what was used, prompt cache included, and over the
    limit the answer is 429. The guardrail and who called are the gateway's words, not the
    client's. It reaches those who have no other way to the models: give clients no permission on
    Amazon Bedrock. If it cannot count, nobody is served.

    Args:
        scope: Parent construct.
        id: Construct id.
        models: What may be called, at least one; no embedding models.
        guardrail: Guardrail and version of every call.
        clients: 1 to 50 roles of this account, each with a usage plan and an API key.
        limits: 1 to 20 limits in tokens, per principal, role or model.
        network: The clients' VPC, and its endpoint of API Gateway if it has one.
        topic: Gets the alarms; its policy and its key's policy are completed.
        rules: What a request has to look like. Default: text, up to 256 KiB and 4,096 tokens out.
        encryption_key: Encrypts counters, settings and logs. Default: a new key, rotated every
            year.
        removal_policy: What happens to table, logs and new key with the stack. Default: retained.

    Attributes:
        url: What SDKs take as the endpoint URL.
        api_key_ids: Name of a client -> id of its API key.
        table: The counters and reservations.
        alarms: Calls not counted as used, reservations that ended by themselves, failed runs.
        encryption_key: The key.

    Raises:
        ValueError: A model, client, limit or rule that cannot work; too much of them.

    Source: API Gateway Developer Guide, "Private REST APIs", "Control access to a REST API with API
    Gateway resource policies" and "Usage plans and API keys for REST APIs".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        models: Sequence[Model],
        guardrail: PinnedGuardrail,
        clients: Sequence[GatewayClient],
        limits: Sequence[QuotaLimit],
        network: GatewayNetwork,
        topic: sns.ITopic,
        rules: GatewayRules = GatewayRules(),  # noqa: B008 - a frozen value
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        self._check(models, clients, limits, rules, network)
        self._name = Names.unique_resource_name(self, max_length=_NAME_LIMIT, separator="-")
        self.encryption_key = encryption_key or _new_key(self, removal_policy)
        self.table = quota_table(self, self.encryption_key, removal_policy)
        keys = api_keys(self, clients)
        self.api_key_ids = {name: key.ref for name, key in keys.items()}
        function = self._function(models, guardrail, rules, removal_policy)
        settings = {"gateway": self._name, "table": self.table.table_name} | gateway_settings(
            place=place_of(self),
            keys=keys,
            models=models,
            guardrail=guardrail,
            clients=clients,
            limits=limits,
            rules=rules,
        )
        self._configure(function, settings)
        stage = self._api(function, network, clients, rules, removal_policy)
        usage_plans(self, clients, keys, stage.resource)
        self.firewall = firewall(
            stage, network.requests_per_address, self.encryption_key, removal_policy
        )
        release_ended(self, function)
        self.alarms = gateway_alarms(self, gateway=self._name, function=function.ref, topic=topic)

    def metric(self, name: str, *, period: Duration | None = None) -> cloudwatch.Metric:
        """A metric of the gateway; its page names them.

        Args:
            name: For example ``Throttled``.
            period: Default: five minutes.
        """
        return gateway_metric(self._name, name, period)

    def _check(
        self,
        models: Sequence[Model],
        clients: Sequence[GatewayClient],
        limits: Sequence[QuotaLimit],
        rules: GatewayRules,
        network: GatewayNetwork,
    ) -> None:
        for problem in chain(
            model_problems(models, place_of(self).region),
            client_problems(clients, self),
            gateway_limit_problems(limits),
            rule_problems(rules, network),
        ):
            raise ValueError(f"{self.node.path}: {problem}")
        check_residency(self, models=models)

    def _api(
        self,
        function: lambda_.CfnFunction,
        network: GatewayNetwork,
        clients: Sequence[GatewayClient],
        rules: GatewayRules,
        removal_policy: RemovalPolicy,
    ) -> Stage:
        endpoint = endpoint_of(self, network, clients).vpc_endpoint_id
        api = private_api(self, endpoint, clients)
        let_api_invoke(self, api, function)
        parts: list[apigateway.CfnMethod] = methods(self, api, function, rules)
        place, suffix = place_of(self), Stack.of(self).url_suffix
        self.url = f"https://{api.ref}-{endpoint}.execute-api.{place.region}.{suffix}/{STAGE}"
        return Stage(
            self,
            "Stage",
            api=api,
            deployment=deployment(self, api, parts, clients, rules),
            clients=clients,
            encryption_key=self.encryption_key,
            removal_policy=removal_policy,
        )

    def _function(
        self,
        models: Sequence[Model],
        guardrail: PinnedGuardrail,
        rules: GatewayRules,
        removal_policy: RemovalPolicy,
    ) -> lambda_.CfnFunction:
        place = place_of(self)
        handler = HandlerFunction(
            self,
            "Handler",
            module="gateway",
            description="Reserves tokens, calls Amazon Bedrock, settles what was used",
            statements=[
                permissions.counting(self.table),
                table_key(self, self.encryption_key),
                *permissions.invoking(models, place),
                permissions.never_without(guardrail, place),
            ],
            encryption_key=self.encryption_key,
            removal_policy=removal_policy,
        )
        applies = iam.ManagedPolicy(self, "AppliesGuardrail", roles=[handler.role])
        guardrail.grant_apply(applies)
        handler.function.timeout = function_seconds(rules)
        handler.function.memory_size = _MEMORY
        return handler.function

    def _configure(self, function: lambda_.CfnFunction, settings: Mapping[str, Any]) -> None:
        length = len(_TOKEN.sub(_TOKEN_LENGTH, json.dumps(settings)))
        if length > _SETTINGS_LIMIT:
            raise ValueError(
                f"{self.node.path}: models, clients and limits take about {length:,} characters, "
                f"AWS Lambda's environment has room for {_SETTINGS_LIMIT:,}: make two gateways"
            )
        text = Stack.of(self).to_json_string(settings)
        function.environment = lambda_.CfnFunction.EnvironmentProperty(variables={"SETTINGS": text})
        function.kms_key_arn = self.encryption_key.key_arn


def _new_key(scope: Construct, removal_policy: RemovalPolicy) -> kms.Key:
    return kms.Key(
        scope,
        "Key",
        description="Encrypts counters and logs of an invocation gateway",
        enable_key_rotation=True,
        removal_policy=removal_policy,
    )
