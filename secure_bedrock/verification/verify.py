"""The verification itself: claim by claim, resource by resource."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from secure_bedrock.verification import readers as _readers
from secure_bedrock.verification.aws import Aws, is_absent, is_refused
from secure_bedrock.verification.comparing import Difference, Finding, NotCompared, compare
from secure_bedrock.verification.intrinsics import Resolver
from secure_bedrock.verification.reading import (
    Deployed,
    GoneError,
    Reader,
    Reading,
    reader_of,
)
from secure_bedrock.verification.report import ResourceReport
from secure_bedrock.verification.stack import Stack, ask, construct_path
from secure_bedrock.verification.values import ABSENT, Json, Unknown

_readers.load()


class Verification:
    """Compares every resource of one stack with its claim.

    Args:
        aws: Account and Region of the stack.
        stack: The stack.
    """

    def __init__(self, aws: Aws, stack: Stack) -> None:
        self._aws = aws
        self._stack = stack
        self._readings: dict[str, Reading | Exception] = {}
        self._being_read: set[str] = set()
        self._resolver = Resolver(
            stack.template,
            stack.values,
            ref=self._ref,
            attribute=self._attribute,
            lookup=partial(ask, aws),
        )

    def __len__(self) -> int:
        return len(self._expected())

    def __iter__(self) -> Iterator[ResourceReport]:
        """One report for each resource of the template whose condition holds."""
        for logical_id in self._expected():
            yield self._report(logical_id)

    def _expected(self) -> Sequence[str]:
        """Resources whose condition is not known to be false."""
        return [
            logical_id
            for logical_id, resource in self._stack.resources.items()
            if "Condition" not in resource
            or self._resolver.condition(resource["Condition"]) is not False
        ]

    def _report(self, logical_id: str) -> ResourceReport:
        resource = self._stack.resources[logical_id]
        report = partial(
            ResourceReport,
            logical_id=logical_id,
            path="/".join(construct_path(resource) or [logical_id]),
            type=resource["Type"],
            physical_id=self._stack.ids.get(logical_id, ""),
        )
        if logical_id not in self._stack.ids:
            gone = Difference("(resource)", "deployed", "not in the stack")
            return report(compared={}, differences=[gone])
        reader = reader_of(resource["Type"])
        if reader is None:
            return report(compared={}, problem=f"no reader for {resource['Type']}")
        reading = self._reading(logical_id, reader)
        if isinstance(reading, GoneError) or (
            isinstance(reading, ClientError) and is_absent(reading)
        ):
            return report(compared={}, differences=[Difference("(resource)", "deployed", "gone")])
        if isinstance(reading, Exception):
            return report(compared={}, problem=_one_line(reading))
        claimed = {**self._deployed(logical_id, reader).claim, **reading.claim}
        findings = list(_findings(claimed, reading, reader, self._aws.partition))
        return report(
            compared={
                name: value
                for name, value in claimed.items()
                if name not in reading.unreadable and not isinstance(value, Unknown)
            },
            differences=[each for each in findings if isinstance(each, Difference)],
            not_compared=[each for each in findings if isinstance(each, NotCompared)],
        )

    def _reading(self, logical_id: str, reader: Reader) -> Reading | Exception:
        """What the service says, read once; an error is kept like an answer."""
        if logical_id not in self._readings:
            self._being_read.add(logical_id)
            try:
                self._readings[logical_id] = reader.read(
                    self._aws, self._deployed(logical_id, reader)
                )
            except NoCredentialsError:
                raise
            except (ClientError, BotoCoreError, GoneError) as error:
                self._readings[logical_id] = error
            finally:
                self._being_read.discard(logical_id)
        return self._readings[logical_id]

    def _deployed(self, logical_id: str, reader: Reader | None) -> Deployed:
        resource = self._stack.resources[logical_id]
        properties = self._resolver.resolve(resource.get("Properties", {}))
        implied, skip = (reader.implied, reader.skip) if reader else ({}, frozenset[str]())
        claim = {name: value for name, value in properties.items() if name not in skip}
        return Deployed(
            id=self._stack.ids[logical_id],
            type=resource["Type"],
            claim={**implied, **claim},
            peers=self._peers,
        )

    def _peers(self, resource_type: str) -> Sequence[Deployed]:
        return [
            self._deployed(logical_id, reader_of(resource_type))
            for logical_id, resource in self._stack.resources.items()
            if resource["Type"] == resource_type and logical_id in self._stack.ids
        ]

    def _ref(self, logical_id: str) -> Json:
        return self._stack.ids.get(logical_id, Unknown(f"{logical_id} is not deployed"))

    def _attribute(self, logical_id: str, attribute: str) -> Json:
        reader = reader_of(self._stack.resources.get(logical_id, {}).get("Type", ""))
        if reader is None or logical_id not in self._stack.ids:
            return Unknown(f"{logical_id}.{attribute} is not read")
        if attribute in reader.ids:
            return self._stack.ids[logical_id]
        if logical_id in self._being_read:
            return Unknown(f"{logical_id}.{attribute} is needed to read itself")
        reading = self._reading(logical_id, reader)
        if isinstance(reading, Exception) or attribute not in reading.attributes:
            return Unknown(f"{logical_id}.{attribute} is not read")
        return reading.attributes[attribute]


def _findings(
    claimed: Mapping[str, Json], reading: Reading, reader: Reader, partition: str
) -> Iterator[Finding]:
    read = {**reading.if_claimed, **reading.properties}
    names = dict.fromkeys((*claimed, *reading.properties))
    for name in names:
        if name in reader.skip:
            continue
        if name in reading.unreadable:
            yield NotCompared(name, reading.unreadable[name])
        elif name not in read and _says_nothing(claimed[name], reader.implied.get(name)):
            continue
        elif name not in read:
            yield NotCompared(name, "the reader does not cover it")
        else:
            yield from compare(name, claimed.get(name, ABSENT), read[name], partition)


def _says_nothing(claimed: Json, implied: Json) -> bool:
    return claimed in ("", [], {}) or claimed == implied


def _one_line(error: Exception) -> str:
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        what = "may not be read" if is_refused(error) else "could not be read"
        return f"{what}: {error.operation_name} answered {code}"
    return f"could not be read: {' '.join(str(error).split())}"
