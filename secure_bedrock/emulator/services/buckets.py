"""Bucket settings that moto stores or answers incompletely."""

from typing import Any

from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

_KEPT = "newer_noncurrent_versions"


def _amend(response: Any, result: dict[str, Any]) -> None:  # noqa: ANN401 - moto's response
    name = response._get_action()  # noqa: SLF001 - moto has no public name for it
    if name == "GetBucketLifecycleConfiguration":
        rules = response.backend.get_bucket_lifecycle(response.bucket_name)
        for rule, shown in zip(rules, result["Rules"], strict=True):
            if getattr(rule, _KEPT, None) is not None:
                expiration = shown["NoncurrentVersionExpiration"]
                expiration["NewerNoncurrentVersions"] = getattr(rule, _KEPT)
    elif name == "GetBucketNotificationConfiguration":
        kept = response.backend.get_bucket_notification_configuration(response.bucket_name)
        if kept.event_bridge is not None:
            result["EventBridgeConfiguration"] = {}
    elif name == "GetObjectLockConfiguration":
        rule = result["ObjectLockConfiguration"].get("Rule", {})
        for unit in ("Days", "Years"):
            if not rule.get("DefaultRetention", {}).get(unit, 1):
                del rule["DefaultRetention"][unit]


def _teach_moto() -> None:
    moto_set, moto_serialized = FakeBucket.set_lifecycle, S3Response.serialized

    def set_lifecycle(bucket: Any, rules: list[dict[str, Any]]) -> None:  # noqa: ANN401
        moto_set(bucket, rules)
        for kept, given in zip(bucket.rules, rules, strict=True):
            expiration = given.get("NoncurrentVersionExpiration") or {}
            setattr(kept, _KEPT, expiration.get("NewerNoncurrentVersions"))

    def serialized(response: Any, action_result: Any) -> Any:  # noqa: ANN401
        if isinstance(action_result.result, dict):
            _amend(response, action_result.result)
        return moto_serialized(response, action_result)

    FakeBucket.set_lifecycle = set_lifecycle
    S3Response.serialized = serialized


_teach_moto()  # once: this module is imported once
