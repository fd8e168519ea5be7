"""Events of log groups on their way to functions that subscribed to them."""

import base64
import gzip
import json
from typing import Any

from moto.awslambda.models import LambdaBackend

from secure_bedrock.emulator.functions import Functions


def send_logs_to(functions: Functions) -> None:
    """Run a subscribed function for the events of its log group, one run for each delivery.

    moto would start a container. What a function prints, which is a log event as well, is not sent
    on: the functions here are not subscribed to their own log groups.
    """

    def send(  # noqa: PLR0917 - the parameters of moto
        backend: LambdaBackend,
        function_arn: str,
        filter_name: str,
        log_group_name: str,
        log_stream_name: str,
        log_events: list[dict[str, Any]],
    ) -> None:
        batch = {
            "messageType": "DATA_MESSAGE",
            "owner": backend.account_id,
            "logGroup": log_group_name,
            "logStream": log_stream_name,
            "subscriptionFilters": [filter_name],
            "logEvents": log_events,
        }
        data = base64.b64encode(gzip.compress(json.dumps(batch).encode())).decode()
        functions.start(function_arn, {"awslogs": {"data": data}}, backend.region_name)

    LambdaBackend.send_log_event = send
