"""Grants to invoke models: all that a caller needs, nothing else, not without the guardrail."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.access import checks, statements
from secure_bedrock.access.call_conditions import CallConditions
from secure_bedrock.access.grantees import Use, claim
from secure_bedrock.access.guardrail_requirement import (
    AppliedGuardrail,
    GuardrailVersions,
    WithoutGuardrail,
    deny_unguarded_routes,
    deny_without_guardrail,
)
from secure_bedrock.catalog.models import Model
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.residency import check_residency


class ModelAccess(Construct):
    """A set of models, the guardrail their callers have to use, and the conditions of a call.

    It protects against the two usual mistakes: a wildcard because the exact list of ARNs is hard to
    get right, and a guardrail that callers may leave out. A model behind an inference profile can
    be invoked only through that profile. Roles only: grants to users and groups are refused.

    Args:
        scope: Parent construct.
        id: Construct id.
        models: At least one. Embedding models have a grant of their own, because calls of them
            never carry a guardrail.
        guardrail: The guardrail that every other call has to carry, or ``WithoutGuardrail`` with
            the reason why none is needed.
        guardrail_versions: Which of its versions count. Default: any published version, so that
            callers keep working while a new version is rolled out; never DRAFT.
        conditions: What a call has to look like. Default: no further conditions.

    Raises:
        ValueError: No models or one twice, a profile outside its geography, a model or a guardrail
            of another Region, or something outside the data residency.

    Source: Amazon Bedrock User Guide, "Prerequisites for running model inference", "Prerequisites
    for inference profiles", "Permissions for guardrails".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        models: Sequence[Model],
        guardrail: AppliedGuardrail | WithoutGuardrail,
        guardrail_versions: GuardrailVersions = GuardrailVersions.ANY_PUBLISHED,
        conditions: CallConditions | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._place = place_of(self)
        self._models = [model for model in models if not model.is_embedding]
        self._embeddings = [model for model in models if model.is_embedding]
        self._guardrail = guardrail
        self._versions = guardrail_versions
        self._conditions = (conditions or CallConditions()).render()
        path = self.node.path
        checks.models(path, models, region=self._place.region)
        check_residency(self, models=models)
        if isinstance(guardrail, WithoutGuardrail):
            self.node.add_metadata("secure-bedrock:without-guardrail", guardrail.reason)
        else:
            checks.guardrail(path, guardrail, region=self._place.region)

    @property
    def models(self) -> tuple[Model, ...]:
        """Everything that is granted; an endpoint policy of the same models admits it."""
        return (*self._models, *self._embeddings)

    @property
    def guardrails(self) -> tuple[AppliedGuardrail, ...]:
        """The guardrail that calls have to carry, if there is one."""
        guardrail = self._guardrail
        return () if isinstance(guardrail, WithoutGuardrail) else (guardrail,)

    @property
    def requires_guardrail(self) -> bool:
        """Whether ``grant_invoke`` denies every call without the guardrail."""
        return not isinstance(self._guardrail, WithoutGuardrail)

    def grant_invoke(self, grantee: iam.IGrantable, *, streaming: bool = True) -> iam.Grant:
        """Allow to invoke the models, with Converse as well, and to count tokens beforehand.

        With a guardrail the grantee may apply it, and is denied every invocation without it:
        through this grant or any other. A role with that denial cannot call RetrieveAndGenerate,
        InvokeAgent and InvokeInlineAgent, whose inner calls carry no guardrail; give those a role
        of their own.

        Args:
            grantee: A role, or a construct with one.
            streaming: Whether responses may be streamed.

        Raises:
            ValueError: The grantee is a user or group, or already has a use that the denial breaks;
                or all models are embedding models.
        """
        path = self.node.path
        checks.some(path, self._models, "grant_invoke", "use grant_embed for embedding models")
        claim(path, grantee, Use.GUARDED if self.requires_guardrail else Use.UNGUARDED)
        allowed = [
            *statements.invoke(
                self._models, self._place, conditions=self._conditions, streaming=streaming
            ),
            *statements.describe(self._models, self._place),
            *statements.count_tokens(self._models, self._place),
        ]
        return self._with_guardrail(grantee, statements.grant(path, grantee, allowed))

    def grant_embed(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to turn text into vectors with the embedding models, without a guardrail.

        Raises:
            ValueError: There is no embedding model, or the grantee is a user or group.
        """
        checks.some(self.node.path, self._embeddings, "grant_embed", "add an embedding model")
        claim(self.node.path, grantee, Use.EMBEDDING)
        allowed = [
            *statements.invoke(
                self._embeddings, self._place, conditions=self._conditions, streaming=False
            ),
            *statements.describe(self._embeddings, self._place),
        ]
        return statements.grant(self.node.path, grantee, allowed)

    def grant_async_invoke(self, grantee: iam.IGrantable, *, output: s3.IBucket) -> iam.Grant:
        """Allow to start asynchronous invocations that write to a bucket, and to follow them.

        Raises:
            ValueError: This access requires a guardrail, which StartAsyncInvoke never carries; or
                the grantee is a user or group, or is denied invocations without a guardrail.
        """
        self._refuse_guardrail("asynchronous invocations")
        claim(self.node.path, grantee, Use.UNGUARDED)
        models = [*self._models, *self._embeddings]
        allowed = [
            *statements.invoke(models, self._place, conditions=self._conditions, streaming=False),
            *statements.describe(models, self._place),
            *statements.asynchronous(self._place),
        ]
        return statements.grant(self.node.path, grantee, allowed).combine(output.grant_put(grantee))

    def grant_batch(self, grantee: iam.IGrantable, *, service_role: iam.IRole) -> iam.Grant:
        """Allow to run batch jobs on the models with a service role, and to follow and stop them.

        The service role reads and writes the buckets and invokes the models: grant it
        ``grant_invoke`` of the same access.

        Raises:
            ValueError: This access requires a guardrail, which batch jobs never carry; or the
                grantee is a user or group, or is denied batch jobs.
        """
        self._refuse_guardrail("batch jobs")
        claim(self.node.path, grantee, Use.UNGUARDED)
        models = [*self._models, *self._embeddings]
        based = statements.foundation_models(models, self._place)
        checks.some(self.node.path, based, "grant_batch", "add a foundation model or a profile")
        allowed = [*statements.batch(models, self._place, service_role=service_role)]
        allowed += statements.describe(models, self._place)
        return statements.grant(self.node.path, grantee, allowed)

    def _with_guardrail(self, grantee: iam.IGrantable, grant: iam.Grant) -> iam.Grant:
        guardrail = self._guardrail
        if isinstance(guardrail, WithoutGuardrail):
            return grant
        embeddings = statements.foundation_models(self._embeddings, self._place)
        principal = grantee.grant_principal
        for denial in (
            deny_without_guardrail(
                guardrail,
                self._versions,
                partition=self._place.partition,
                embeddings=embeddings,
            ),
            deny_unguarded_routes(),
        ):
            principal.add_to_principal_policy(denial)
        read = iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["bedrock:GetGuardrail"],
            resource_arns=[guardrail.guardrail_arn],
        )
        return grant.combine(read).combine(guardrail.grant_apply(grantee))

    def _refuse_guardrail(self, what: str) -> None:
        if self.requires_guardrail:
            raise ValueError(
                f"{self.node.path}: {what} never carry a guardrail, and this access requires one: "
                "use another ModelAccess with guardrail=WithoutGuardrail(reason=...) "
                "and a role of its own"
            )
