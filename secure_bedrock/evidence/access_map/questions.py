"""What an access map asks: who may do what with which model, guardrail or application."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.catalog.foundation_models import PROFILE_ARN
from secure_bedrock.catalog.invocation import BATCH, INVOKE
from secure_bedrock.evidence.access_map.models import Authorized, Target
from secure_bedrock.evidence.access_map.surroundings import Guardrail
from secure_bedrock.policy import Policy

ANY_OTHER = "any other"
_APPLICATIONS = (
    ("guardrail", "apply guardrail", "bedrock:ApplyGuardrail", "guardrail/anyother"),
    ("knowledge base", "retrieve", "bedrock:Retrieve", "knowledge-base/ANYOTHER00"),
    ("agent", "invoke agent", "bedrock:InvokeAgent", "agent-alias/ANYOTHER00/ANYOTHER00"),
    ("flow", "invoke flow", "bedrock:InvokeFlow", "flow/ANYOTHER00/alias/ANYOTHER00"),
    ("prompt", "render prompt", "bedrock:RenderPrompt", "prompt/ANYOTHER00"),
)
_WITHOUT_RESOURCE = (
    ("retrieve and generate", "bedrock:RetrieveAndGenerate", "bedrock-agent-runtime"),
    ("invoke inline agent", "bedrock:InvokeInlineAgent", "bedrock-agent-runtime"),
    ("API key", "bedrock:CallWithBearerToken", "bedrock-runtime"),
    ("API key on mantle", "bedrock-mantle:CallWithBearerToken", "bedrock-mantle"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One authorization that a call takes.

    Attributes:
        action: IAM action.
        resource: ARN, or ``*``.
        service: Endpoint service that the call goes to; empty if AWS makes it for the caller.
        context: Condition keys it carries for certain.
        resource_policies: Policies of the resource.
        key_policy: Policy of the key, if the resource is one.
        route: Which of several routes needs it; empty if every call does.
    """

    action: str
    resource: str
    service: str = ""
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    resource_policies: tuple[Policy, ...] = ()
    key_policy: Policy | None = None
    route: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One cell of the map.

    Attributes:
        target: Model, guardrail or application.
        action: What is done with it, in words.
        parts: Everything that has to be allowed.
        leads_on: Whether models that are not known here have to be allowed as well.
    """

    target: str
    action: str
    parts: tuple[Part, ...]
    leads_on: bool = False


def about_model(target: Target, place: Place, enforced: Sequence[Guardrail]) -> Iterator[Question]:
    """Invocation, streaming, batch jobs and the mantle endpoint."""
    for action, name in zip(("invoke", "stream"), INVOKE, strict=True):
        parts = [_invocation(name, target.entry)]
        several = len(target.destinations) > 1
        parts += [_invocation(name, each, routed=several) for each in target.destinations]
        parts += [part for guardrail in enforced for part in applying(guardrail)]
        yield Question(
            target=target.label, action=action, parts=tuple(parts), leads_on=target.leads_on
        )
    if target.model is None:
        return
    here = f"{place.region}:{place.account}"
    region = {"aws:RequestedRegion": place.region}
    jobs = f"arn:{place.partition}:bedrock:{here}:model-invocation-job/anyother"
    batch = [
        Part(action=BATCH, resource=resource, service="bedrock", context=region)
        for resource in (target.entry.arn, jobs)
    ]
    yield Question(target=target.label, action="batch job", parts=tuple(batch))
    mantle = Part(
        action="bedrock-mantle:CreateInference",
        resource=f"arn:{place.partition}:bedrock-mantle:{here}:project/default",
        service="bedrock-mantle",
        context=region | {"bedrock-mantle:Model": target.model.model_id},
    )
    yield Question(target=target.label, action="mantle", parts=(mantle,))


def about_guardrail(guardrail: Guardrail) -> Question:
    """Application of a guardrail, with its profile and key."""
    parts = tuple(applying(guardrail))
    return Question(target=guardrail.name, action="apply guardrail", parts=parts)


def about_applications(place: Place, named: Sequence[str]) -> Iterator[Question]:
    """Knowledge bases, agents, flows and prompts: those of the templates, and any other."""
    at = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:"
    region = {"aws:RequestedRegion": place.region}
    for noun, action, name, other in _APPLICATIONS:
        kind = f"{other.partition('/')[0]}/"
        own = [arn for arn in named if arn.startswith(at + kind)]
        for label, arn in [*((arn, arn) for arn in own), (f"{ANY_OTHER} {noun}", at + other)]:
            service = "bedrock-runtime" if noun == "guardrail" else "bedrock-agent-runtime"
            part = Part(action=name, resource=arn, service=service, context=region)
            yield Question(target=label, action=action, parts=(part,))
    for action, name, service in _WITHOUT_RESOURCE:
        part = Part(action=name, resource="*", service=service, context=region)
        yield Question(target="account", action=action, parts=(part,))


def applying(guardrail: Guardrail) -> Iterator[Part]:
    """What it takes to apply a guardrail."""
    region = {"aws:RequestedRegion": guardrail.place.region}
    for arn in filter(None, (guardrail.arn, guardrail.profile)):
        yield Part(
            action="bedrock:ApplyGuardrail",
            resource=arn,
            service="bedrock-runtime",
            context=region,
            resource_policies=guardrail.resource_policies if arn == guardrail.arn else (),
        )
    if guardrail.key:
        via = {"kms:ViaService": f"bedrock.{guardrail.place.region}.amazonaws.com"}
        yield Part(
            action="kms:Decrypt",
            resource=guardrail.key,
            context=region | via,
            key_policy=guardrail.key_policy,
        )


def _invocation(action: str, authorized: Authorized, *, routed: bool = False) -> Part:
    context: dict[str, str | Sequence[str]] = {"aws:RequestedRegion": authorized.region}
    if authorized.through is not None:
        context[PROFILE_ARN] = authorized.through or ()
    return Part(
        action=action,
        resource=authorized.arn,
        service="bedrock-runtime",
        context=context,
        route=authorized.region if routed else "",
    )
