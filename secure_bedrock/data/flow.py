"""A flow with guardrails on its nodes, its key and role, behind an alias."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.data.content import content_mark, resource_name
from secure_bedrock.data.flow_definition import Definition, FlowDefinition
from secure_bedrock.data.service_role import PinnedGuardrail, ServiceRole

_CONTEXT = "aws:bedrock-flows:arn"
_ALIAS = "live"


class SecureFlow(Construct):
    """A flow in which no model answers without the guardrail.

    It protects against the one node that was forgotten: the guardrail goes on every node that
    invokes a model, in a published version, and the role may do what the nodes name and nothing
    else. Callers use an alias, which leads to a version, published if and only if the flow changed.

    Args:
        scope: Parent construct.
        id: Construct id.
        definition: ``nodes`` and ``connections``, spelled as the API and the console's export spell
            them. A ``modelId`` may be one of the library's models, and has to be if it is an ARN. A
            node with a managed prompt names its model as ``model`` beside ``promptArn``. A node's
            own ``guardrailConfiguration`` is left as it is.
        guardrail: Goes on every other node that invokes a model.
        encryption_key: Encrypts the flow.
        name: 1 to 100 letters, digits, ``-`` and ``_``. Default: made from the construct's path.
        description: Up to 200 characters. Default: none.
        removal_policy: What happens to the flow and its version when they leave the stack. Default:
            they stay, except when the very deployment that made them fails. A version that a newer
            one replaces is deleted once the alias has moved on.

    Attributes:
        flow_arn: The flow, that is its draft.
        alias_arn: What callers invoke; give it to ``ApplicationAccess`` as ``FlowAlias``.
        role: What the flow may do.

    Raises:
        ValueError: A node of a type that this construct gives no permissions to, without its
            configuration or without a model.

    Sources: Amazon Bedrock User Guide, "Create a service role for Amazon Bedrock Flows",
    "Encryption of Amazon Bedrock Flows resources" and "Deploy a flow".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        definition: Definition,
        guardrail: PinnedGuardrail,
        encryption_key: kms.IKey,
        name: str | None = None,
        description: str | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ) -> None:
        super().__init__(scope, id)
        checked = FlowDefinition(self, definition, guardrail)
        service_role = ServiceRole(self, "ServiceRole", resource="flow")
        self.role = service_role.role
        checked.allow(service_role)
        guardrail.grant_apply(service_role.permissions)
        service_role.allow_key(encryption_key, _CONTEXT)
        flow = bedrock.CfnFlow(
            self,
            "Resource",
            name=resource_name(self, name),
            description=description,
            execution_role_arn=self.role.role_arn,
            customer_encryption_key_arn=encryption_key.key_arn,
            definition=checked.rendered,
        )
        flow.apply_removal_policy(removal_policy)
        self.flow_arn = flow.attr_arn
        content = [checked.rendered, flow.execution_role_arn, flow.customer_encryption_key_arn]
        self.alias_arn = self._publish(content_mark(self, content), removal_policy)

    def _publish(self, mark: str, removal_policy: RemovalPolicy) -> str:
        version = bedrock.CfnFlowVersion(self, "Version", flow_arn=self.flow_arn, description=mark)
        # A description cannot be changed, so a new one makes CloudFormation replace the version.
        version.apply_removal_policy(removal_policy, apply_to_update_replace_policy=False)
        route = bedrock.CfnFlowAlias.FlowAliasRoutingConfigurationListItemProperty(
            flow_version=version.attr_version
        )
        alias = bedrock.CfnFlowAlias(
            self,
            "Alias",
            name=_ALIAS,
            flow_arn=self.flow_arn,
            routing_configuration=[route],
        )
        alias.apply_removal_policy(removal_policy)
        return alias.attr_arn
