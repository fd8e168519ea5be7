"""One application inference profile for each model of a project, tagged for the bill."""

from collections.abc import Iterator, Mapping, Sequence

from aws_cdk import Tags
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.application_profiles import REGIONS_WITHOUT_APPLICATION_PROFILES
from secure_bedrock.catalog.cost_tags import cost_tag_problems
from secure_bedrock.catalog.models import (
    ApplicationInferenceProfile,
    FoundationModel,
    InferenceProfile,
)
from secure_bedrock.cost.coverage import TaggedSpend
from secure_bedrock.cost.project_usage import ProfileUsage, new_profile
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.residency import check_residency
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.encryption.topic_policies import allow_alarms

_WINS = 300


class ProjectProfile(Construct):
    """A project's own way to its models, so that the bill says what the project costs.

    It protects against spend nobody can attribute. Callers name the profile instead of the model;
    AWS puts the profile's tags on the bill once they are activated as cost allocation tags in the
    payer account, which no template can do and which takes up to 24 hours. Grant ``models`` with
    ``ModelAccess``: the models behind the profiles are then out of reach but through them.

    Args:
        scope: Parent construct.
        id: Construct id. Another id later is another profile, with another ARN.
        project: Value of the tag, 1 to 256 characters. It also begins the profiles' names.
        models: Foundation models and system inference profiles, at least one; one profile each, in
            this Region. A model that changes gets a new profile, because AWS cannot change one.
        tag_key: Key of the tag, up to 128 characters, not beginning with ``aws:``. Default:
            ``project``. A tag of the same key on the stack does not replace it.
        tags: Further cost allocation tags, such as a cost centre. Default: none.

    Attributes:
        models: What to give to ``ModelAccess``.
        usage: Metrics of each model, in the order of ``models``.
        coverage: What to give to ``BudgetGuard`` for a budget of this project.

    Raises:
        ValueError: No model or one twice, a profile of another geography, a tag that AWS refuses,
            or a Region where CloudFormation has no application inference profiles.

    Source: Amazon Bedrock User Guide, "Create an application inference profile"; AWS Billing User
    Guide, "Using user-defined cost allocation tags".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        project: str,
        models: Sequence[FoundationModel | InferenceProfile],
        tag_key: str = "project",
        tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id)
        wanted = {tag_key: project, **(tags or {})}
        for problem in _problems(project, tag_key, tags or {}, models, place_of(self).region):
            raise ValueError(f"{self.node.path}: {problem}")
        check_residency(self, models=models)
        self.project = project
        self.coverage = TaggedSpend(key=tag_key, value=project)
        self.usage: list[ProfileUsage] = []
        for number, model in enumerate(models):
            resource = new_profile(self, project, model)
            for key, value in wanted.items():
                # Tags of the stack have priority 100: they must not move the project's cost.
                Tags.of(resource).add(key, value, priority=_WINS)
            profile = ApplicationInferenceProfile(
                arn=resource.attr_inference_profile_arn, source=model
            )
            identifier = resource.attr_inference_profile_id
            self.usage.append(ProfileUsage(profile=profile, id=identifier, number=number))
        self.models = [usage.profile for usage in self.usage]

    def widget(self, *, width: int = 12, height: int = 6) -> cloudwatch.GraphWidget:
        """Tokens of each model, and throttled calls, for a dashboard.

        Args:
            width: Columns of the dashboard's 24.
            height: Rows.
        """
        return cloudwatch.GraphWidget(
            title=f"Project {self.project}",
            left=[usage.metric_tokens() for usage in self.usage],
            right=[usage.metric_throttles() for usage in self.usage],
            width=width,
            height=height,
        )

    def alarm_on(self, topic: sns.ITopic, *, tokens_per_hour: int) -> list[cloudwatch.Alarm]:
        """Tell a topic when a model's tokens pass an amount within an hour. Call it once.

        Args:
            topic: Is told; its policy and its key's policy are completed.
            tokens_per_hour: For each model, tokens of the prompt cache included; 1 or more.

        Raises:
            ValueError: The amount is less than 1.
        """
        if tokens_per_hour < 1:
            raise ValueError(
                f"{self.node.path}: tokens_per_hour is {tokens_per_hour}: use 1 or more"
            )
        allow_alarms(topic)
        alarms = [usage.alarm(self, tokens_per_hour) for usage in self.usage]
        for alarm in alarms:
            alarm.add_alarm_action(actions.SnsAction(topic))
        return alarms


def _problems(
    project: str,
    tag_key: str,
    tags: Mapping[str, str],
    models: Sequence[FoundationModel | InferenceProfile],
    region: str,
) -> Iterator[str]:
    if unresolved(project):
        yield "project is known only at deployment, but is part of names: write it out"
    if tag_key in tags:
        yield f"tag key {tag_key!r} is the project's own: leave it out of tags"
    yield from cost_tag_problems({tag_key: project, **tags})
    if not models:
        yield "models is empty: name at least one model"
    for position, model in enumerate(models):
        if model in models[:position]:
            yield f"{model} is listed twice: remove one"
        if (
            isinstance(model, InferenceProfile)
            and not unresolved(region)
            and not model.usable_from(region)
        ):
            yield (
                f"inference profile {model.profile_id} cannot be called from {region}: "
                f"choose a profile for {region}"
            )
    if region in REGIONS_WITHOUT_APPLICATION_PROFILES:
        yield (
            f"CloudFormation has no application inference profiles in {region}: "
            "put the project into a stack of another Region of the geography"
        )
