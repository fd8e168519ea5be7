"""From log events to counters, and from counters to notices and denials."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from .quota_charges import Charge, Tariff
from .quota_denials import Denials, NotDeniedError
from .quota_ledger import Entry, Ledger
from .quota_notices import Once
from .quota_periods import stamp
from .quota_reports import Report
from .usage_record import FetchBody, UnreadableError, read

logger = logging.getLogger("secure_bedrock")

_SUBJECT_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Counts records and acts on those who are over a limit.

    Attributes:
        tariff: Which counters a record changes.
        ledger: The counters.
        once: Remembers what was told.
        denials: Denies sessions. None: nobody is denied.
        dry_run: Say who would be denied, and deny nobody.
        sns: Client of Amazon SNS.
        topic: Is told.
        fetch: Reads bodies that are not in the record.
        report: Counts what happened.
    """

    tariff: Tariff
    ledger: Ledger
    once: Once
    denials: Denials | None
    dry_run: bool
    sns: Any
    topic: str
    fetch: FetchBody
    report: Report

    def settle(self, events: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """Count each event once, then look at every counter that one of them belongs to.

        Counters of events that were counted before are looked at again: an earlier run may have
        died between counting and telling.
        """
        entries: list[Entry] = []
        charges: dict[tuple[str, str], Charge] = {}
        for event in events:
            found = self._charges(event, now)
            if found is None:
                continue
            receipt, mine = found
            charges |= {(charge.counter, charge.caller.arn): charge for charge in mine}
            amounts = {charge.counter: charge.amount for charge in mine}
            ends = {charge.counter: int(charge.ends.timestamp()) for charge in mine}
            entries.append(Entry(receipt=receipt, amounts=amounts, ends=ends))
        new = self.ledger.count_once(entries)
        self.report.counts["Records"] += new
        self.report.counts["Repeated"] += len(entries) - new
        used = {name: self.ledger.amount(name) for name in {name for name, _ in charges}}
        for charge in charges.values():
            self._judge(charge, used[charge.counter], now)

    def _charges(self, event: Mapping[str, Any], now: datetime) -> tuple[str, list[Charge]] | None:
        try:
            record = read(str(event["message"]), self.fetch)
        except UnreadableError as error:
            logger.warning("event %s is unreadable: %s", event.get("id"), error)
            self.report.problem("Unreadable")
            return None
        charges, doubts = self.tariff.charges(record, now)
        for problem in (*record.problems, *doubts):
            logger.warning("record %s: %s", record.id, problem)
            self.report.problem(problem)
        return record.id, charges

    def _judge(self, charge: Charge, used: Decimal, now: datetime) -> None:
        limit = charge.limit
        if used < limit.most * limit.warn_percent / 100:
            return
        if used < limit.most:
            self._tell(f"{charge.counter}#WARN", charge, used, "Nobody is denied yet.")
        elif charge.ends <= now:
            self._tell(f"{charge.counter}#LATE", charge, used, "The period is over: no denial.")
        elif self.denials is None:
            self._tell(f"{charge.counter}#OVER", charge, used, "Denials are off.")
        else:
            self._act(charge, used, self.denials)

    def _act(self, charge: Charge, used: Decimal, denials: Denials) -> None:
        """Deny and tell, once for each session; or tell why not."""
        name = f"{charge.counter}#DENY#{denials.policy_name(charge)}"
        until = f"until {stamp(charge.ends)}"
        if why := denials.refusal(charge):
            if self._tell(name, charge, used, f"Not denied: {why}."):
                self.report.problem("NotDenied")
        elif self.dry_run:
            self._tell(name, charge, used, f"Dry run: would be denied {until}.")
        else:
            try:
                self.once.do(f"{name}#POLICY", lambda: self._deny(charge, used, denials, until))
            except NotDeniedError as error:
                # The claim was not kept: the session's next record tries again.
                logger.warning("%s is not denied: %s", charge.caller.arn, error)
                self.report.problem("NotDenied")
                self._tell(f"{name}#FAILED", charge, used, f"Could not be denied: {error}.")

    def _deny(self, charge: Charge, used: Decimal, denials: Denials, until: str) -> None:
        denials.deny(charge)
        self.report.counts["Denied"] += 1
        self._publish(charge, used, f"Denied {until}.")

    def _tell(self, name: str, charge: Charge, used: Decimal, outcome: str) -> bool:
        return self.once.do(name, lambda: self._publish(charge, used, outcome))

    def _publish(self, charge: Charge, used: Decimal, outcome: str) -> None:
        limit = charge.limit
        unit = limit.unit.lower().replace("_", " ")
        share = used / limit.most * 100
        lines = [
            f"{limit.per.title()} {charge.subject} used {share:.0f} percent of its quota.",
            f"Used: {used:f} {unit} of {limit.most:f} in a {limit.period.lower()}.",
            f"From {stamp(charge.begun)} to {stamp(charge.ends)}.",
            f"Caller: {charge.caller.arn or 'not named in the log'}",
            outcome,
        ]
        subject = f"Amazon Bedrock quota: {share:.0f} percent of {limit.id}"[:_SUBJECT_LIMIT]
        self.sns.publish(TopicArn=self.topic, Subject=subject, Message="\n".join(lines))
