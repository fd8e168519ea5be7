"""What is watched in an account."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from secure_bedrock.catalog.security_signals import Signal
from secure_bedrock.monitoring.alarm_groups import Runbooks
from secure_bedrock.monitoring.alarm_settings import AlarmThresholds, MonitoredModel
from secure_bedrock.monitoring.signals.options import CallSignals


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWatch:
    """What alarms and signals look at.

    Attributes:
        models: The models in use, at least one, named as callers name them. A rollout has one
            template for all Regions: inference profiles of one geography belong in a rollout of
            that geography's Regions.
        thresholds: From which number on an alarm is raised. Default: those of ``AlarmThresholds``;
            ``other_models=None`` where accounts choose their models themselves.
        calls: What is counted of calls. Default: ``CallSignals()``.
        without: Signals to leave out. Default: none.
        runbooks: Where the runbooks are. Default: their place in this library's documentation.
    """

    models: Sequence[MonitoredModel]
    thresholds: AlarmThresholds | None = None
    calls: CallSignals | None = None
    without: Collection[Signal] = ()
    runbooks: Runbooks | None = None
