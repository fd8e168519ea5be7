"""AWS Identity and Access Management."""

from collections.abc import Iterator, Mapping
from typing import Any

from secure_bedrock.verification.aws import Aws, optional
from secure_bedrock.verification.documents import normal_policy
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader
from secure_bedrock.verification.values import Json, as_list


@reader("AWS::IAM::Role", implied={"MaxSessionDuration": 3600, "Path": "/"})
def read_role(aws: Aws, role: Deployed) -> Reading:
    """Trust, boundary and every policy of a role, also those nobody claimed."""
    found = aws.client("iam").get_role(RoleName=role.id)["Role"]
    boundary = found.get("PermissionsBoundary", {})
    return Reading(
        properties={
            **pick(found, "AssumeRolePolicyDocument", "MaxSessionDuration", "Path", "Description"),
            "PermissionsBoundary": boundary.get("PermissionsBoundaryArn"),
            "ManagedPolicyArns": list(_attached(aws, role)),
            "Policies": list(_inline(aws, role)),
        },
        if_claimed={"RoleName": found["RoleName"], "Tags": tag_list(found.get("Tags"))},
        attributes={"Arn": found["Arn"], "RoleId": found["RoleId"]},
    )


@reader("AWS::IAM::ManagedPolicy", implied={"Path": "/"}, ids=["PolicyArn"])
def read_managed_policy(aws: Aws, policy: Deployed) -> Reading:
    """The document in force, and whom a managed policy is attached to."""
    iam = aws.client("iam")
    found = iam.get_policy(PolicyArn=policy.id)["Policy"]
    version = iam.get_policy_version(PolicyArn=policy.id, VersionId=found["DefaultVersionId"])
    return Reading(
        properties={
            **pick(found, "Path", "Description"),
            "PolicyDocument": version["PolicyVersion"]["Document"],
            "Roles": _holders(aws, policy, "Role"),
            "Users": _holders(aws, policy, "User"),
            "Groups": _holders(aws, policy, "Group"),
        },
        if_claimed={"ManagedPolicyName": found["PolicyName"]},
    )


@reader("AWS::IAM::Policy", "AWS::IAM::RolePolicy")
def read_inline_policy(aws: Aws, policy: Deployed) -> Reading:
    """The document of an inline policy at everyone who is to have it."""
    claim = policy.claim
    name = claim["PolicyName"]
    iam = aws.client("iam")
    holders: dict[str, list[str]] = {"Roles": [], "Users": [], "Groups": []}
    documents: list[Json] = []
    for kind, one in (("Roles", "Role"), ("Users", "User"), ("Groups", "Group")):
        for holder in [*as_list(claim.get(kind)), *as_list(claim.get(f"{one}Name"))]:
            call = getattr(iam, f"get_{one.lower()}_policy")
            found = optional(call, **{f"{one}Name": holder, "PolicyName": name})
            if found is not None:
                holders[kind].append(holder)
                documents.append(found["PolicyDocument"])
    if not documents:
        raise GoneError
    wanted = normal_policy(claim["PolicyDocument"], aws.partition)
    other = (each for each in documents if normal_policy(each, aws.partition) != wanted)
    return Reading(
        properties={
            "PolicyDocument": next(other, documents[0]),
            **{kind: names for kind, names in holders.items() if kind in claim},
        },
        if_claimed={"PolicyName": name, "RoleName": next(iter(holders["Roles"]), None)},
    )


def _attached(aws: Aws, role: Deployed) -> Iterator[str]:
    """Managed policies of a role that no ManagedPolicy of the stack answers for."""
    answered = {
        policy.id
        for policy in role.peers("AWS::IAM::ManagedPolicy")
        if role.id in as_list(policy.claim.get("Roles"))
    }
    for attached in aws.pages(
        "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role.id
    ):
        if attached["PolicyArn"] not in answered:
            yield attached["PolicyArn"]


def _inline(aws: Aws, role: Deployed) -> Iterator[Mapping[str, Json]]:
    """Inline policies of a role that no Policy of the stack answers for."""
    answered = {
        policy.claim["PolicyName"]
        for kind, holders in (("AWS::IAM::Policy", "Roles"), ("AWS::IAM::RolePolicy", "RoleName"))
        for policy in role.peers(kind)
        if role.id in as_list(policy.claim.get(holders))
    }
    iam = aws.client("iam")
    for name in aws.pages("iam", "list_role_policies", "PolicyNames", RoleName=role.id):
        if name not in answered:
            found: Any = iam.get_role_policy(RoleName=role.id, PolicyName=name)
            yield pick(found, "PolicyName", "PolicyDocument")


def _holders(aws: Aws, policy: Deployed, kind: str) -> list[str]:
    """Who has a managed policy, except those of the stack that claim it themselves."""
    answered = {
        holder.id
        for holder in policy.peers(f"AWS::IAM::{kind}")
        if policy.id in as_list(holder.claim.get("ManagedPolicyArns"))
    }
    found = aws.pages("iam", "list_entities_for_policy", f"Policy{kind}s", PolicyArn=policy.id)
    return [each[f"{kind}Name"] for each in found if each[f"{kind}Name"] not in answered]
