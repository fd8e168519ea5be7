"""Who may do what with which model, computed from templates."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.evidence.access_map import models, questions, surroundings
from secure_bedrock.evidence.access_map.answers import Answer, Limits, Outcome, answer
from secure_bedrock.evidence.access_map.principals import Principal, principals
from secure_bedrock.evidence.access_map.stacks import StackView, read_stacks
from secure_bedrock.policy import Policy
from secure_bedrock.rules import Source

_APPLICATIONS = {
    "AWS::Bedrock::KnowledgeBase": "KnowledgeBaseArn",
    "AWS::Bedrock::AgentAlias": "AgentAliasArn",
    "AWS::Bedrock::FlowAlias": "Arn",
    "AWS::Bedrock::Prompt": "Arn",
}
_NOT_JUDGED = {
    "AWS::Serverless::Function": "the role that SAM makes for it",
    "AWS::SSO::PermissionSet": "the roles that IAM Identity Center makes of it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A principal with its answers."""

    principal: str
    arn: str
    answers: tuple[Answer, ...]
    notes: tuple[str, ...]

    @property
    def reaches_nothing(self) -> bool:
        """Whether every answer is no."""
        return all(each.outcome is Outcome.DENIED for each in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessMap:
    """All principals, and what had to be assumed."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The map as plain data."""
        return {
            "principals": [
                {
                    "name": row.principal,
                    "arn": row.arn,
                    "notes": list(row.notes),
                    "answers": [
                        asdict(each) | {"outcome": each.outcome.name.lower()}
                        for each in row.answers
                    ],
                }
                for row in self.rows
            ],
            "notes": list(self.notes),
        }


def access_map(
    sources: Sequence[Source],
    *,
    more_models: Sequence[str] = (),
    principal: str | None = None,
    through_endpoints: bool = False,
    region: str | None = None,
    account: str | None = None,
) -> AccessMap:
    """Compute the map of templates that are deployed together.

    Args:
        sources: The templates.
        more_models: Ids or ARNs of models besides those that policies name.
        principal: Part of the construct path or ARN of the principals to look at. Default: all.
        through_endpoints: Whether calls go through the interface endpoints of the templates, also
            where no function in their VPC shows it.
        region: Region of templates that name none.
        account: Account of templates that name none.

    Raises:
        ValueError: A model id of no known form, no such principal, or a place that is not known.
    """
    views = read_stacks(sources, region=region, account=account)
    given = [models.given(text) for text in more_models]
    found, notes = principals(views)
    wanted = [each for each in found if principal is None or principal in f"{each.name} {each.arn}"]
    if principal is not None and not wanted:
        known = ", ".join(each.name for each in found) or "none"
        raise ValueError(f"no role or user is called {principal!r}: the templates have {known}")
    notes = [*dict.fromkeys([*notes, *_assumptions(views)])]
    rows = []
    for each in wanted:
        limits, limit_notes, own_notes = _limits(views, each, asked=through_endpoints)
        notes += [note for note in limit_notes if note not in notes]
        named = models.named_by(_all_policies(found, limits))
        chosen = list(dict.fromkeys([*given, *named, models.OTHER]))
        asked = _questions(views, each.place, chosen)
        rows.append(
            Row(
                principal=each.name,
                arn=each.arn,
                answers=tuple(answer(question, each, limits) for question in asked),
                notes=(*each.notes, *own_notes),
            )
        )
    return AccessMap(rows=tuple(rows), notes=tuple(notes))


def _questions(
    views: Sequence[StackView], place: Place, chosen: Sequence[Any]
) -> Iterator[questions.Question]:
    guardrails = surroundings.guardrails(views)
    forced = surroundings.enforced(views, place)
    enforced = [guardrail for guardrail in guardrails if guardrail.arn in forced]
    for target in models.targets(chosen, place):
        yield from questions.about_model(target, place, enforced)
    for guardrail in guardrails:
        if guardrail.place.region == place.region:
            yield questions.about_guardrail(guardrail)
    own = [
        view.names.of(resource, attribute) or ""
        for view in views
        for kind, attribute in _APPLICATIONS.items()
        for resource in view.of_type(kind)
    ]
    yield from questions.about_applications(place, own)


def _limits(
    views: Sequence[StackView], principal: Principal, *, asked: bool
) -> tuple[Limits, list[str], list[str]]:
    place = principal.place
    scps, notes = surroundings.service_control(views, place.account)
    by_vpc = surroundings.endpoints_in(views, place)
    inside = surroundings.vpcs_of(views, principal)
    vpc = next((vpc for vpc in inside if vpc in by_vpc), None)
    own = [f"{inside[vpc]} runs in a VPC: its calls go through the VPC's endpoints"] if vpc else []
    if vpc is None and asked and by_vpc:
        vpc = next(iter(by_vpc))
        own = ["calls are taken to go through the endpoints of the templates"]
    return Limits(scps=scps, endpoints=by_vpc.get(vpc) if vpc else None), notes, own


def _all_policies(found: Sequence[Principal], limits: Limits) -> Iterator[Policy]:
    for principal in found:
        yield from principal.policies
        if principal.boundary:
            yield principal.boundary
    for level in limits.scps:
        yield from level


def _assumptions(views: Sequence[StackView]) -> Iterator[str]:
    for view in views:
        if view.assumed:
            yield (
                f"{view.name}: conditions are decided by the defaults of {', '.join(view.assumed)}"
            )
        for kind, what in _NOT_JUDGED.items():
            for resource in view.of_type(kind):
                yield f"{view.shown(resource)}: {what} is not in the templates"
        for resource in view.of_type("AWS::Organizations::Policy"):
            if resource["Type"].literal == "RESOURCE_CONTROL_POLICY":
                yield f"{view.shown(resource)}: resource control policies are not evaluated"
