"""Alarms on Amazon Bedrock that can receive data, and that tell somebody once."""

from collections.abc import Iterator, Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.topic_policies import allow_alarms
from secure_bedrock.monitoring.alarm_groups import AlarmGroup, AlarmSeverity, Runbooks
from secure_bedrock.monitoring.alarm_model_plans import model_plans, unrecorded_plans
from secure_bedrock.monitoring.alarm_plans import AlarmPlan, account_plans, resource_plans
from secure_bedrock.monitoring.alarm_settings import (
    AlarmThresholds,
    MonitoredModel,
    MonitoredResources,
)
from secure_bedrock.monitoring.guardrail_watch import GuardrailWatch

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
_ABOVE_BAND = cloudwatch.ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD
_ALARMS_PER_RULE = 40  # a rule has 10,240 characters, an alarm in it up to some 250
_QUIET_WHILE = {AlarmGroup.LATENCY: (AlarmGroup.ERRORS, AlarmGroup.THROTTLING)}


class BedrockAlarms(Construct):
    """Alarms on errors, throttling, latency, quota, unusual use and what is built on models.

    It protects against trouble that nobody sees, and against alarms that nobody reads. Each watches
    a series of metrics whose names and dimensions are in ``catalog.metrics``. Alarms with one cause
    form a group: a composite alarm tells the group's topic once, and the description links the
    runbook. Slow answers are not reported while throttling or errors explain them.

    Args:
        scope: Parent construct.
        id: Construct id.
        models: The models in use, at least one. Invocations of any other raise an alarm.
        topic: Is told of alarms of every severity, and when they are over. Policies of topic and
            key are completed.
        topics: Topics of some severities, instead of ``topic``. Default: none.
        thresholds: Default: those of ``AlarmThresholds``.
        resources: Invocation logging, guardrails, knowledge bases and agents. Default: none.
        runbooks: Where the runbooks are. Default: their place in this library's documentation.

    Attributes:
        alarms: Group -> alarms.
        composites: Group -> the alarm that tells the topic, where it is not the only one itself.

    Raises:
        ValueError: No model, a model twice, or a value is outside its limits.

    Source: Amazon Bedrock User Guide, "Monitor bedrock-runtime inference using CloudWatch metrics".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        models: Sequence[MonitoredModel],
        topic: sns.ITopic,
        topics: Mapping[AlarmSeverity, sns.ITopic] | None = None,
        thresholds: AlarmThresholds | None = None,
        resources: MonitoredResources | None = None,
        runbooks: Runbooks | None = None,
    ) -> None:
        super().__init__(scope, id)
        thresholds, resources = thresholds or AlarmThresholds(), resources or MonitoredResources()
        for problem in _problems(models, thresholds, resources):
            raise ValueError(f"{self.node.path}: {problem}")
        self._runbooks = runbooks or Runbooks()
        self._topics = dict.fromkeys(AlarmSeverity, topic) | dict(topics or {})
        self.alarms: dict[AlarmGroup, list[cloudwatch.Alarm]] = {}
        for plan in _plans(models, thresholds, resources):
            self.alarms.setdefault(plan.group, []).append(self._alarm(plan))
        self._plain = [alarm for found in self.alarms.values() for alarm in found]
        self.composites = {
            group: self._composite(group)
            for group, found in self.alarms.items()
            if len(found) > 1 or group in _QUIET_WHILE
        }
        for told in dict.fromkeys(self._topics[group.severity] for group in self.alarms):
            allow_alarms(told)
        for group, found in self.alarms.items():
            self._tell(self.composites.get(group, found[0]), group)
        self._compose(resources, thresholds)

    @property
    def told(self) -> list[cloudwatch.AlarmBase]:
        """The alarms that tell somebody: of each group its composite, or its alarms."""
        own = {alarm.node.path for alarm in self._plain}
        return [
            alarm
            for group, found in self.alarms.items()
            for alarm in (
                *filter(None, [self.composites.get(group)]),
                *(a for a in found if group not in self.composites or a.node.path not in own),
            )
        ]

    def _alarm(self, plan: AlarmPlan) -> cloudwatch.Alarm:
        description = self._runbooks.describe(plan.says, plan.group)
        if plan.band:
            return cloudwatch.AnomalyDetectionAlarm(
                self,
                plan.id,
                metric=plan.metric,
                std_devs=plan.threshold,
                evaluation_periods=plan.periods,
                datapoints_to_alarm=plan.breaching,
                comparison_operator=_ABOVE_BAND,
                alarm_description=description,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
        return cloudwatch.Alarm(
            self,
            plan.id,
            metric=plan.metric,
            threshold=plan.threshold,
            evaluation_periods=plan.periods,
            datapoints_to_alarm=plan.breaching,
            comparison_operator=_ABOVE,
            alarm_description=description,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _composite(self, group: AlarmGroup) -> cloudwatch.CompositeAlarm:
        rule = _any(self._parts(group))
        others = [
            each for other in _QUIET_WHILE.get(group, ()) for each in self.alarms.get(other, ())
        ]
        if others:
            rule = cloudwatch.AlarmRule.all_of(rule, cloudwatch.AlarmRule.not_(_any(others)))
        names = group.value.replace("-", " ")
        return cloudwatch.CompositeAlarm(
            self,
            f"Group-{group.value}",
            alarm_rule=rule,
            alarm_description=self._runbooks.describe(f"Amazon Bedrock: {names}", group),
        )

    def _parts(self, group: AlarmGroup) -> Sequence[cloudwatch.AlarmBase]:
        """The group's alarms; if they are many, composites of some of them each."""
        alarms = self.alarms[group]
        if len(alarms) <= _ALARMS_PER_RULE:
            return alarms
        return [
            cloudwatch.CompositeAlarm(
                self,
                f"Part-{group.value}-{first}",
                alarm_rule=_any(alarms[first : first + _ALARMS_PER_RULE]),
                alarm_description=f"Part of the group {group.value}; tells nobody itself",
            )
            for first in range(0, len(alarms), _ALARMS_PER_RULE)
        ]

    def _tell(self, alarm: cloudwatch.AlarmBase, group: AlarmGroup) -> None:
        action = actions.SnsAction(self._topics[group.severity])
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)

    def _compose(self, resources: MonitoredResources, thresholds: AlarmThresholds) -> None:
        if resources.logging is not None:
            resources.logging.notify(self._topics[AlarmGroup.DELIVERY.severity])
            self.alarms.setdefault(AlarmGroup.DELIVERY, []).extend(resources.logging.alarms)
        if resources.guardrails:
            watch = GuardrailWatch(
                self,
                "Guardrails",
                guardrails=resources.guardrails,
                topic=self._topics[AlarmGroup.GUARDRAILS.severity],
                interventions=thresholds.interventions,
                runbooks=self._runbooks,
            )
            self.alarms[AlarmGroup.GUARDRAILS] = list(watch.alarms.values())


def _any(alarms: Sequence[cloudwatch.AlarmBase]) -> cloudwatch.IAlarmRule:
    state = cloudwatch.AlarmState.ALARM
    return cloudwatch.AlarmRule.any_of(
        *(cloudwatch.AlarmRule.from_alarm(alarm, state) for alarm in alarms)
    )


def _plans(
    models: Sequence[MonitoredModel], thresholds: AlarmThresholds, resources: MonitoredResources
) -> Iterator[AlarmPlan]:
    yield from account_plans(models, thresholds)
    for index, model in enumerate(models):
        yield from model_plans(f"Model{index}", model, thresholds)
    if resources.logging is not None:
        yield from unrecorded_plans(models)
    yield from resource_plans(resources, thresholds)


def _problems(
    models: Sequence[MonitoredModel], thresholds: AlarmThresholds, resources: MonitoredResources
) -> Iterator[str]:
    if not models:
        yield "models is empty: name at least one model, as callers name it"
    ids = [model.model_id for model in models]
    for twice in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"models has {twice} twice: name each model once"
    for model in models:
        yield from model.problems()
    yield from thresholds.problems()
    yield from resources.problems()
