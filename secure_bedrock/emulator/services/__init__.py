"""The AWS APIs that moto lacks or answers dishonestly, added to moto in this process.

``install()`` once, before moto's server starts; plain boto3 clients then work against the same
endpoint. docs/emulator-services.md says what is evaluated, kept as state only, or refused.
"""

from importlib import import_module

from secure_bedrock.emulator.services import dispatch

_MODULES = (
    "api_keys",
    "athena",
    "bedrock_tags",
    "buckets",
    "budget_actions",
    "budgets",
    "cost_anomalies",
    "data_retention",
    "dns_firewall",
    "dns_query_logs",
    "endpoints",
    "guardrail_enforcement",
    "guardrails",
    "inference_profiles",
    "invocation_logging",
    "knowledge_bases",
    "log_group_keys",
    "organization_policies",
    "provisioned_throughput",
    "query_definitions",
    "resource_policies",
    "runtime",
    "trails",
)


def install() -> None:
    """Add the missing operations to moto. Safe to call more than once."""
    for module in _MODULES:
        import_module(f"{__name__}.{module}")
    dispatch.hook_into_moto()


__all__ = ["install"]
