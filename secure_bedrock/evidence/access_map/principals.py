"""The roles and users of an assembly with all the policies that concern them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.evidence.access_map.documents import read_policy, unseen
from secure_bedrock.evidence.access_map.stacks import StackView
from secure_bedrock.policy import Policy
from secure_bedrock.rules._template import Resource

_TYPES = {"AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group"}
_NOUN = {"Roles": "role", "RoleName": "role", "Users": "user", "UserName": "user"}
_NOUN |= {"Groups": "group", "GroupName": "group"}
_ATTACHABLE = {
    "AWS::IAM::Policy": ("Roles", "Users", "Groups"),
    "AWS::IAM::ManagedPolicy": ("Roles", "Users", "Groups"),
    "AWS::IAM::RolePolicy": ("RoleName",),
    "AWS::IAM::UserPolicy": ("UserName",),
    "AWS::IAM::GroupPolicy": ("GroupName",),
}
_WITHOUT_MODELS = (
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "service-role/AmazonECSTaskExecutionRolePolicy",
    "AWSXRayDaemonWriteAccess",
)
"""Policies of AWS that hold nothing about models, guardrails or keys."""

Holder = tuple[str, str, str]
"""Kind, account, name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A role or user.

    Attributes:
        name: Its construct path.
        arn: Its ARN, with a stand-in for a name that AWS makes up.
        place: Account of the principal, and the Region it calls models in: its stack's.
        policies: Its own policies and those of its groups.
        boundary: Its permissions boundary.
        notes: What could not be evaluated.
    """

    name: str
    arn: str
    place: Place
    policies: tuple[Policy, ...]
    boundary: Policy | None
    notes: tuple[str, ...]


@dataclass(slots=True)
class Attachments:
    """Policies that name their holders, and managed policies that holders name."""

    held: dict[Holder, list[Policy]] = field(default_factory=dict)
    managed: dict[str, Policy] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def principals(views: Sequence[StackView]) -> tuple[list[Principal], list[str]]:
    """Every role and user, and notes on policies whose holders are not known."""
    attachments = _attachments(views)
    groups = {holder: policies for view in views for holder, policies in _groups(view, attachments)}
    found = [
        _principal(view, resource, attachments, groups)
        for view in views
        for resource in view.of_type("AWS::IAM::Role", "AWS::IAM::User")
    ]
    known = {_holder(view, r) for view in views for r in view.of_type(*_TYPES)}
    strangers = [holder for holder in attachments.held if holder not in known]
    notes = [
        f"a policy is attached to {kind} {name}, which is not in the templates"
        for kind, _, name in strangers
    ]
    return found, notes


def _attachments(views: Sequence[StackView]) -> Attachments:
    found = Attachments()
    for view in views:
        for resource in view.of_type(*_ATTACHABLE):
            name = view.shown(resource)
            policy = read_policy(view, resource["PolicyDocument"], name)
            if resource.type == "AWS::IAM::ManagedPolicy":
                found.managed[view.names.of(resource) or ""] = policy
            for element in _ATTACHABLE[resource.type]:
                for node in resource[element]:
                    holder = (_NOUN[element], view.place.account, view.text(node))
                    found.held.setdefault(holder, []).append(policy)
    return found


def _holder(view: StackView, resource: Resource) -> Holder:
    kind = _TYPES[resource.type]
    return kind, view.place.account, view.names.of(resource) or ""


def _groups(view: StackView, attachments: Attachments) -> Iterator[tuple[Holder, list[Policy]]]:
    for group in view.of_type("AWS::IAM::Group"):
        yield _holder(view, group), _own(view, group, attachments)


def _principal(
    view: StackView,
    resource: Resource,
    attachments: Attachments,
    groups: dict[Holder, list[Policy]],
) -> Principal:
    policies = _own(view, resource, attachments)
    for group in _groups_of(view, resource):
        holder = ("group", view.place.account, group)
        policies += groups.get(holder) or [unseen(f"group {group}")]
    boundary = None
    if not resource["PermissionsBoundary"].missing:
        arn = view.text(resource["PermissionsBoundary"])
        boundary = attachments.managed.get(arn) or unseen(f"permissions boundary {arn}")
    policies = list({policy.name: policy for policy in policies}.values())
    named = [policy.name for policy in (*policies, boundary) if policy and _unseen(policy)]
    return Principal(
        name=view.shown(resource),
        arn=view.names.of(resource, "Arn") or "",
        place=view.place,
        policies=tuple(policies),
        boundary=boundary,
        notes=tuple(f"{name} is not in the templates and was not evaluated" for name in named),
    )


def _own(view: StackView, resource: Resource, attachments: Attachments) -> list[Policy]:
    name = view.shown(resource)
    policies = list(attachments.held.get(_holder(view, resource), ()))
    for inline in resource["Policies"]:
        label = f"{name}/{view.text(inline['PolicyName'])}"
        policies.append(read_policy(view, inline["PolicyDocument"], label))
    for node in resource["ManagedPolicyArns"]:
        arn = view.text(node)
        if not arn.endswith(tuple(f":iam::aws:policy/{known}" for known in _WITHOUT_MODELS)):
            policies.append(attachments.managed.get(arn) or unseen(f"policy {arn}"))
    return policies


def _groups_of(view: StackView, resource: Resource) -> list[str]:
    if resource.type != "AWS::IAM::User":
        return []
    user = view.names.of(resource)
    listed = [view.text(node) for node in resource["Groups"]]
    listed += [
        view.text(addition["GroupName"])
        for addition in view.of_type("AWS::IAM::UserToGroupAddition")
        if user in [view.text(node) for node in addition["Users"]]
    ]
    return listed


def _unseen(policy: Policy) -> bool:
    """Whether nothing of the policy could be read."""
    return bool(policy.statements) and all(s.sid == policy.name for s in policy.statements)
