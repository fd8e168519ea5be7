"""The mixins: what users apply to an app, a stack or one construct."""

from collections.abc import Callable, Mapping

import jsii
from aws_cdk import AspectPriority, Aspects, CfnResource, IAspect, Mixin
from aws_cdk import aws_kms as kms
from constructs import IConstruct

from secure_bedrock.hardening import applications
from secure_bedrock.hardening.applications import AttachedGuardrail
from secure_bedrock.hardening.guardrails import harden_guardrail
from secure_bedrock.hardening.resource import ForeignResource, HardeningChange, HardeningGap
from secure_bedrock.hardening.roles import harden_role

Recipe = Callable[[ForeignResource], None]


class HardeningMixin(Mixin):
    """A mixin that completes resources of certain types and keeps a list of what it did.

    Whatever the types, it binds roles that Amazon Bedrock assumes to the account.

    Resources are completed when the app is synthesized, so that what is added to them after the
    mixin was applied counts as well.

    Attributes:
        changes: What was missing and is there now; complete once the app is synthesized.
        gaps: What is below the baseline and was left as it is, with a warning in the app; likewise.
    """

    def __init__(self, recipes: Mapping[str, Recipe], *, allow_replacement: bool) -> None:
        super().__init__()
        self._recipes = {"AWS::IAM::Role": harden_role, **recipes}
        self._allow_replacement = allow_replacement
        self.changes: list[HardeningChange] = []
        self.gaps: list[HardeningGap] = []

    def supports(self, construct: IConstruct) -> bool:
        """Whether it is a resource of a type that this mixin knows."""
        return isinstance(construct, CfnResource) and construct.cfn_resource_type in self._recipes

    def apply_to(self, construct: IConstruct) -> None:
        """Have one resource completed."""
        if isinstance(construct, CfnResource):
            work = _AtSynthesis(construct, self._complete)
            Aspects.of(construct).add(work, priority=AspectPriority.MUTATING)

    def _complete(self, construct: CfnResource) -> None:
        resource = ForeignResource(construct, allow_replacement=self._allow_replacement)
        self._recipes[construct.cfn_resource_type](resource)
        self.changes += resource.changes
        self.gaps += resource.gaps


@jsii.implements(IAspect)
class _AtSynthesis:
    """Work on one resource, done when everything has been declared."""

    def __init__(self, resource: CfnResource, work: Callable[[CfnResource], None]) -> None:
        self._resource, self._path, self._work = resource, resource.node.path, work

    def visit(self, node: IConstruct) -> None:
        """Do the work, but not for what is below the resource."""
        if node.node.path == self._path:
            self._work(self._resource)


class BedrockBaseline(HardeningMixin):
    """Brings guardrails, agents, flows, prompts, knowledge bases and data sources to the baseline.

    It protects what other libraries declare: L1 resources, the CDK's alpha constructs, cdklabs'
    constructs. It completes what is missing and never contradicts what is there: a filter somebody
    set to LOW stays and draws a warning. It reaches what is declared when it is applied, so apply
    it last::

        Mixins.of(app).apply(BedrockBaseline(encryption_key=key, guardrail=guardrails["chat"]))

    Args:
        encryption_key: Encrypts what has no customer managed key. Roles of the same stack are
            allowed to use it; for others there is a warning.
        guardrail: Goes on agents and on nodes of flows that have none. Default: they draw a
            warning.

    Attributes:
        changes: What was missing and is there now.
        gaps: What is below the baseline and was left as it is.

    Source: AWS CDK Developer Guide, "Mixins".
    """

    def __init__(
        self, *, encryption_key: kms.IKey, guardrail: AttachedGuardrail | None = None
    ) -> None:
        key = encryption_key
        recipes: dict[str, Recipe] = {
            "AWS::Bedrock::Guardrail": lambda each: harden_guardrail(each, key),
            "AWS::Bedrock::Agent": lambda each: applications.harden_agent(each, key, guardrail),
            "AWS::Bedrock::Flow": lambda each: applications.harden_flow(each, key, guardrail),
            "AWS::Bedrock::Prompt": lambda each: applications.harden_prompt(each, key),
            "AWS::Bedrock::KnowledgeBase": lambda each: applications.harden_knowledge_base(
                each, key
            ),
            "AWS::Bedrock::DataSource": lambda each: applications.harden_data_source(each, key),
        }
        super().__init__(recipes, allow_replacement=False)
