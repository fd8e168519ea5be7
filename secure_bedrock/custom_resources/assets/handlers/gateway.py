"""The gateway in front of Converse and ConverseStream.

One function for two kinds of events: requests of API Gateway, and the clock, which releases
reservations that nobody settled. Whatever is doubtful before the call refuses it; whatever is
doubtful after it counts what was set aside.
"""

import base64
import json
import logging
import os
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .gateway_callers import GatewayCaller, verified
from .gateway_limits import holds
from .gateway_refusals import Refusal, invalid
from .gateway_requests import Request, Rules, admitted
from .gateway_reservations import Hold, RepeatedError, Reservation, Reservations
from .gateway_upstream import Answer, NoAnswerError, UnreachableError, Upstream
from .quota_charges import Limit
from .quota_reports import Report

logger = logging.getLogger("secure_bedrock")

NAMESPACE = "SecureBedrock/InvocationGateway"

_CLIENT = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
_TABLE_FAULTS = (BotoCoreError, ClientError)
_BUSY = "The gateway cannot count at the moment: try again"
_READY: list["Gateway"] = []


def handler(event: dict[str, Any], _context: object) -> dict[str, Any] | None:
    """The entry point of the function. Clients and settings are made once for many requests."""
    if not _READY:
        _READY.append(Gateway(json.loads(os.environ["SETTINGS"]), boto3.Session()))
    return _READY[0].run(event, datetime.now(UTC))


class Gateway:
    """A gateway with the settings that the construct wrote into the function's environment."""

    def __init__(self, settings: dict[str, Any], session: boto3.Session) -> None:
        runtime = session.client("bedrock-runtime")
        dynamodb = session.client("dynamodb", config=_CLIENT)
        self._name = settings["gateway"]
        self._clients = {client["key"]: client for client in settings["clients"]}
        self._limits = tuple(Limit.of(each) for each in settings["limits"])
        self._rules = Rules.of(settings["rules"])
        self._reservations = Reservations(
            dynamodb=dynamodb, table=settings["table"], kept=settings["kept_seconds"]
        )
        self._upstream = Upstream(
            session=session,
            region=runtime.meta.region_name,
            endpoint=runtime.meta.endpoint_url,
            seconds=settings["call_seconds"],
        )

    def run(self, event: dict[str, Any], now: datetime) -> dict[str, Any] | None:
        """Answer a request, or release reservations that ended."""
        report = Report(self._name, namespace=NAMESPACE, dimension="Gateway")
        try:
            if event.get("sweep"):
                report.counts["Expired"] += self._reservations.release_ended()
                return None
            report.counts["Requests"] += 1
            return self._answer(event, now, report)
        except Refusal as refusal:
            report.counts["Refused"] += 1
            report.counts["Throttled"] += refusal.kind == "ThrottlingException"
            return refusal.answer()
        finally:
            report.write(now)

    def _answer(self, event: dict[str, Any], now: datetime, report: Report) -> dict[str, Any]:
        caller = verified(event.get("requestContext") or {}, self._clients)
        request = admitted(event, self._rules, caller)
        reservation = self._reserve(request, caller, now, report)
        used: int | None = None
        try:
            answer = self._upstream.call(request)
            used = answer.used
        except UnreachableError as error:
            used = 0
            raise _unavailable("Amazon Bedrock cannot be reached: try again", error) from error
        except NoAnswerError as error:
            raise _unavailable("Amazon Bedrock did not answer in time", error) from error
        finally:
            self._settle(reservation, used, report)
        return _proxied(answer)

    def _reserve(
        self, request: Request, caller: GatewayCaller, now: datetime, report: Report
    ) -> Reservation:
        reservation = Reservation(
            name=caller.request,
            tokens=request.tokens,
            holds=tuple(holds(self._limits, caller, request, now)),
        )
        try:
            full = self._reservations.reserve(reservation)
        except RepeatedError as error:
            raise Refusal("ConflictException", "A request of this id was answered") from error
        except _TABLE_FAULTS as error:
            report.problem("NotCounted")
            raise _unavailable(_BUSY, error) from error
        if full:
            raise _over(full, request, now)
        return reservation

    def _settle(self, reservation: Reservation, used: int | None, report: Report) -> None:
        """The client gets its answer whatever happens here: what stays set aside is told."""
        if used is None:
            report.problem("UsageUnknown")
        spent = reservation.tokens if used is None else used
        report.counts["Tokens"] += spent
        report.counts["Above"] += spent > reservation.tokens
        try:
            self._reservations.settle(reservation, spent)
        except _TABLE_FAULTS:
            logger.exception("%s is not settled", reservation.name)
            report.problem("NotSettled")


def _over(full: list[Hold], request: Request, now: datetime) -> Refusal:
    never = [hold for hold in full if request.tokens > hold.most]
    if never:
        return invalid(
            f"The request may use {request.tokens:,} tokens, more than a whole period's "
            f"{min(hold.most for hold in never):,}: lower maxTokens or send less"
        )
    wait = max(1, max(hold.ends for hold in full) - int(now.timestamp()))
    return Refusal("ThrottlingException", f"Too many tokens: try again in {wait} seconds", wait)


def _unavailable(message: str, error: Exception) -> Refusal:
    logger.warning("%s: %s", message, error)
    return Refusal("ServiceUnavailableException", message, 1)


def _proxied(answer: Answer) -> dict[str, Any]:
    """JSON as text; event streams in base64, which API Gateway turns back into bytes."""
    found: dict[str, Any] = {"statusCode": answer.status, "headers": answer.headers}
    if "json" in answer.headers.get("content-type", ""):
        return {**found, "body": answer.body.decode()}
    body = base64.b64encode(answer.body).decode()
    return {**found, "body": body, "isBase64Encoded": True}
