"""Whether models and agents can be reached by anybody."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Controls,
    Node,
    Resource,
    Severity,
    Verdicts,
    any_in,
    any_of,
    equals,
    forbid,
    held_by,
    managed_policies,
    matches,
    present,
    rule,
)
from secure_bedrock.rules.agents._functions import function_of, permissions_of

_CALLS = (
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "bedrock:InvokeAgent",
    "bedrock:InvokeInlineAgent",
    "bedrock:InvokeFlow",
    "bedrock:RetrieveAndGenerate",
    "bedrock-agentcore:InvokeAgentRuntime",
    "bedrock-agentcore:InvokeHarness",
    "bedrock-mantle:CreateInference",
    "bedrock-websearch:InvokeSearch",
)
_POLICIES = ("*AmazonBedrock*", "*BedrockAgentCoreFullAccess")
Door = tuple[Answer, Node, Resource | None]


@rule(
    "AGT17",
    resource=(
        "AWS::ApiGateway::Method",
        "AWS::ApiGatewayV2::Route",
        "AWS::Lambda::Url",
        "AWS::Serverless::Function",
    ),
    severity=Severity.HIGH,
    fix="Let callers authenticate, with AWS_IAM or an authorizer.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    controls={
        "HIPAA": Controls(("164.312(a)(1)",), "stave"),
        "NIST 800-53 r5": Controls(("AC-3", "SC-7"), "stave"),
        "SOC 2": Controls(("CC6.6",), "stave"),
    },
)
def bedrock_is_not_behind_an_open_door(resource: Resource) -> Verdicts:
    """No function that calls models, agents or flows can be reached without authentication.

    Looked at are function URLs and the routes of REST, HTTP and WebSocket APIs; private APIs and
    preflight requests are left out. An API with a resource policy may be open or not.
    """
    for is_open, node, function in _DOORS[resource.type](resource):
        if is_open is not NO and function is not None:
            yield from forbid(is_open & _calls_bedrock(function), node)


def _calls_bedrock(function: Resource) -> Answer:
    holder = permissions_of(function)
    if holder is None:
        return NO
    attached = [
        each.node
        for each in managed_policies(holder.template)
        if each.holder.logical_id == holder.logical_id and each.node.target is None
    ]
    held = held_by(holder.template, holder.logical_id)
    return any_of(
        (
            *(matches(each, *_POLICIES) for each in attached),
            *(each.allows(*_CALLS) for each in held),
        )
    )


def _url(url: Resource) -> Iterator[Door]:
    auth = url["AuthType"]
    yield equals(auth, "NONE"), auth, function_of(url["TargetFunctionArn"])


def _method(method: Resource) -> Iterator[Door]:
    auth = method["AuthorizationType"]
    is_open = equals(auth, "NONE", missing=YES) & ~equals(method["HttpMethod"], "OPTIONS")
    api = method["RestApiId"].target
    if api is not None:
        is_open &= ~any_in(api["EndpointConfiguration"]["Types"], "PRIVATE")
        is_open &= YES if api["Policy"].missing else UNKNOWN
    yield is_open, auth, function_of(method["Integration"]["Uri"])


def _route(route: Resource) -> Iterator[Door]:
    auth = route["AuthorizationType"]
    is_open = equals(auth, "NONE", missing=YES)
    api = route["ApiId"].target
    if api is not None and equals(api["ProtocolType"], "WEBSOCKET") is not NO:
        is_open &= equals(route["RouteKey"], "$connect")
    for reference in route["Target"].references:
        integration = route.template.follow(reference)
        if integration is not None:
            yield is_open, auth, function_of(integration["IntegrationUri"])


def _serverless(function: Resource) -> Iterator[Door]:
    auth = function["FunctionUrlConfig"]["AuthType"]
    yield equals(auth, "NONE"), auth, function
    shared = function.template.node(function.template.raw.get("Globals"), ("Globals",))
    for event in dict(function["Events"].items()).values():
        for kind, key in (("Api", "RestApiId"), ("HttpApi", "ApiId")):
            own = event["Properties"]["Auth"]
            api = event["Properties"][key].target
            auths = (own, shared[kind]["Auth"], *([api["Auth"]] if api is not None else []))
            secured = any_of(present(each) for each in auths) & ~equals(own["Authorizer"], "NONE")
            yield equals(event["Type"], kind) & ~secured, own, function


_DOORS = {
    "AWS::ApiGateway::Method": _method,
    "AWS::ApiGatewayV2::Route": _route,
    "AWS::Lambda::Url": _url,
    "AWS::Serverless::Function": _serverless,
}
