"""One run of ``secure-bedrock guardrail test``: which versions, what it costs, what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_bedrock.cli.guardrail_test_options import Choices
from secure_bedrock.custom_resources.assets.handlers.guardrail_asking import Pace
from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Suite
from secure_bedrock.guardrail_tests.asking import Found, asked, replayed
from secure_bedrock.guardrail_tests.estimates import Estimate, estimate
from secure_bedrock.guardrail_tests.recordings import Recording
from secure_bedrock.guardrail_tests.results import Result, SuiteResult, judged
from secure_bedrock.guardrail_tests.subject import DRAFT, Subject, find, read, split_version

Side = Subject | Recording
_DRAFT_NOTE = "DRAFT changes with every edit: test a numbered version before you use it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What is tested, and what it is compared with."""

    tested: Side
    against: Side | None = None

    @property
    def live(self) -> list[Subject]:
        """Those that have to be asked."""
        return [each for each in (self.tested, self.against) if isinstance(each, Subject)]


@dataclass(frozen=True, slots=True)
class Run:
    """What the user asked for, and the suites.

    Raises:
        ValueError: The options contradict each other, or two suites have one name.
    """

    choices: Choices
    suites: Sequence[Suite]

    def __post_init__(self) -> None:
        choices = self.choices
        if not choices.guardrail and not choices.replay:
            raise ValueError("name the guardrail with --guardrail, or a recording with --replay")
        if choices.replay and choices.record:
            raise ValueError("--record and --replay exclude each other: use one of them")
        names = [each.name for each in self.suites]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two suites have the name {twice[0]!r}: rename one")

    def versions(self) -> Versions:
        """Find or load both sides."""
        choices, against = self.choices, self.choices.against
        other: Side | None = None
        if choices.replay:
            tested: Side = self._replayed(choices.replay)
        else:
            tested = find(choices.client("bedrock"), str(choices.guardrail))
        if against:
            is_version = against == DRAFT or (against.isdigit() and not Path(against).exists())
            if is_version:
                arn = tested.guardrail if isinstance(tested, Recording) else tested.arn
                other = read(choices.client("bedrock"), arn, against)
            else:
                other = Recording.load(Path(against))
        return Versions(tested=tested, against=other)

    def estimate(self, versions: Versions) -> Estimate:
        """What it costs."""
        cases = [case for suite in self.suites for case in suite.cases]
        return estimate(cases, [each.document for each in versions.live])

    def requests(self, versions: Versions) -> int:
        """How many calls are made."""
        return sum(len(suite.cases) for suite in self.suites) * len(versions.live)

    def result(self, versions: Versions, told: Callable[[], None]) -> Result:
        """Ask or replay, judge, and record."""
        pace = Pace(requests=self.choices.requests_per_second, units=self.choices.units_per_second)
        answers = self._answers(versions.tested, pace, told, record=self.choices.record)
        other = versions.against and self._answers(versions.against, pace, told, record=None)
        tested = _named(versions.tested)
        return Result(
            guardrail=tested,
            against=_named(versions.against) if versions.against else "",
            suites=[
                SuiteResult(
                    suite=suite,
                    judgements=judged(suite, answers),
                    before=judged(suite, other) if other else (),
                )
                for suite in self.suites
            ],
            strict=self.choices.strict,
            undecided_allowed=self.choices.allow_undecided,
            notes=[_DRAFT_NOTE] if tested.endswith(f":{DRAFT}") else [],
        )

    def _answers(
        self, side: Side, pace: Pace, told: Callable[[], None], *, record: Path | None
    ) -> Found:
        if isinstance(side, Recording):
            return replayed(side, self.suites)
        recording = Recording(guardrail=side.arn, version=side.version)
        try:
            return asked(
                self.choices.client("bedrock-runtime"),
                side,
                self.suites,
                pace=pace,
                threads=self.choices.concurrency,
                recording=recording,
                told=told,
            )
        finally:
            if record is not None:  # what was paid for is kept, whatever happens
                recording.save(record)

    def _replayed(self, path: Path) -> Recording:
        """The recording, if it is of the guardrail that was named, if one was."""
        recording = Recording.load(path)
        if self.choices.guardrail:
            wanted, version = split_version(self.choices.guardrail)
            same = wanted in (recording.guardrail, recording.guardrail.rsplit("/", 1)[-1])
            if not same or (":" in self.choices.guardrail and version != recording.version):
                raise ValueError(
                    f"{path}: a recording of {_named(recording)}, not of "
                    f"{self.choices.guardrail}: leave --guardrail out or record again"
                )
        return recording


def _named(side: Side) -> str:
    if isinstance(side, Subject):
        return str(side)
    return f"{side.guardrail.rsplit('/', 1)[-1]}:{side.version}"
