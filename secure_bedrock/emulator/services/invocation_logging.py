"""The model invocation logging configuration: one per account and Region, checked when put."""

import json
from collections.abc import Mapping
from typing import Any

from moto.logs.models import logs_backends
from moto.s3.models import s3_backends

from secure_bedrock.emulator.services.authorization import authorize, request
from secure_bedrock.emulator.services.callers import Caller, as_caller, role_by_arn
from secure_bedrock.emulator.services.dispatch import Call, error, operation
from secure_bedrock.emulator.services.keys import key_policy, usable_key
from secure_bedrock.emulator.services.service_principals import service_may
from secure_bedrock.policy import Policy, evaluate

STREAM = "aws/bedrock/modelinvocations"
_BEDROCK = "bedrock.amazonaws.com"
_TABLE = "invocation logging"


@operation("bedrock", "PutModelInvocationLoggingConfiguration")
def put(call: Call) -> Mapping[str, Any]:
    """Replace the whole configuration, if Bedrock can write to every destination."""
    authorize(call, f"bedrock:{call.operation}", "*")
    config = call.params["loggingConfig"]
    if "cloudWatchConfig" in config:
        _check_log_group(call, config["cloudWatchConfig"])
    for bucket in (config.get("s3Config"), _large_data(config)):
        if bucket:
            _check_bucket(call, bucket)
    call.table(_TABLE)["account"] = config
    return {}


@operation("bedrock", "GetModelInvocationLoggingConfiguration")
def get(call: Call) -> Mapping[str, Any]:
    """The configuration, or nothing."""
    authorize(call, f"bedrock:{call.operation}", "*")
    config = configuration(call)
    return {"loggingConfig": config} if config is not None else {}


@operation("bedrock", "DeleteModelInvocationLoggingConfiguration")
def delete(call: Call) -> Mapping[str, Any]:
    """Forget it."""
    authorize(call, f"bedrock:{call.operation}", "*")
    call.table(_TABLE).clear()
    return {}


def configuration(call: Call) -> dict[str, Any] | None:
    """The configuration of the account in this Region, if there is one."""
    config: dict[str, Any] | None = call.table(_TABLE).get("account")
    return config


def _large_data(config: dict[str, Any]) -> dict[str, Any] | None:
    large: dict[str, Any] | None = config.get("cloudWatchConfig", {}).get(
        "largeDataDeliveryS3Config"
    )
    return large


def _check_log_group(call: Call, config: dict[str, Any]) -> None:
    name, arn = config["logGroupName"], config["roleArn"]
    authorize(call, "iam:PassRole", arn, context={"iam:PassedToService": _BEDROCK})

    def refuse(reason: str) -> Exception:
        text = f"Failed to validate permissions for log group: {name}, with role: {arn}."
        text += f" Verify the IAM role permissions are correct. [emulated: {reason}]"
        return error("ValidationException", text)

    group: Any = logs_backends[call.account][call.region].groups.get(name)
    if group is None:
        raise refuse("the log group does not exist")
    role = role_by_arn(call, arn)
    trust = Policy.from_document(json.loads(role.assume_role_policy_document), name="trust policy")
    if not _bedrock_may(call, "sts:AssumeRole", arn, trust):
        raise refuse(f"the role's trust policy does not admit {_BEDROCK}")
    stream = f"arn:{call.partition}:logs:{call.region}:{call.account}:log-group:{name}"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        missing = _missing(call, as_caller(role), action, f"{stream}:log-stream:{STREAM}")
        if missing:
            raise refuse(f"{action}: {missing}")


def _check_bucket(call: Call, config: dict[str, Any]) -> None:
    name = config["bucketName"]

    def refuse(reason: str) -> Exception:
        text = f"Failed to validate permissions for bucket: {name}. [emulated: {reason}]"
        return error("ValidationException", text)

    bucket: Any = s3_backends[call.account][call.partition].buckets.get(name)
    if bucket is None or bucket.region_name != call.region:
        raise refuse("it does not exist in this account and Region")
    if "ACL" in _ownership(bucket):
        raise refuse("its object ownership is not BucketOwnerEnforced")
    folder = f"AWSLogs/{call.account}/BedrockModelInvocationLogs/permission-check"
    prefix = config.get("keyPrefix", "").strip("/")
    path = f"{prefix}/{folder}" if prefix else folder
    document = json.loads(bucket.policy) if bucket.policy else {}
    policy = Policy.from_document(document, name="bucket policy")
    if not _bedrock_may(call, "s3:PutObject", f"arn:{call.partition}:s3:::{name}/{path}", policy):
        raise refuse(f"its policy does not let {_BEDROCK} put objects under {path}")
    name = _default_key(bucket)
    key = usable_key(call, name) if name else None
    if name and not (key and _bedrock_may(call, "kms:GenerateDataKey", key.arn, key_policy(key))):
        raise refuse(f"the policy of its key {name} does not let {_BEDROCK} generate data keys")


def _bedrock_may(call: Call, action: str, resource: str, policy: Policy) -> bool:
    source = call.arn("model-invocation-logging")
    return service_may(call, _BEDROCK, action, resource, policy, source=source)


def _missing(call: Call, caller: Caller, action: str, resource: str) -> str:
    asked = request(call, caller, action, resource, {})
    decision = evaluate(asked, identity=caller.identity, boundary=caller.boundary)
    return "" if decision.allowed else decision.reason


def _ownership(bucket: Any) -> str:  # noqa: ANN401 - moto's bucket
    controls = bucket.ownership_rule or {}
    return "" if "BucketOwnerEnforced" in str(controls) or not controls else "ACL"


def _default_key(bucket: Any) -> str:  # noqa: ANN401 - moto's bucket
    rule = (bucket.encryption or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    key: str = rule.get("KMSMasterKeyID", "")
    return key
