"""Grants to use knowledge bases, agents, flows and prompts."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.access import statements
from secure_bedrock.access.applications import Application
from secure_bedrock.access.call_conditions import CallConditions
from secure_bedrock.access.grantees import Use, claim


class ApplicationAccess(Construct):
    """Knowledge bases, agents, flows and prompts, and the conditions under which they are used.

    It protects against wildcards over everything an account has built: each resource is named, with
    the one action that uses it, and with its key only for that resource and only through Amazon
    Bedrock. Roles only: grants to users and groups are refused.

    Args:
        scope: Parent construct.
        id: Construct id.
        resources: At least one ``KnowledgeBase``, ``AgentAlias``, ``FlowAlias``, ``ManagedPrompt``.
        conditions: What a call has to look like, without service tiers, which only models have.
            Default: no further conditions.

    Raises:
        ValueError: No resources, one twice, or service tiers among the conditions.

    Source: Service Authorization Reference for Amazon Bedrock; user guide pages on encryption.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        resources: Sequence[Application],
        conditions: CallConditions | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._resources = list(resources)
        if not resources:
            raise ValueError(f"{self.node.path}: resources is empty: name at least one")
        for position, resource in enumerate(resources):
            if resource.arn in [earlier.arn for earlier in resources[:position]]:
                raise ValueError(f"{self.node.path}: {resource.arn} is listed twice: remove one")
        if conditions and conditions.service_tiers:
            raise ValueError(
                f"{self.node.path}: service_tiers are a condition of model calls only: "
                "leave them out here and give them to ModelAccess"
            )
        self._conditions = (conditions or CallConditions()).render()

    def grant_use(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to search, converse, run or render, with the keys that takes.

        Agents call models with the caller's permissions and without a guardrail, so a role that is
        denied invocations without a guardrail cannot use one; attach the guardrail to the agent.

        Raises:
            ValueError: The grantee is a user or group, or is denied what an agent does.
        """
        unguarded = any(resource.calls_models_as_the_caller for resource in self._resources)
        claim(self.node.path, grantee, Use.UNGUARDED if unguarded else Use.APPLICATION)
        allowed: list[statements.Statement] = []
        for resource in self._resources:
            allowed.append((list(resource.actions), [resource.arn], self._conditions))
            if resource.encryption_key is not None:
                allowed.append(self._key_statement(resource, resource.encryption_key.key_arn))
        return statements.grant(self.node.path, grantee, allowed)

    def _key_statement(self, resource: Application, key_arn: str) -> statements.Statement:
        service = f"bedrock.{Stack.of(self).region}.amazonaws.com"
        context = f"kms:EncryptionContext:{resource.encryption_context}"
        conditions = {
            "StringEquals": {"kms:ViaService": service},
            "StringLike": {context: resource.encrypted_arn},
        }
        return list(resource.key_actions), [key_arn], conditions
