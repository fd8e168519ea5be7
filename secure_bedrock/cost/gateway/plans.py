"""Usage plans: how often each client may call, whatever its requests use."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from secure_bedrock.cost.gateway.values import GatewayClient


def api_keys(scope: Construct, clients: Sequence[GatewayClient]) -> dict[str, apigateway.CfnApiKey]:
    """One key for each client, by its name. It works with the client's role only."""
    return {
        client.name: apigateway.CfnApiKey(
            scope,
            f"Key-{client.name}",
            enabled=True,
            description=f"Usage plan of {client.name}; no secret: it works with the role only",
        )
        for client in clients
    }


def usage_plans(
    scope: Construct,
    clients: Sequence[GatewayClient],
    keys: Mapping[str, apigateway.CfnApiKey],
    stage: apigateway.CfnStage,
) -> None:
    """A plan of its own for each client, so that none uses up what is another's."""
    for client in clients:
        plan = apigateway.CfnUsagePlan(
            scope,
            f"Plan-{client.name}",
            description=f"What {client.name} may call",
            api_stages=[
                apigateway.CfnUsagePlan.ApiStageProperty(api_id=stage.rest_api_id, stage=stage.ref)
            ],
            throttle=apigateway.CfnUsagePlan.ThrottleSettingsProperty(
                rate_limit=client.requests_per_second, burst_limit=client.burst
            ),
            quota=apigateway.CfnUsagePlan.QuotaSettingsProperty(
                limit=client.requests_per_day, period="DAY"
            ),
        )
        apigateway.CfnUsagePlanKey(
            scope,
            f"PlanKey-{client.name}",
            key_id=keys[client.name].ref,
            key_type="API_KEY",
            usage_plan_id=plan.ref,
        )
