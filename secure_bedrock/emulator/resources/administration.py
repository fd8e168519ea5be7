"""AWS Systems Manager, Amazon ECR and AWS Organizations."""

from secure_bedrock.emulator.resources.declaration import (
    Default,
    Part,
    ResourceType,
    Tagging,
    call,
    get,
    patch,
    put,
)
from secure_bedrock.emulator.resources.tagging import arn_tagging

_PARAMETER = ResourceType(
    name="AWS::SSM::Parameter",
    service="ssm",
    name_property="Name",
    name_length=1011,
    create=put("put_parameter", Name="$name"),
    id="$name",
    update=put("put_parameter", Name="$id", Overwrite=True),
    delete=call("delete_parameter", Name="$id"),
    reads=(
        get(
            "describe_parameters",
            "Parameters[0]",
            ParameterFilters=[{"Key": "Name", "Values": ["$id"]}],
        ),
        get("get_parameter", "Parameter", Name="$id"),
    ),
    unread=frozenset({"Overwrite"}),
    tagging=Tagging(
        set=call("add_tags_to_resource", ResourceType="Parameter", ResourceId="$id", Tags="$Tags"),
        clear=call(
            "remove_tags_from_resource",
            ResourceType="Parameter",
            ResourceId="$id",
            TagKeys="$keys",
        ),
        read=get(
            "list_tags_for_resource",
            "{ResourceType: 'Parameter', Tags: TagList}",
            ResourceType="Parameter",
            ResourceId="$id",
        ),
    ),
)

_REPOSITORY = ResourceType(
    name="AWS::ECR::Repository",
    service="ecr",
    name_property="RepositoryName",
    name_length=256,
    lowercase=True,
    create=call(
        "create_repository",
        repositoryName="$name",
        imageTagMutability="$ImageTagMutability",
        imageScanningConfiguration="$ImageScanningConfiguration",
        encryptionConfiguration="$EncryptionConfiguration",
    ),
    id="$name",
    delete=call("delete_repository", repositoryName="$id"),
    parts=(
        Part(
            property="ImageTagMutability",
            created=True,
            set=call(
                "put_image_tag_mutability",
                repositoryName="$id",
                imageTagMutability="$ImageTagMutability",
            ),
        ),
        Part(
            property="ImageScanningConfiguration",
            created=True,
            set=call(
                "put_image_scanning_configuration",
                repositoryName="$id",
                imageScanningConfiguration="$ImageScanningConfiguration",
            ),
        ),
        Part(
            property="LifecyclePolicy",
            set=call(
                "put_lifecycle_policy",
                repositoryName="$id",
                lifecyclePolicyText="$LifecyclePolicy.LifecyclePolicyText",
            ),
            clear=call("delete_lifecycle_policy", repositoryName="$id"),
            read=get("get_lifecycle_policy", "@", repositoryName="$id"),
        ),
        Part(
            property="RepositoryPolicyText",
            set=call(
                "set_repository_policy", repositoryName="$id", policyText="$RepositoryPolicyText"
            ),
            clear=call("delete_repository_policy", repositoryName="$id"),
            read=get("get_repository_policy", "@", repositoryName="$id"),
        ),
    ),
    reads=(get("describe_repositories", "repositories[0]", repositoryNames=["$id"]),),
    attributes={"Arn": "$read.repositoryArn"},
    tagging=arn_tagging(
        "resourceArn",
        "arn:${partition}:ecr:${region}:${account}:repository/${id}",
        tags="tags",
        keys="tagKeys",
    ),
    note="For the bootstrap stack; no image can be pushed.",
)

_POLICY = ResourceType(
    name="AWS::Organizations::Policy",
    service="organizations",
    create=call(
        "create_policy",
        Name="$Name",
        Type="$Type",
        Content="$Content",
        Description=Default("$Description", ""),
    ),
    id="$created.Policy.PolicySummary.Id",
    update=patch("update_policy", PolicyId="$id"),
    delete=call("delete_policy", PolicyId="$id"),
    parts=(
        Part(
            property="TargetIds",
            each=True,
            with_resource=False,
            set=call("attach_policy", PolicyId="$id", TargetId="$item"),
            clear=call("detach_policy", PolicyId="$id", TargetId="$item"),
            read=get("list_targets_for_policy", "Targets", PolicyId="$id"),
        ),
    ),
    reads=(
        get("describe_policy", "Policy.PolicySummary", PolicyId="$id"),
        get("describe_policy", "Policy.{Content: Content}", PolicyId="$id"),
    ),
    tagging=arn_tagging("ResourceId", "$id"),
    note="The organization must exist. Policies are kept, not enforced.",
)

TYPES = (_PARAMETER, _REPOSITORY, _POLICY)
