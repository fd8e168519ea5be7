"""What an endpoint policy lets callers of an account do."""

from dataclasses import dataclass

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.evidence.access_map.documents import read_policy
from secure_bedrock.evidence.access_map.stacks import StackView
from secure_bedrock.evidence.access_map.stand_ins import Names
from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.evidence.reachability.layout import service_of
from secure_bedrock.policy import Policy, Request, Verdict, evaluate
from secure_bedrock.policy.match import wildcard_match
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, any_of

_ASKED = {  # calls that stand for their service
    "bedrock-runtime": (
        "InvokeModel",
        "InvokeModelWithResponseStream",
        "ApplyGuardrail",
        "CountTokens",
    ),
    "bedrock-agent-runtime": ("InvokeAgent", "InvokeFlow", "Retrieve", "RetrieveAndGenerate"),
    "bedrock-agent": ("GetAgent", "ListKnowledgeBases", "UpdateAgent"),
    "bedrock": ("GetFoundationModel", "ListGuardrails", "UpdateGuardrail"),
    "bedrock-agentcore": ("InvokeAgentRuntime", "CreateEvent"),
    "bedrock-agentcore.gateway": ("InvokeGateway",),
    "bedrock-mantle": ("CreateInference",),
}
_PREFIXES = {"bedrock-fips": "bedrock", "bedrock-runtime-fips": "bedrock-runtime"}
_VERDICTS = {Verdict.ALLOWED: YES, Verdict.OPEN: UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """An action on resources that an endpoint policy lets pass.

    Attributes:
        action: The action.
        resource: An ARN or pattern of the policy, as written with what is known filled in.
        passes: Yes, or unknown where it depends on what the request carries.
    """

    action: str
    resource: str
    passes: Answer


def passing(estate: Estate, endpoint: Item, account: str) -> tuple[Answer, tuple[Passing, ...]]:
    """What passes for principals of an account, and whether anything does."""
    cached = ("passing", endpoint.id, account)
    if cached not in estate.cache:
        estate.cache[cached] = _judge(endpoint, account)
    found: tuple[Answer, tuple[Passing, ...]] = estate.cache[cached]
    return found


def _judge(endpoint: Item, account: str) -> tuple[Answer, tuple[Passing, ...]]:
    service = service_of(endpoint) or ""
    if not endpoint.has("PolicyDocument"):
        everything = Passing(action="*", resource="*", passes=YES)
        return YES, (everything,)
    policy = read_policy(_view(endpoint), endpoint.resource["PolicyDocument"], endpoint.shown)
    prefix = EndpointService(service).facts.iam_prefix if service in set(EndpointService) else "*"
    asked = _ASKED.get(_PREFIXES.get(service, service), ("*",))
    found = [
        Passing(action=action, resource=resource, passes=passes)
        for action in (f"{prefix}:{each}" for each in asked)
        for resource in _resources(policy, action)
        if (passes := _passes(policy, action, resource, account)) is not NO
    ]
    return any_of(each.passes for each in found), tuple(found)


def _resources(policy: Policy, action: str) -> list[str]:
    """The resources that statements about an action name."""
    named = [
        resource
        for statement in policy.statements
        if statement.allows
        and (
            statement.not_actions
            or any(
                wildcard_match(each.lower(), action.lower()) or action.endswith("*")
                for each in statement.actions
            )
        )
        for resource in (("*",) if statement.not_resources else statement.resources)
    ]
    return list(dict.fromkeys(named))


def _passes(policy: Policy, action: str, resource: str, account: str) -> Answer:
    request = Request(
        principal=f"arn:aws:iam::{account}:role/caller",
        action=action,
        resource=resource.replace("${aws:PrincipalAccount}", account),
        resource_account=account,
        open_keys=("*",),
    )
    everything = Policy.from_document(
        {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, name="caller"
    )
    decision = evaluate(request, identity=[everything], endpoint_policy=policy)
    return _VERDICTS.get(decision.verdict, NO)


def _view(endpoint: Item) -> StackView:
    stack = endpoint.stack
    account, region = stack.place
    place = Place(partition="aws", region=region, account=account)
    return StackView(
        name=stack.name,
        template=stack.template,
        names=Names(place=place, stack=stack.name),
        assumed=(),
    )
