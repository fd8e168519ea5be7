"""The data retention mode of an account in a Region, kept as state: nothing here retains data."""

from collections.abc import Mapping
from typing import Any

from secure_bedrock.emulator.services.authorization import authorize
from secure_bedrock.emulator.services.dispatch import Call, operation

_TABLE = "data retention"
_NOT_SET = "inherit"


@operation("bedrock", "PutAccountDataRetention")
def put(call: Call) -> Mapping[str, Any]:
    """Set the mode, if the caller may set this one."""
    mode = call.params["mode"]
    authorize(call, f"bedrock:{call.operation}", "*", context={"bedrock:DataRetentionMode": mode})
    call.table(_TABLE)["mode"] = mode
    return {"mode": mode}


@operation("bedrock", "GetAccountDataRetention")
def get(call: Call) -> Mapping[str, Any]:
    """The mode; ``inherit`` until one is set."""
    authorize(call, f"bedrock:{call.operation}", "*")
    return {"mode": call.table(_TABLE).get("mode", _NOT_SET)}
