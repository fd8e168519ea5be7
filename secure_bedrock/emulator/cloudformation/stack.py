"""What the emulator remembers of a stack."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from secure_bedrock.emulator.cloudformation.plan import Plan
from secure_bedrock.emulator.resources.driver import Live
from secure_bedrock.emulator.values import Members


def now() -> datetime:
    """The time, as the API shows it."""
    return datetime.now(UTC)


@dataclass(eq=False)
class Resource:
    """A resource of a stack.

    Attributes:
        live: What exists, or None before it does and after it is gone.
        definition: The resource as its template has it.
        properties: Its properties with every function evaluated.
    """

    name: str
    type: str
    definition: Members
    properties: Members
    live: Live | None = None
    status: str = ""
    reason: str = ""
    changed: datetime = field(default_factory=now)

    @property
    def physical_id(self) -> str:
        """The id AWS gave, or an empty string."""
        return self.live.ref if self.live else ""


@dataclass
class ChangeSet:
    """A change set: a plan that waits to be carried out."""

    id: str
    name: str
    plan: Plan
    changes: list[Members]
    status: str
    reason: str = ""
    execution: str = "AVAILABLE"
    created: datetime = field(default_factory=now)


@dataclass
class Stack:
    """A stack and its history."""

    name: str
    id: str
    region: str
    status: str = "REVIEW_IN_PROGRESS"
    reason: str = ""
    plan: Plan | None = None
    protected: bool = False
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[Members] = field(default_factory=list)
    events: list[Members] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    created: datetime = field(default_factory=now)
    updated: datetime | None = None
    deleted: datetime | None = None
    operation: str = ""

    def set_status(self, status: str, reason: str = "") -> None:
        """Move on, and record an event."""
        self.status, self.reason = status, reason
        self._record(self.name, "AWS::CloudFormation::Stack", self.id, status, reason)

    def set_resource(self, resource: Resource, status: str, reason: str = "") -> None:
        """Move one resource on, and record an event."""
        resource.status, resource.reason, resource.changed = status, reason, now()
        self._record(resource.name, resource.type, resource.physical_id, status, reason)

    def _record(self, name: str, kind: str, physical: str, status: str, reason: str) -> None:
        event: Members = {
            "StackId": self.id,
            "StackName": self.name,
            "EventId": str(uuid.uuid4()),
            "OperationId": self.operation,
            "LogicalResourceId": name,
            "PhysicalResourceId": physical,
            "ResourceType": kind,
            "Timestamp": now(),
            "ResourceStatus": status,
        }
        if reason:
            event["ResourceStatusReason"] = reason
        self.events.append(event)
