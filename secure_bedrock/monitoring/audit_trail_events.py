"""Which events a trail records, as values and as CloudTrail's advanced event selectors."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from secure_bedrock.catalog.cloudtrail_events import (
    ENDPOINT_DENIED,
    NETWORK_ACTIVITY_SOURCES,
    DataEventGroup,
    data_event_types,
)


class Field(TypedDict):
    """One condition of a selector; all its conditions must hold."""

    Field: str
    Equals: list[str]


class Selector(TypedDict):
    """One advanced event selector, as CloudFormation and the API spell it."""

    Name: str
    FieldSelectors: list[Field]


class ManagementEvents(StrEnum):
    """Who records management events, of which ``InvokeModel`` and ``Converse`` are some."""

    ALL = "all"
    """This trail, reads included. The first copy in an account is free."""

    ELSEWHERE = "elsewhere"
    """Another trail of the account, which must record reads too. Saves the second copy's price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEvents:
    """Which events a trail records. By default all that AWS documents for Amazon Bedrock.

    Attributes:
        management: Management events of every service, reads included. Default: this trail.
        data: Groups of resource types whose data events are recorded, 0.10 USD for 100,000.
            Default: all groups.
        leave_out: Values of ``resources.type`` in those groups that are not recorded, for example
            because CloudTrail does not know them in the Region yet. Default: none.
        endpoint_denials: Calls that the policy of a VPC endpoint refused. Default: recorded.
    """

    management: ManagementEvents = ManagementEvents.ALL
    data: Collection[DataEventGroup] = tuple(DataEventGroup)
    leave_out: Collection[str] = ()
    endpoint_denials: bool = True

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        unknown = sorted(set(self.data) - set(DataEventGroup))
        if unknown:
            yield f"events.data has {unknown}: choose members of DataEventGroup"
            return
        foreign = sorted(set(self.leave_out) - set(data_event_types(self.data)))
        if foreign:
            yield (
                f"events.leave_out has {foreign}, which events.data does not record: "
                "name resource types of those groups"
            )
        if not self.selectors():
            yield "events records nothing: choose a group of data events, or leave AuditTrail out"

    def selectors(self) -> list[Selector]:
        """The advanced event selectors.

        With one selector of this kind, CloudTrail records nothing that no selector names, and each
        takes one resource type or one source of network activity.
        """
        categories = [("Management events, reads included", {"eventCategory": "Management"})]
        found = categories if self.management is ManagementEvents.ALL else []
        found += [
            (f"Data events of {kind}", {"eventCategory": "Data", "resources.type": kind})
            for kind in data_event_types(self.data)
            if kind not in self.leave_out
        ]
        found += [
            (
                f"Refused at an endpoint of {source}",
                {
                    "eventCategory": "NetworkActivity",
                    "eventSource": source,
                    "errorCode": ENDPOINT_DENIED,
                },
            )
            for source in NETWORK_ACTIVITY_SOURCES
            if self.endpoint_denials
        ]
        return [_selector(name, fields) for name, fields in found]


def _selector(name: str, fields: Mapping[str, str]) -> Selector:
    conditions: list[Field] = [{"Field": key, "Equals": [value]} for key, value in fields.items()]
    return {"Name": name, "FieldSelectors": conditions}
