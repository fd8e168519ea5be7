"""Room for the next version: old ones are kept, but not until AWS refuses the next."""

from collections.abc import Sequence

from aws_cdk import CustomResource, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.guardrails.published_guardrail import PublishedGuardrail

_GUARDRAILS_PER_POLICY = 50  # a managed policy has up to 6,144 characters


class VersionRetention(Construct):
    """Publishes versions of the guardrails, and deletes the oldest ones before that.

    It protects against the deployment that fails because a guardrail has 20 versions. It deletes
    only versions this library published, and never the newest, the deployed, or an enforced one.

    Args:
        scope: The set.
        id: Construct id.
        guardrails: The guardrails of the set.
        encryption_key: The guardrails' key; it also encrypts the function's log.
        keep_versions: How many versions of each guardrail stay, the new one among them.
        removal_policy: What happens to the function's log when it leaves the stack.

    Source: Amazon Bedrock User Guide, "Quotas for Amazon Bedrock" (20 versions, not adjustable).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        guardrails: Sequence[PublishedGuardrail],
        encryption_key: kms.IKey,
        keep_versions: int,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self.handler = HandlerFunction(
            self,
            "Handler",
            module="guardrail_versions",
            description="Deletes old guardrail versions before a new one is published",
            statements=[
                _versions(guardrails[:_GUARDRAILS_PER_POLICY]),
                _enforced_versions(),
                _key(encryption_key),
            ],
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        published = Construct(self, "Published")
        published.node.add_dependency(self._resource(guardrails, keep_versions))
        for each in guardrails:
            each.publish(published)

    def _resource(
        self, guardrails: Sequence[PublishedGuardrail], keep_versions: int
    ) -> CustomResource:
        resource = self.handler.resource(
            "Resource",
            resource_type="Custom::BedrockGuardrailVersions",
            properties={
                "KeepVersions": str(keep_versions),
                "Guardrails": [
                    {"GuardrailId": each.guardrail_id, "Content": each.content_hash}
                    for each in guardrails
                ],
            },
        )
        rest = guardrails[_GUARDRAILS_PER_POLICY:]
        if rest:
            more = iam.ManagedPolicy(
                self, "More", statements=[_versions(rest)], roles=[self.handler.role]
            )
            resource.node.add_dependency(more)
        return resource


def _versions(guardrails: Sequence[PublishedGuardrail]) -> iam.PolicyStatement:
    profiles = sorted({arn for each in guardrails for arn in each.source_profile_arns})
    return iam.PolicyStatement(
        sid="Versions",
        actions=["bedrock:ListGuardrails", "bedrock:GetGuardrail", "bedrock:DeleteGuardrail"],
        resources=[*(each.guardrail_arn for each in guardrails), *profiles],
    )


def _enforced_versions() -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="EnforcedVersions",
        actions=["bedrock:ListEnforcedGuardrailsConfiguration"],
        resources=["*"],  # the action takes no other resource
    )


def _key(key: kms.IKey) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="Key",
        actions=["kms:Decrypt", "kms:RetireGrant"],
        resources=[key.key_arn],
        conditions={"StringLike": {"kms:ViaService": f"bedrock.{place_of(key).region}.*"}},
    )
