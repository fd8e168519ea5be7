"""The stage: what it logs, measures and throttles."""

import json
from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.cost.gateway.api import STAGE
from secure_bedrock.cost.gateway.values import GatewayClient
from secure_bedrock.encryption.key_policies import allow_log_groups
from secure_bedrock.encryption.place import place_of

_FORMAT = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "caller": "$context.identity.userArn",
    "apiKeyId": "$context.identity.apiKeyId",
    "sourceIp": "$context.identity.sourceIp",
    "vpcEndpoint": "$context.identity.vpceId",
    "path": "$context.path",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "firewall": "$context.wafResponseCode",
    "requestMilliseconds": "$context.responseLatency",
    "responseBytes": "$context.responseLength",
    "tls": "$context.tlsVersion",
    "cipher": "$context.cipherSuite",
}
"""No bodies: prompts and answers belong into the model invocation logs alone."""


class Stage(Construct):
    """The only stage of the API, with its logs.

    Args:
        scope: Parent construct.
        id: Construct id.
        api: The API.
        deployment: What the stage shows.
        clients: Together their rates are the stage's.
        encryption_key: Encrypts both log groups.
        removal_policy: Of both log groups.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api: apigateway.CfnRestApi,
        deployment: apigateway.CfnDeployment,
        clients: Sequence[GatewayClient],
        encryption_key: kms.IKey,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        allow_log_groups(encryption_key)
        groups = self._groups(api, encryption_key, removal_policy)
        group = f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:"
        self.resource = apigateway.CfnStage(
            self,
            "Resource",
            rest_api_id=api.ref,
            deployment_id=deployment.ref,
            stage_name=STAGE,
            tracing_enabled=True,
            access_log_setting=apigateway.CfnStage.AccessLogSettingProperty(
                destination_arn=f"{group}{groups['Access'].log_group_name}",
                format=json.dumps(_FORMAT),
            ),
            method_settings=[_settings(clients)],
        )
        self.resource.node.add_dependency(groups["Errors"])
        self.access_log = groups["Access"]
        self.arn = (
            f"arn:{place.partition}:apigateway:{place.region}::/restapis/{api.ref}/stages/{STAGE}"
        )

    def _groups(
        self, api: apigateway.CfnRestApi, key: kms.IKey, removal_policy: RemovalPolicy
    ) -> dict[str, logs.LogGroup]:
        # API Gateway makes the second one itself, without a key, unless it is there.
        names = {"Access": None, "Errors": f"API-Gateway-Execution-Logs_{api.ref}/{STAGE}"}
        return {
            id: logs.LogGroup(
                self,
                id,
                log_group_name=name,
                encryption_key=key,
                retention=logs.RetentionDays.ONE_YEAR,
                removal_policy=removal_policy,
            )
            for id, name in names.items()
        }


def _settings(clients: Sequence[GatewayClient]) -> apigateway.CfnStage.MethodSettingProperty:
    return apigateway.CfnStage.MethodSettingProperty(
        http_method="*",
        resource_path="/*",
        data_trace_enabled=False,
        logging_level="ERROR",
        metrics_enabled=True,
        throttling_rate_limit=sum(client.requests_per_second for client in clients),
        throttling_burst_limit=sum(client.burst for client in clients),
    )
