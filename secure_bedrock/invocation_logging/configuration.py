"""The account's logging configuration, as a custom resource: CloudFormation has no type for it."""

from collections.abc import Mapping
from dataclasses import asdict

from aws_cdk import CustomResource, Names, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.invocation_logging.log_bucket import LARGE_DATA_PREFIX, LOGS_PREFIX
from secure_bedrock.invocation_logging.options import LoggedData

RESOURCE_TYPE = "Custom::BedrockInvocationLogging"

_PARAMETER_PREFIX = "/secure-bedrock/replaced-invocation-logging/"


class LoggingConfiguration(Construct):
    """Puts the configuration, refuses or saves what is there already, and restores it.

    Args:
        scope: Parent construct.
        id: Construct id.
        log_group_name: Receives every invocation; bodies up to 100 KB.
        bucket_name: Receives every invocation, and what is too large for the log group.
        delivery_role: Amazon Bedrock's role for the log group.
        data_types: Which kinds of data are logged.
        replace_existing: Save and replace a configuration of somebody else's instead of failing.
        encryption_key: Encrypts the handler's own log.
        removal_policy: What happens to the handler's own log.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        log_group_name: str,
        bucket_name: str,
        delivery_role: iam.IRole,
        data_types: LoggedData,
        replace_existing: bool,
        encryption_key: kms.IKey,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        parameter = _PARAMETER_PREFIX + Names.unique_resource_name(self, max_length=128)
        self.handler = HandlerFunction(
            self,
            "Handler",
            module="invocation_logging",
            description="Sets up model invocation logging of this account and Region",
            statements=[
                _configuration_statement(),
                _saved_parameter_statement(place, parameter, replace_existing=replace_existing),
                _pass_role_statement(place, delivery_role, replace_existing=replace_existing),
            ],
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        self.wanted = _logging_config(
            log_group_name, bucket_name, delivery_role.role_arn, data_types
        )
        self.resource: CustomResource = self.handler.resource(
            "Resource",
            resource_type=RESOURCE_TYPE,
            properties={
                "LoggingConfig": self.wanted,
                "ReplaceExisting": replace_existing,
                "SavedConfigurationParameter": parameter,
            },
        )


def _logging_config(
    log_group_name: str, bucket_name: str, role_arn: str, data_types: LoggedData
) -> Mapping[str, object]:
    """``loggingConfig`` of PutModelInvocationLoggingConfiguration, in the API's own names."""
    return {
        "cloudWatchConfig": {
            "logGroupName": log_group_name,
            "roleArn": role_arn,
            "largeDataDeliveryS3Config": {
                "bucketName": bucket_name,
                "keyPrefix": LARGE_DATA_PREFIX,
            },
        },
        "s3Config": {"bucketName": bucket_name, "keyPrefix": LOGS_PREFIX},
        **{f"{kind}DataDeliveryEnabled": on for kind, on in asdict(data_types).items()},
    }


def _configuration_statement() -> iam.PolicyStatement:
    """These three actions have no resource to narrow them to (Service Authorization Reference)."""
    return iam.PolicyStatement(
        actions=[
            f"bedrock:{verb}ModelInvocationLoggingConfiguration"
            for verb in ("Get", "Put", "Delete")
        ],
        resources=["*"],
    )


def _saved_parameter_statement(
    place: Place, parameter: str, *, replace_existing: bool
) -> iam.PolicyStatement:
    actions = ["ssm:GetParameter", "ssm:DeleteParameter"]
    return iam.PolicyStatement(
        actions=[*actions, "ssm:PutParameter"] if replace_existing else actions,
        resources=[
            f"arn:{place.partition}:ssm:{place.region}:{place.account}:parameter{parameter}"
        ],
    )


def _pass_role_statement(
    place: Place, delivery_role: iam.IRole, *, replace_existing: bool
) -> iam.PolicyStatement:
    """Restoring passes the role of the configuration that was replaced; only AWS knows its name."""
    any_role = f"arn:{place.partition}:iam::{place.account}:role/*"
    return iam.PolicyStatement(
        actions=["iam:PassRole"],
        resources=[any_role if replace_existing else delivery_role.role_arn],
        conditions={"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
    )
