"""The role with which API Gateway writes logs, one for an account and Region."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.encryption.place import place_of


class ApiGatewayLogging(Construct):
    """Lets API Gateway write logs in this account and Region; without it no logging stage deploys.

    It protects against APIs that go unlogged. It **replaces** the role that the account's setting
    names now, for all APIs of the Region; deploy it once, where none is set. The role stays when
    the stack is deleted, because the setting does.

    Args:
        scope: Parent construct.
        id: Construct id.

    Attributes:
        role: The role.

    Source: API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs".
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        groups = f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:*"
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            description="API Gateway writes logs",
        )
        permissions = iam.ManagedPolicy(
            self,
            "Permissions",
            roles=[self.role],
            statements=[
                iam.PolicyStatement(
                    sid="WriteLogs",
                    actions=[
                        "logs:CreateLogGroup",
                        "logs:CreateLogStream",
                        "logs:DescribeLogGroups",
                        "logs:DescribeLogStreams",
                        "logs:FilterLogEvents",
                        "logs:GetLogEvents",
                        "logs:PutLogEvents",
                    ],
                    resources=[groups],
                )
            ],
        )
        for kept in (self.role, permissions):
            kept.apply_removal_policy(RemovalPolicy.RETAIN)
        account = apigateway.CfnAccount(self, "Setting", cloud_watch_role_arn=self.role.role_arn)
        account.node.add_dependency(permissions)
