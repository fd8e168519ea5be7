"""The Lambda function behind a custom resource."""

from collections.abc import Mapping, Sequence

from aws_cdk import CustomResource, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.custom_resources.handler_code import handler_code
from secure_bedrock.encryption.key_policies import allow_log_groups, grant_log_group_use

_TIMEOUT = Duration.minutes(5)
_LONGER = Duration.minutes(1)


class HandlerFunction(Construct):
    """A Python function that carries out one kind of custom resource.

    It protects against the usual ways such functions go wrong: its role may do what ``statements``
    says and write to its own encrypted log group, nothing else, through one managed policy; it has
    five minutes unless told otherwise, and CloudFormation waits one more, not one hour.

    Args:
        scope: Parent construct.
        id: Construct id.
        module: Name of the module under ``assets/handlers``; its function is called ``handler``.
        description: Shown in the Lambda console, up to 256 characters.
        statements: What the handler may do besides writing its log.
        encryption_key: Encrypts the log group. It is allowed to CloudWatch Logs in its policy.
        removal_policy: What happens to the log group when it leaves the stack. The default retains
            it: it says what the handler did when the stack was deleted.
        timeout: How long the function may run, up to 15 minutes.

    Attributes:
        permissions: The managed policy, to grant more to.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        module: str,
        description: str,
        statements: Sequence[iam.PolicyStatement],
        encryption_key: kms.IKey,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        timeout: Duration = _TIMEOUT,
    ) -> None:
        super().__init__(scope, id)
        self._timeout = timeout
        allow_log_groups(encryption_key)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=encryption_key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=removal_policy,
        )
        self.permissions = iam.ManagedPolicy(self, "Permissions", statements=statements)
        self.log_group.grant_write(self.permissions)
        grant_log_group_use(encryption_key, self.permissions)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            managed_policies=[self.permissions],
        )
        self.function = self._new_function(f"handlers.{module}.handler", description)

    def resource(
        self, id: str, *, resource_type: str, properties: Mapping[str, object]
    ) -> CustomResource:
        """Declare one custom resource; it waits for the function's permissions."""
        resource = CustomResource(
            self,
            id,
            service_token=self.function.attr_arn,
            service_timeout=self._timeout.plus(_LONGER),
            resource_type=resource_type,
            properties=dict(properties),
        )
        resource.node.add_dependency(self.role)
        return resource

    def _new_function(self, handler: str, description: str) -> lambda_.CfnFunction:
        """The resource itself: the L2 loads the CDK's modules for networks, images and more."""
        code = handler_code(self)
        function = lambda_.CfnFunction(
            Construct(self, "Function"),
            "Resource",
            runtime="python3.14",
            handler=handler,
            code=lambda_.CfnFunction.CodeProperty(s3_bucket=code.bucket, s3_key=code.key),
            description=description,
            timeout=self._timeout.to_seconds(),
            memory_size=256,
            role=self.role.role_arn,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(
                log_group=self.log_group.log_group_name
            ),
        )
        code.asset.add_resource_metadata(function, "Code")
        function.node.add_dependency(self.role)
        return function
