"""The private REST API: two methods, their validation, and how it answers by itself."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from aws_cdk import Names
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from secure_bedrock.cost.gateway.responses import RESPONSES
from secure_bedrock.cost.gateway.schema import request_schema
from secure_bedrock.cost.gateway.values import GatewayClient, GatewayRules
from secure_bedrock.encryption.place import place_of

STAGE = "v1"
OPERATIONS = ("converse", "converse-stream")
INVOKE = "execute-api:Invoke"

_TLS = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
_STREAM_TYPE = "application/vnd.amazon.eventstream"
_NAME_LIMIT = 200


def private_api(
    scope: Construct, endpoint_id: str, clients: Sequence[GatewayClient]
) -> apigateway.CfnRestApi:
    """An API that nothing reaches but through the endpoint, and nobody but the clients' roles."""
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": [client.role.role_arn for client in clients]},
            "Action": INVOKE,
            "Resource": f"execute-api:/{STAGE}/POST/model/*",
        },
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": INVOKE,
            "Resource": "execute-api:/*",
            "Condition": {"StringNotEquals": {"aws:SourceVpce": endpoint_id}},
        },
    ]
    return apigateway.CfnRestApi(
        scope,
        "Api",
        name=Names.unique_resource_name(scope, max_length=_NAME_LIMIT, separator="-"),
        description="Converse and ConverseStream behind quotas and a guardrail",
        api_key_source_type="HEADER",
        binary_media_types=[_STREAM_TYPE],
        endpoint_configuration=apigateway.CfnRestApi.EndpointConfigurationProperty(
            types=["PRIVATE"], vpc_endpoint_ids=[endpoint_id]
        ),
        endpoint_access_mode="STRICT",
        security_policy=_TLS,
        policy={"Version": "2012-10-17", "Statement": statements},
    )


def methods(
    scope: Construct,
    api: apigateway.CfnRestApi,
    function: lambda_.CfnFunction,
    rules: GatewayRules,
) -> list[apigateway.CfnMethod]:
    """``POST /model/{modelId}/converse`` and ``/converse-stream``, as the SDKs spell the paths."""
    model = apigateway.CfnModel(
        scope,
        "Request",
        rest_api_id=api.ref,
        content_type="application/json",
        description="A request of Converse",
        schema=request_schema(rules.max_output_tokens),
    )
    validator = apigateway.CfnRequestValidator(
        scope,
        "Validator",
        rest_api_id=api.ref,
        validate_request_body=True,
        validate_request_parameters=True,
    )
    parent = api.attr_root_resource_id
    for id, part in (("Models", "model"), ("Model", "{modelId}")):
        parent = _resource(scope, id, api, parent, part)
    found = []
    for operation in OPERATIONS:
        id = operation.title().replace("-", "")
        method = apigateway.CfnMethod(
            scope,
            f"Post{id}",
            rest_api_id=api.ref,
            resource_id=_resource(scope, id, api, parent, operation),
            http_method="POST",
            authorization_type="AWS_IAM",
            api_key_required=True,
            request_models={"application/json": model.ref},
            request_parameters={"method.request.path.modelId": True},
            request_validator_id=validator.ref,
            integration=_integration(function, rules),
        )
        found.append(method)
    return found


def deployment(
    scope: Construct,
    api: apigateway.CfnRestApi,
    parts: Sequence[Construct],
    clients: Sequence[GatewayClient],
    rules: GatewayRules,
) -> apigateway.CfnDeployment:
    """A deployment of what the API is now: AWS takes changes in only with a new one."""
    content = [
        request_schema(rules.max_output_tokens),
        rules.timeout_seconds,
        [client.role.node.path for client in clients],
        RESPONSES,
        [OPERATIONS, _TLS, _STREAM_TYPE],
    ]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    answers = [
        apigateway.CfnGatewayResponse(
            scope,
            f"Answer{kind.title().replace('_', '')}",
            rest_api_id=api.ref,
            response_type=kind,
            status_code=response.status,
            response_parameters=response.headers(),
            response_templates={"application/json": response.body},
        )
        for kind, response in RESPONSES.items()
    ]
    found = apigateway.CfnDeployment(scope, f"Deployment{digest}", rest_api_id=api.ref)
    found.node.add_dependency(*parts, *answers)
    return found


def let_api_invoke(
    scope: Construct, api: apigateway.CfnRestApi, function: lambda_.CfnFunction
) -> None:
    """Let the API's two methods call the function, and nothing else of API Gateway."""
    place = place_of(scope)
    methods = f"arn:{place.partition}:execute-api:{place.region}:{place.account}:{api.ref}"
    lambda_.CfnPermission(
        scope,
        "FromApi",
        action="lambda:InvokeFunction",
        function_name=function.attr_arn,
        principal="apigateway.amazonaws.com",
        source_account=place.account,
        source_arn=f"{methods}/{STAGE}/POST/model/*",
    )


def _integration(
    function: lambda_.CfnFunction, rules: GatewayRules
) -> apigateway.CfnMethod.IntegrationProperty:
    place = place_of(function)
    invoke = f"arn:{place.partition}:apigateway:{place.region}:lambda:path/2015-03-31/functions/"
    return apigateway.CfnMethod.IntegrationProperty(
        type="AWS_PROXY",
        integration_http_method="POST",
        uri=f"{invoke}{function.attr_arn}/invocations",
        timeout_in_millis=rules.timeout_seconds * 1000,
    )


def _resource(scope: Construct, id: str, api: apigateway.CfnRestApi, parent: str, part: str) -> str:
    return apigateway.CfnResource(
        scope, f"{id}Path", rest_api_id=api.ref, parent_id=parent, path_part=part
    ).ref
