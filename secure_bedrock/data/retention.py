"""Whether AWS and model providers keep prompts and answers: one mode per account and Region."""

from enum import StrEnum

from aws_cdk import CfnOutput, CustomResource, Names, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.one_per_environment import claim_environment
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.residency import check_residency

RESOURCE_TYPE = "Custom::BedrockDataRetention"

_PARAMETER_PREFIX = "/secure-bedrock/replaced-data-retention/"
_NOT_SET = "inherit"
_SERVICES = ("bedrock", "bedrock-mantle")


class RetentionMode(StrEnum):
    """How much of prompts and answers may be kept, from nothing to everything."""

    NONE = "none"
    """Nothing is kept. Models that demand retention are refused."""

    DEFAULT = "default"
    """What each model's terms say; AWS may keep data, model providers get none."""

    AWS_REVIEW = "aws_review"
    """AWS keeps data for a while and may look at it; model providers get none."""

    PROVIDER_DATA_SHARE = "provider_data_share"
    """Data is kept and shared with the model's provider."""


class DataRetention(Construct):
    """The account's data retention mode in this Region, at both endpoints of Amazon Bedrock.

    It protects against prompts and answers that AWS or a model provider keeps because nobody said
    otherwise. The mode exists in the API only. What somebody else has set is not overwritten: the
    deployment fails and says what it found. Add ``OnlyDataRetention`` to the organization's
    policies, so that nobody changes it back.

    Args:
        scope: Parent construct.
        id: Construct id.
        mode: The mode. The default keeps nothing.
        replace_existing: Save a mode that somebody else has set, replace it, and restore it when
            this one is deleted. The default, ``False``, fails the deployment instead.
        keep_on_delete: Leave the mode as it is when this is deleted. It has to be set where a
            service control policy allows this mode only. The default restores what was before.
        encryption_key: Encrypts the log of the handler; its key policy is completed. The default is
            a new key, rotated every year.
        removal_policy: What happens to the handler's log and the key when they leave the stack. The
            default retains them.

    Raises:
        ValueError: The app has another one for the environment, or the data residency is left.

    Sources: Amazon Bedrock User Guide, "Data retention"; API reference, PutAccountDataRetention.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        mode: RetentionMode = RetentionMode.NONE,
        replace_existing: bool = False,
        keep_on_delete: bool = False,
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        claim_environment(self, sets_up="data retention", keeps="one mode")
        check_residency(self)
        self.mode = mode
        self.encryption_key = encryption_key or _new_key(self, removal_policy)
        parameter = _PARAMETER_PREFIX + Names.unique_resource_name(self, max_length=128)
        self.handler = HandlerFunction(
            self,
            "Handler",
            module="data_retention",
            description="Sets the data retention mode of this account and Region",
            statements=_statements(self, mode, parameter, replace_existing=replace_existing),
            encryption_key=self.encryption_key,
            removal_policy=removal_policy,
        )
        self.resource: CustomResource = self.handler.resource(
            "Resource",
            resource_type=RESOURCE_TYPE,
            properties={
                "Mode": mode.value,
                "ReplaceExisting": replace_existing,
                "KeepOnDelete": keep_on_delete,
                "SavedModesParameter": parameter,
            },
        )
        CfnOutput(
            self,
            "Modes",
            description="Data retention mode of each endpoint",
            value=self.resource.get_att_string("Modes"),
        )


def _statements(
    scope: Construct, mode: RetentionMode, parameter: str, *, replace_existing: bool
) -> list[iam.PolicyStatement]:
    """The modes it may set are this one and what there may have been before."""
    place = place_of(scope)
    before = [each.value for each in RetentionMode] if replace_existing else []
    modes = sorted({mode.value, _NOT_SET, *before})
    name = f"arn:{place.partition}:ssm:{place.region}:{place.account}:parameter{parameter}"
    return [
        iam.PolicyStatement(
            actions=[f"{service}:GetAccountDataRetention" for service in _SERVICES],
            resources=["*"],
        ),
        *(
            iam.PolicyStatement(
                actions=[f"{service}:PutAccountDataRetention"],
                resources=["*"],
                conditions={"StringEquals": {f"{service}:DataRetentionMode": modes}},
            )
            for service in _SERVICES
        ),
        iam.PolicyStatement(
            actions=["ssm:DeleteParameter", "ssm:GetParameter", "ssm:PutParameter"],
            resources=[name],
        ),
    ]


def _new_key(scope: Construct, removal_policy: RemovalPolicy) -> kms.Key:
    return kms.Key(
        scope,
        "Key",
        description=f"Log of {scope.node.path}",
        enable_key_rotation=True,
        removal_policy=removal_policy,
    )
