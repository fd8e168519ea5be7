"""Saved CloudWatch Logs Insights queries, so that nobody writes them during an incident."""

import re

from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.monitoring.query_texts import INVOCATIONS, TRAIL, VIOLATIONS

_FOLDER = re.compile(r"[^/:|][^:|]{0,199}")


class SavedQueries(Construct):
    """Queries over invocation logs, a trail and guardrail violations.

    It protects against finding out during an incident where a field is: the queries understand
    records of InvokeModel, Converse and both streaming calls, and count tokens of prompt caches.

    Args:
        scope: Parent construct.
        id: Construct id.
        invocations: The log group of invocation logging. Default: no queries over it.
        trail: The log group of a trail, such as ``AuditTrail.log_group``. Default: likewise.
        violations: The log group of ``GuardrailViolations``. Default: likewise.
        folder: Under which the queries are listed, 1 to 200 characters. Default: ``bedrock``.

    Attributes:
        names: Names of the queries, with the folder.

    Raises:
        ValueError: No log group, or no folder.

    Source: CloudWatch Logs User Guide, "Save and re-run CloudWatch Logs Insights queries".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        invocations: logs.ILogGroup | None = None,
        trail: logs.ILogGroup | None = None,
        violations: logs.ILogGroup | None = None,
        folder: str = "bedrock",
    ) -> None:
        super().__init__(scope, id)
        if not (invocations or trail or violations):
            raise ValueError(f"{self.node.path}: no log group: give invocations, trail, violations")
        if not _FOLDER.fullmatch(folder):
            raise ValueError(
                f"{self.node.path}: folder is {folder!r}: use 1 to 200 characters without : and |,"
                " not a slash first"
            )
        self.names: list[str] = []
        for group, queries in (
            (invocations, INVOCATIONS),
            (trail, TRAIL),
            (violations, VIOLATIONS),
        ):
            if group is not None:
                for name, text in queries.items():
                    self._save(f"{folder.rstrip('/')}/{name}", name, text, group)

    def _save(self, full_name: str, name: str, text: str, group: logs.ILogGroup) -> None:
        logs.CfnQueryDefinition(
            self,
            "".join(word.title() for word in name.replace("-", " ").split()),
            name=full_name,
            query_string=text,
            log_group_names=[group.log_group_name],
        )
        self.names.append(full_name)
