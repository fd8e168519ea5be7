"""What limits or adds to a principal's own policies: organization, endpoints, resources, keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.evidence.access_map.documents import read_policy, unseen
from secure_bedrock.evidence.access_map.principals import Principal
from secure_bedrock.evidence.access_map.stacks import StackView
from secure_bedrock.policy import FULL_AWS_ACCESS, Policy
from secure_bedrock.rules._template import Resource

_ACCOUNT_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An interface endpoint: its id, its VPC, its policy."""

    id: str
    vpc: str
    policy: Policy


Endpoints = Mapping[str, Endpoint]
"""Service, such as ``bedrock-runtime`` -> endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """A guardrail of the templates with the policies that concern it.

    Attributes:
        name: Construct path.
        arn: Its ARN.
        place: Where it is.
        profile: ARN of its guardrail profile; empty without one.
        key: ARN of its key; empty if AWS owns it.
        key_policy: Policy of that key.
        resource_policies: Policies of the guardrail.
    """

    name: str
    arn: str
    place: Place
    profile: str
    key: str
    key_policy: Policy | None
    resource_policies: tuple[Policy, ...]


def service_control(
    views: Sequence[StackView], account: str
) -> tuple[tuple[tuple[Policy, ...], ...], list[str]]:
    """Service control policies that reach an account as far as can be told, with notes."""
    found: list[Policy] = []
    notes: list[str] = []
    for view in views:
        for resource in view.of_type("AWS::Organizations::Policy"):
            if resource["Type"].literal != "SERVICE_CONTROL_POLICY":
                continue
            name = view.shown(resource)
            targets = [view.text(node) for node in resource["TargetIds"]]
            others = [t for t in targets if len(t) == _ACCOUNT_DIGITS and t.isdigit()]
            if others == targets and account not in targets:
                continue
            found.append(read_policy(view, resource["Content"], name))
            if account not in targets:
                notes.append(
                    f"{name} is taken to reach account {account}: "
                    f"which accounts lie under {', '.join(targets)} is not in the templates"
                )
    allowing = [policy.name for policy in found if any(s.allows for s in policy.statements)]
    if allowing:
        notes.append(f"{', '.join(allowing)}: taken to stand in place of FullAWSAccess")
    if not found:
        return (), notes
    return ((*(() if allowing else (FULL_AWS_ACCESS,)), *found),), notes


def endpoints_in(views: Sequence[StackView], place: Place) -> dict[str, dict[str, Endpoint]]:
    """VPC -> service -> interface endpoint, in one account and Region."""
    found: dict[str, dict[str, Endpoint]] = {}
    for view in views:
        if view.place != place:
            continue
        for resource in view.of_type("AWS::EC2::VPCEndpoint"):
            service = view.text(resource["ServiceName"]).rpartition(f".{place.region}.")[2]
            policy = FULL_AWS_ACCESS
            if not resource["PolicyDocument"].missing:
                policy = read_policy(view, resource["PolicyDocument"], view.shown(resource))
            vpc = view.text(resource["VpcId"])
            identifier = view.names.of(resource) or ""
            found.setdefault(vpc, {})[service] = Endpoint(id=identifier, vpc=vpc, policy=policy)
    return found


def vpcs_of(views: Sequence[StackView], principal: Principal) -> dict[str, str]:
    """VPCs in which Lambda functions of the templates run with the role, and one such function."""
    subnets = {
        view.text(view.template.node({"Ref": resource.logical_id}, ())): view.text(
            resource["VpcId"]
        )
        for view in views
        for resource in view.of_type("AWS::EC2::Subnet")
    }
    return {
        subnets[view.text(subnet)]: view.shown(function)
        for view in views
        for function in view.of_type("AWS::Lambda::Function")
        if view.text(function["Role"]) == principal.arn
        for subnet in function["VpcConfig"]["SubnetIds"]
        if view.text(subnet) in subnets
    }


def guardrails(views: Sequence[StackView]) -> list[Guardrail]:
    """Every guardrail of the templates."""
    keys = dict(_keys(views))
    policies = [
        (view.text(resource["ResourceArn"]), view, resource)
        for view in views
        for resource in view.of_type("AWS::Bedrock::ResourcePolicy")
    ]
    found = []
    for view in views:
        for resource in view.of_type("AWS::Bedrock::Guardrail"):
            arn = view.names.of(resource) or ""
            key = "" if resource["KmsKeyArn"].missing else view.text(resource["KmsKeyArn"])
            found.append(
                Guardrail(
                    name=view.shown(resource),
                    arn=arn,
                    place=view.place,
                    profile=_profile(view, resource),
                    key=key,
                    key_policy=(keys.get(key) or unseen(f"key policy of {key}")) if key else None,
                    resource_policies=tuple(
                        read_policy(owner, policy["PolicyDocument"], owner.shown(policy))
                        for target, owner, policy in policies
                        if target == arn
                    ),
                )
            )
    return found


def enforced(views: Sequence[StackView], place: Place) -> list[str]:
    """ARNs of guardrails that every invocation in an account and Region has to pass."""
    return [
        view.text(resource["GuardrailIdentifier"])
        for view in views
        if view.place == place
        for resource in view.of_type("AWS::Bedrock::EnforcedGuardrailConfiguration")
    ]


def _keys(views: Sequence[StackView]) -> Iterator[tuple[str, Policy]]:
    for view in views:
        for key in view.of_type("AWS::KMS::Key"):
            policy = key["KeyPolicy"]
            name = view.shown(key)
            read = unseen(f"key policy of {name}") if policy.missing else None
            yield view.names.of(key, "Arn") or "", read or read_policy(view, policy, name)


def _profile(view: StackView, resource: Resource) -> str:
    profile = resource["CrossRegionConfig"]["GuardrailProfileArn"]
    if profile.missing:
        return ""
    text = view.text(profile)
    place = view.place
    at = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:guardrail-profile/"
    return text if text.startswith("arn:") else f"{at}{text}"
