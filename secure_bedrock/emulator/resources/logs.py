"""Amazon CloudWatch Logs."""

from secure_bedrock.emulator.resources.declaration import Part, ResourceType, call, get, put
from secure_bedrock.emulator.resources.tagging import arn_tagging

_ARN = "arn:${partition}:logs:${region}:${account}:log-group:${id}"

TYPES = (
    ResourceType(
        name="AWS::Logs::LogGroup",
        service="logs",
        name_property="LogGroupName",
        name_length=512,
        create=put("create_log_group", logGroupName="$name", kmsKeyId="$KmsKeyId"),
        id="$name",
        delete=call("delete_log_group", logGroupName="$id"),
        parts=(
            Part(
                property="RetentionInDays",
                set=call(
                    "put_retention_policy", logGroupName="$id", retentionInDays="$RetentionInDays"
                ),
                clear=call("delete_retention_policy", logGroupName="$id"),
                read=get(
                    "describe_log_groups",
                    "logGroups[?logGroupName=='${id}'] | [0]",
                    logGroupNamePrefix="$id",
                ),
            ),
            Part(
                property="KmsKeyId",
                created=True,
                set=call("associate_kms_key", logGroupName="$id", kmsKeyId="$KmsKeyId"),
                clear=call("disassociate_kms_key", logGroupName="$id"),
                read=get(
                    "describe_log_groups",
                    "logGroups[?logGroupName=='${id}'] | [0]",
                    logGroupNamePrefix="$id",
                ),
            ),
            Part(
                property="DataProtectionPolicy",
                set=call(
                    "put_data_protection_policy",
                    logGroupIdentifier="$id",
                    policyDocument="$DataProtectionPolicy",
                ),
                clear=call("delete_data_protection_policy", logGroupIdentifier="$id"),
                read=get("get_data_protection_policy", "@", logGroupIdentifier="$id"),
            ),
        ),
        reads=(
            get(
                "describe_log_groups",
                "logGroups[?logGroupName=='${id}'] | [0]",
                logGroupNamePrefix="$id",
            ),
        ),
        tagging=arn_tagging("resourceArn", _ARN, tags="tags", keys="tagKeys"),
    ),
    ResourceType(
        name="AWS::Logs::MetricFilter",
        service="logs",
        name_property="FilterName",
        name_length=512,
        create=put("put_metric_filter", filterName="$name"),
        exists=get(
            "describe_metric_filters",
            "metricFilters[?filterName=='${name}'] | [0]",
            logGroupName="$LogGroupName",
            filterNamePrefix="$name",
        ),
        id="$name",
        update=put("put_metric_filter", filterName="$id"),
        delete=call("delete_metric_filter", logGroupName="$LogGroupName", filterName="$id"),
        reads=(
            get(
                "describe_metric_filters",
                "metricFilters[?filterName=='${id}'] | [0]",
                logGroupName="$LogGroupName",
                filterNamePrefix="$id",
            ),
        ),
        note="Kept as state: no metric is computed from log events.",
    ),
    ResourceType(
        name="AWS::Logs::ResourcePolicy",
        service="logs",
        create=put("put_resource_policy"),
        id="$PolicyName",
        update=put("put_resource_policy"),
        delete=call("delete_resource_policy", policyName="$id"),
        reads=(get("describe_resource_policies", "resourcePolicies[?policyName=='${id}'] | [0]"),),
        note="Kept, not enforced.",
    ),
    ResourceType(
        name="AWS::Logs::SubscriptionFilter",
        service="logs",
        name_property="FilterName",
        name_length=512,
        create=put("put_subscription_filter", filterName="$name"),
        exists=get(
            "describe_subscription_filters",
            "subscriptionFilters[?filterName=='${name}'] | [0]",
            logGroupName="$LogGroupName",
        ),
        id="$name",
        update=put("put_subscription_filter", filterName="$id"),
        delete=call("delete_subscription_filter", logGroupName="$LogGroupName", filterName="$id"),
        reads=(
            get(
                "describe_subscription_filters",
                "subscriptionFilters[?filterName=='${id}'] | [0]",
                logGroupName="$LogGroupName",
            ),
        ),
        note="Functions get every event of the group: pattern and permission are not evaluated.",
    ),
)
