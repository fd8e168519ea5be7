"""Contributor Insights rules and saved queries."""

from secure_bedrock.emulator.resources.declaration import ResourceType, call, get, put

_QUERY = get(
    "describe_query_definitions",
    "queryDefinitions[?queryDefinitionId=='${id}'] | [0]",
    maxResults=1000,
)
_RULE = get("describe_insight_rules", "InsightRules[?Name=='${name}'] | [0]")

TYPES = (
    ResourceType(
        name="AWS::CloudWatch::InsightRule",
        service="cloudwatch",
        name_property="RuleName",
        name_length=128,
        exists=_RULE,
        create=put("put_insight_rule", RuleName="$name"),
        id="$name",
        update=put("put_insight_rule", RuleName="$id"),
        delete=call("delete_insight_rules", RuleNames=["$id"]),
        reads=(get("describe_insight_rules", "InsightRules[?Name=='${id}'] | [0]"),),
        renames={"RuleBody": "RuleDefinition"},
        read_as={"RuleName": "Name", "RuleState": "State", "RuleDefinition": "Definition"},
        attributes={"Arn": "arn:${partition}:cloudwatch:${region}:${account}:insight-rule/${id}"},
        note="Kept as state: nothing is ranked.",
    ),
    ResourceType(
        name="AWS::Logs::QueryDefinition",
        service="logs",
        create=put("put_query_definition"),
        id="$created.queryDefinitionId",
        update=put("put_query_definition", queryDefinitionId="$id"),
        delete=call("delete_query_definition", queryDefinitionId="$id"),
        reads=(_QUERY,),
        attributes={"QueryDefinitionId": "$id"},
        note="Kept as state: nothing is queried.",
    ),
)
