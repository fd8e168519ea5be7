"""What the gateway's function is told."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import aws_apigateway as apigateway

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.catalog.models import (
    FoundationModel,
    InferenceProfile,
    Model,
    foundation_models,
)
from secure_bedrock.cost.gateway.values import GatewayClient, GatewayRules, PinnedGuardrail
from secure_bedrock.cost.quota_limits import QuotaLimit

_CALL_LESS, _FUNCTION_MORE, _KEPT_MORE = 5, 20, 120


def function_seconds(rules: GatewayRules) -> int:
    """How long the function may run: long enough to settle what API Gateway gave up."""
    return rules.timeout_seconds + _FUNCTION_MORE


def gateway_settings(
    *,
    place: Place,
    keys: Mapping[str, apigateway.CfnApiKey],
    models: Sequence[Model],
    guardrail: PinnedGuardrail,
    clients: Sequence[GatewayClient],
    limits: Sequence[QuotaLimit],
    rules: GatewayRules,
) -> dict[str, Any]:
    """Settings as JSON. A reservation is kept longer than the function may run."""
    return {
        "clients": [
            {
                "key": keys[client.name].ref,
                "name": client.name,
                "role": client.role.role_name,
                "account": place.account,
            }
            for client in clients
        ],
        "limits": [limit.settings() for limit in limits],
        "rules": {
            "models": [list(pair) for model in models for pair in names_of(model, place)],
            "guardrail": {
                "id": guardrail.guardrail_arn,
                "version": guardrail.guardrail_version,
            },
            "max_request_bytes": rules.max_request_bytes,
            "max_output_tokens": rules.max_output_tokens,
            "media_tokens": rules.media_tokens,
            "additional_fields": list(rules.additional_fields),
        },
        "call_seconds": rules.timeout_seconds - _CALL_LESS,
        "kept_seconds": function_seconds(rules) + _KEPT_MORE,
    }


def names_of(model: Model, place: Place) -> Iterator[tuple[str, str]]:
    """Id and ARN, whichever there are, each with the foundation model that limits count.

    What has no foundation model that is known, such as an imported model, counts under its ARN.
    """
    entry = model.authorization(place).entry
    counted = next((found.model_id for found in foundation_models([model])), entry)
    yield entry, counted
    if isinstance(model, FoundationModel):
        yield model.model_id, counted
    elif isinstance(model, InferenceProfile):
        yield model.profile_id, counted
