"""Contributor Insights, saved queries, subscriptions and resource policies of CloudWatch."""

from collections.abc import Iterator
from typing import Any

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader


@reader("AWS::CloudWatch::InsightRule")
def read_insight_rule(aws: Aws, rule: Deployed) -> Reading:
    """What a rule ranks, and whether it runs."""
    found = next((each for each in _rules(aws) if each["Name"] == rule.id), None)
    if found is None:
        raise GoneError
    return Reading(
        properties={"RuleBody": found["Definition"], "RuleState": found["State"]},
        if_claimed={"RuleName": found["Name"]},
    )


def _rules(aws: Aws) -> Iterator[Any]:
    """Every rule; boto3 has no paginator for them."""
    page = aws.client("cloudwatch").describe_insight_rules()
    yield from page["InsightRules"]
    while token := page.get("NextToken"):
        page = aws.client("cloudwatch").describe_insight_rules(NextToken=token)
        yield from page["InsightRules"]


@reader("AWS::Logs::QueryDefinition")
def read_query(aws: Aws, query: Deployed) -> Reading:
    """Name, text and log groups of a saved query."""
    saved = aws.client("logs").describe_query_definitions(
        queryDefinitionNamePrefix=query.claim["Name"]
    )["queryDefinitions"]
    found = next((each for each in saved if each["queryDefinitionId"] == query.id), None)
    if found is None:
        raise GoneError
    names = pick(found, Name="name", QueryString="queryString", LogGroupNames="logGroupNames")
    return Reading(properties=names)


@reader("AWS::Logs::SubscriptionFilter", implied={"Distribution": "ByLogStream"})
def read_subscription(aws: Aws, wanted: Deployed) -> Reading:
    """Where a log group's events go."""
    group = wanted.claim["LogGroupName"]
    filters = aws.client("logs").describe_subscription_filters(logGroupName=group)
    found = next(
        (each for each in filters["subscriptionFilters"] if each["filterName"] == wanted.id), None
    )
    if found is None:
        raise GoneError
    return Reading(
        properties={
            "LogGroupName": found["logGroupName"],
            "Distribution": found.get("distribution", "ByLogStream"),
            **pick(found, DestinationArn="destinationArn", FilterPattern="filterPattern"),
            **pick(found, RoleArn="roleArn"),
        },
        if_claimed={"FilterName": found["filterName"]},
    )


@reader("AWS::Logs::ResourcePolicy")
def read_resource_policy(aws: Aws, policy: Deployed) -> Reading:
    """Who may write to log groups of the account."""
    policies = aws.client("logs").describe_resource_policies()["resourcePolicies"]
    found = next((each for each in policies if each["policyName"] == policy.id), None)
    if found is None:
        raise GoneError
    return Reading(
        properties={"PolicyDocument": found["policyDocument"], "PolicyName": found["policyName"]}
    )
