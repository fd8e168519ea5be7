"""Custom::BedrockServiceQuotas: reads quotas for alarms, requests increases that were asked for.

An increase is requested once for each value somebody writes down: a request for it that is open, or
was answered, is not repeated, and nothing is ever decreased. Service quotas cannot be given back,
so a delete does nothing. The scheduled run tells when a quota is no longer what the alarms were
made for. Source: Service Quotas API Reference.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .patience import Patience
from .protocol import Answer, Event, RefusedError, respond

PHYSICAL_ID = "bedrock-service-quotas"
SERVICE = "bedrock"
RETRY_SECONDS = 120

_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 4})
_MISSING = "NoSuchResourceException"
_OPEN_ELSEWHERE = "ResourceAlreadyExistsException"


def handler(event: Event, _context: object) -> None:
    """The entry point of the function."""
    clients = {name: boto3.client(name, config=_CLIENT) for name in ("service-quotas", "sns")}
    quotas = Quotas(clients["service-quotas"], Patience(RETRY_SECONDS))
    if "RequestType" in event:
        respond(event, quotas.by_type())
    else:
        quotas.compare(event["quotas"], event["topic"], clients["sns"])


@dataclass(frozen=True, slots=True)
class Quotas:
    """Quotas of Amazon Bedrock in this account and Region.

    Attributes:
        client: Client of Service Quotas.
        patience: How long calls are repeated.
    """

    client: Any
    patience: Patience

    def by_type(self) -> dict[str, Callable[[Event], Answer]]:
        """The operation for each request type."""
        return {"Create": self.apply, "Update": self.apply, "Delete": lambda _: Answer(PHYSICAL_ID)}

    def apply(self, event: Event) -> Answer:
        """Request what is to be requested, then say what every quota is and when to raise alarms.

        Raises:
            RefusedError: A quota does not exist, or cannot be raised.
        """
        data = {}
        for wanted in json.loads(event["ResourceProperties"]["Quotas"]):
            code = wanted["code"]
            quota = self.quota(code)
            value = Decimal(str(quota["Value"]))
            data[f"Value{_plain(code)}"] = f"{value:f}"
            alarm = value * Decimal(str(wanted["alarm_percent"])) / 100
            data[f"AlarmAt{_plain(code)}"] = f"{alarm:f}"
            data[f"Increase{_plain(code)}"] = self._increase(code, quota, value, wanted)
        return Answer(PHYSICAL_ID, data)

    def quota(self, code: str) -> dict[str, Any]:
        """The quota that is applied to the account, or AWS's default where none was applied.

        Raises:
            RefusedError: There is no such quota in this Region.
        """
        for read in (self.client.get_service_quota, self.client.get_aws_default_service_quota):
            try:
                found = self.patience.call(read, ServiceCode=SERVICE, QuotaCode=code)
                return dict(found["Quota"])
            except ClientError as error:
                if error.response["Error"]["Code"] != _MISSING:
                    raise
        raise RefusedError(
            f"Amazon Bedrock has no quota {code} in this Region: "
            f"look it up with aws service-quotas list-service-quotas --service-code {SERVICE}"
        )

    def compare(
        self,
        deployed: Sequence[dict[str, str]],
        topic: str,
        sns: Any,  # noqa: ANN401 - a client of boto3
    ) -> None:
        """Tell the topic about quotas that are not what they were at the last deployment."""
        lines = []
        for each in deployed:
            value = Decimal(str(self.quota(each["code"])["Value"]))
            if value != Decimal(each["value"]):
                name = f"{each['name']} ({each['code']})"
                lines.append(f"{name}: {value:f} instead of {each['value']}")
        if not lines:
            return
        lines.append("Alarms still use the old values: change refresh and deploy again.")
        subject = "Amazon Bedrock: service quotas changed"
        sns.publish(TopicArn=topic, Subject=subject, Message="\n".join(lines))

    def _increase(
        self, code: str, quota: dict[str, Any], value: Decimal, wanted: dict[str, Any]
    ) -> str:
        """What became of the increase that is wanted."""
        if wanted.get("increase_to") is None:
            return "none asked for"
        desired = Decimal(str(wanted["increase_to"]))
        if desired <= value:
            return f"not needed: the quota is {value:f}"
        if not quota.get("Adjustable", False):
            raise RefusedError(f"quota {code} cannot be raised by a request: leave increase_to out")
        for earlier in self._requests(code):
            status = earlier["Status"]
            same = Decimal(str(earlier["DesiredValue"])) == desired
            if same or status in {"PENDING", "CASE_OPENED"}:
                return f"{status}: request {earlier['Id']} for {earlier['DesiredValue']:g}"
        return self._request(code, desired)

    def _request(self, code: str, desired: Decimal) -> str:
        ask = self.client.request_service_quota_increase
        try:
            found = self.patience.call(
                ask, ServiceCode=SERVICE, QuotaCode=code, DesiredValue=float(desired)
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == _OPEN_ELSEWHERE:
                return "PENDING: a request is open"
            raise
        made = found["RequestedQuota"]
        return f"{made['Status']}: request {made['Id']} for {made['DesiredValue']:g}"

    def _requests(self, code: str) -> Iterator[dict[str, Any]]:
        """The requests for a quota that Service Quotas remembers."""
        parameters = {"ServiceCode": SERVICE, "QuotaCode": code}
        history = self.client.list_requested_service_quota_change_history_by_quota
        while True:
            page = self.patience.call(history, **parameters)
            yield from page["RequestedQuotas"]
            if "NextToken" not in page:
                return
            parameters["NextToken"] = page["NextToken"]


def _plain(code: str) -> str:
    """A code as part of an attribute's name."""
    return code.replace("-", "")
