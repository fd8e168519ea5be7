"""AWS Identity and Access Management."""

from secure_bedrock.emulator.resources.declaration import (
    Default,
    Part,
    ResourceType,
    call,
    get,
    patch,
)
from secure_bedrock.emulator.resources.tagging import iam_tagging

_PRINCIPALS = (("Roles", "role"), ("Users", "user"), ("Groups", "group"))


def _attached_policies(kind: str) -> tuple[Part, ...]:
    which = {f"{kind.title()}Name": "$id"}
    return (
        Part(
            property="ManagedPolicyArns",
            each=True,
            with_resource=False,
            set=call(f"attach_{kind}_policy", **which, PolicyArn="$item"),
            clear=call(f"detach_{kind}_policy", **which, PolicyArn="$item"),
            read=get(f"list_attached_{kind}_policies", "AttachedPolicies", **which),
        ),
        Part(
            property="Policies",
            each=True,
            with_resource=False,
            set=call(
                f"put_{kind}_policy",
                **which,
                PolicyName="$item.PolicyName",
                PolicyDocument="$item.PolicyDocument",
            ),
            clear=call(f"delete_{kind}_policy", **which, PolicyName="$item.PolicyName"),
            read=get(f"get_{kind}_policy", "@", **which, PolicyName="$item.PolicyName"),
        ),
    )


def _inline(property_name: str, kind: str) -> Part:
    which = {f"{kind.title()}Name": "$item", "PolicyName": "$PolicyName"}
    return Part(
        property=property_name,
        each=True,
        with_resource=False,
        set=call(f"put_{kind}_policy", **which, PolicyDocument="$PolicyDocument"),
        clear=call(f"delete_{kind}_policy", **which),
        read=get(f"get_{kind}_policy", "@", **which),
    )


def _attachment(property_name: str, kind: str) -> Part:
    which = {f"{kind.title()}Name": "$item", "PolicyArn": "$id"}
    return Part(
        property=property_name,
        each=True,
        with_resource=False,
        set=call(f"attach_{kind}_policy", **which),
        clear=call(f"detach_{kind}_policy", **which),
    )


_ROLE = ResourceType(
    name="AWS::IAM::Role",
    service="iam",
    name_property="RoleName",
    name_length=64,
    create=call(
        "create_role",
        RoleName="$name",
        AssumeRolePolicyDocument="$AssumeRolePolicyDocument",
        PermissionsBoundary="$PermissionsBoundary",
        Path="$Path",
        Description="$Description",
        MaxSessionDuration="$MaxSessionDuration",
    ),
    id="$name",
    update=patch("update_role", RoleName="$id"),
    delete=call("delete_role", RoleName="$id"),
    parts=(
        Part(
            property="AssumeRolePolicyDocument",
            created=True,
            set=call(
                "update_assume_role_policy",
                RoleName="$id",
                PolicyDocument="$AssumeRolePolicyDocument",
            ),
            read=get("get_role", "Role.{PolicyDocument: AssumeRolePolicyDocument}", RoleName="$id"),
        ),
        Part(
            property="PermissionsBoundary",
            created=True,
            set=call(
                "put_role_permissions_boundary",
                RoleName="$id",
                PermissionsBoundary="$PermissionsBoundary",
            ),
            clear=call("delete_role_permissions_boundary", RoleName="$id"),
        ),
        *_attached_policies("role"),
    ),
    reads=(get("get_role", "Role", RoleName="$id"),),
    read_as={"PermissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn"},
    tagging=iam_tagging("role", "RoleName"),
    note="Policies are kept, not enforced.",
)

_MANAGED_POLICY = ResourceType(
    name="AWS::IAM::ManagedPolicy",
    service="iam",
    name_property="ManagedPolicyName",
    name_length=128,
    create=call(
        "create_policy",
        PolicyName="$name",
        Path="$Path",
        Description="$Description",
        PolicyDocument="$PolicyDocument",
    ),
    id="$created.Policy.Arn",
    update=call(
        "create_policy_version",
        PolicyArn="$id",
        PolicyDocument="$PolicyDocument",
        SetAsDefault=True,
    ),
    delete=call("delete_policy", PolicyArn="$id"),
    parts=tuple(_attachment(*principal) for principal in _PRINCIPALS),
    reads=(
        get("get_policy", "Policy", PolicyArn="$id"),
        get(
            "get_policy_version",
            "PolicyVersion.{PolicyDocument: Document, SetAsDefault: IsDefaultVersion}",
            PolicyArn="$id",
            VersionId="$read.DefaultVersionId",
        ),
    ),
    attributes={"PolicyArn": "$id"},
    note="Policies are kept, not enforced. The sixth version of a document fails.",
)

TYPES = (
    _ROLE,
    _MANAGED_POLICY,
    ResourceType(
        name="AWS::IAM::Policy",
        service="iam",
        id="$generated_name",
        delete=None,
        parts=tuple(_inline(*principal) for principal in _PRINCIPALS),
        note="Policies are kept, not enforced.",
    ),
    ResourceType(
        name="AWS::IAM::InstanceProfile",
        service="iam",
        name_property="InstanceProfileName",
        name_length=128,
        create=call(
            "create_instance_profile", InstanceProfileName="$name", Path=Default("$Path", "/")
        ),
        id="$name",
        delete=call("delete_instance_profile", InstanceProfileName="$id"),
        parts=(
            Part(
                property="Roles",
                each=True,
                with_resource=False,
                set=call(
                    "add_role_to_instance_profile", InstanceProfileName="$id", RoleName="$item"
                ),
                clear=call(
                    "remove_role_from_instance_profile", InstanceProfileName="$id", RoleName="$item"
                ),
                read=get(
                    "get_instance_profile", "InstanceProfile.Roles", InstanceProfileName="$id"
                ),
            ),
        ),
        reads=(get("get_instance_profile", "InstanceProfile", InstanceProfileName="$id"),),
    ),
)
