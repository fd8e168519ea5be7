"""The default security group of a VPC, closed."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of

_ACTIONS = (
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
)


class ClosedDefaultSecurityGroup(Construct):
    """Takes away the two rules that AWS gives to a VPC's default security group.

    Whatever is started without a security group of its own gets this one. CloudFormation cannot
    change it, hence a custom resource, with a Python function like every other one of this library.
    When it is removed, the function gives the two rules back.

    Args:
        scope: Parent construct.
        id: Construct id.
        group_id: The default security group of a VPC that this stack creates.
        encryption_key: Encrypts the function's log group.
        removal_policy: What happens to that log group. Default: it stays.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        group_id: str,
        encryption_key: kms.IKey,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        group = (
            f"arn:{place.partition}:ec2:{place.region}:{place.account}:security-group/{group_id}"
        )
        function = HandlerFunction(
            self,
            "Handler",
            module="default_security_group",
            description="Closes the default security group of a VPC",
            statements=[iam.PolicyStatement(actions=list(_ACTIONS), resources=[group])],
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        function.resource(
            "Resource",
            resource_type="Custom::ClosedDefaultSecurityGroup",
            properties={"GroupId": group_id},
        )
