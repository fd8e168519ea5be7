"""Tables, rules, queries, DNS firewalls and retention: as claimed, and changed since."""

import json

import pytest

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
RULE = {"Schema": {"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": ["g"]}
SOURCE = {"Sid": "s", "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}}


@pytest.fixture
def table(aws):
    client = aws.client("dynamodb")
    attribute = {"AttributeName": "pk", "AttributeType": "S"}
    client.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[attribute],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
    )
    recovery = {"PointInTimeRecoveryEnabled": True}
    client.update_continuous_backups(TableName="t", PointInTimeRecoverySpecification=recovery)
    return {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
        "PointInTimeRecoverySpecification": recovery,
    }


def test_a_table(table, differences):
    assert differences("AWS::DynamoDB::Table", "t", table) == []


def test_a_table_without_recovery(aws, table, changed):
    off = {"PointInTimeRecoveryEnabled": False}
    aws.client("dynamodb").update_continuous_backups(
        TableName="t", PointInTimeRecoverySpecification=off
    )
    assert changed("AWS::DynamoDB::Table", "t", table) == ["PointInTimeRecoverySpecification"]


@pytest.mark.parametrize(("state", "paths"), [("ENABLED", []), ("DISABLED", ["RuleState"])])
def test_a_contributor_insights_rule(aws, differences, state, paths):
    aws.client("cloudwatch").put_insight_rule(
        RuleName="r", RuleState=state, RuleDefinition=json.dumps(RULE)
    )
    claim = {"RuleName": "r", "RuleState": "ENABLED", "RuleBody": json.dumps(RULE, indent=1)}
    assert differences("AWS::CloudWatch::InsightRule", "r", claim) == paths


@pytest.mark.parametrize(("text", "paths"), [("fields a", []), ("fields b", ["QueryString"])])
def test_a_saved_query(aws, differences, text, paths):
    id = aws.client("logs").put_query_definition(name="bedrock/q", queryString=text)
    claim = {"Name": "bedrock/q", "QueryString": "fields a"}
    assert differences("AWS::Logs::QueryDefinition", id["queryDefinitionId"], claim) == paths


def test_a_saved_query_that_is_gone(differences):
    claim = {"Name": "bedrock/q", "QueryString": "fields a"}
    assert differences("AWS::Logs::QueryDefinition", "no", claim) == ["(resource)"]


@pytest.mark.parametrize(("action", "paths"), [("logs:PutLogEvents", []), ("logs:*", 1)])
def test_a_log_resource_policy(aws, changed, action, paths):
    def document(action):
        statement = {**SOURCE, "Action": action, "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    aws.client("logs").put_resource_policy(policyName="p", policyDocument=document(action))
    claim = {"PolicyName": "p", "PolicyDocument": document("logs:PutLogEvents")}
    assert changed("AWS::Logs::ResourcePolicy", "p", claim) == ["PolicyDocument"][: paths or 0]


@pytest.fixture
def firewall(aws):
    client = aws.client("route53resolver")
    names = client.create_firewall_domain_list(CreatorRequestId="1", Name="names")
    list_id = names["FirewallDomainList"]["Id"]
    client.update_firewall_domains(
        FirewallDomainListId=list_id, Operation="REPLACE", Domains=["a.example", "b.example"]
    )
    group = client.create_firewall_rule_group(CreatorRequestId="1", Name="rules")
    rule = {"Action": "ALLOW", "Priority": 100, "FirewallDomainListId": list_id}
    group_id = group["FirewallRuleGroup"]["Id"]
    client.create_firewall_rule(
        CreatorRequestId="1", FirewallRuleGroupId=group_id, Name="r", **rule
    )
    return client, list_id, group_id, rule


def test_a_domain_list(firewall, changed):
    client, id, _, _ = firewall
    claim = {"Domains": ["b.example.", "a.example"]}
    assert changed("AWS::Route53Resolver::FirewallDomainList", id, claim) == []
    client.update_firewall_domains(
        FirewallDomainListId=id, Operation="REPLACE", Domains=["evil.example"]
    )
    assert changed("AWS::Route53Resolver::FirewallDomainList", id, claim) == ["Domains"]


def test_a_rule_group(firewall, changed):
    client, list_id, id, rule = firewall
    claim = {"FirewallRules": [rule]}
    assert changed("AWS::Route53Resolver::FirewallRuleGroup", id, claim) == []
    client.delete_firewall_rule(FirewallRuleGroupId=id, FirewallDomainListId=list_id)
    assert changed("AWS::Route53Resolver::FirewallRuleGroup", id, claim) == ["FirewallRules"]


@pytest.mark.parametrize(("priority", "paths"), [(101, []), (102, ["Priority"])])
def test_a_firewalls_association(aws, firewall, differences, priority, paths):
    client, _, group, _ = firewall
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    claim = {"FirewallRuleGroupId": group, "VpcId": vpc}
    made = client.associate_firewall_rule_group(
        CreatorRequestId="1", Name="a", Priority=priority, **claim
    )
    id = made["FirewallRuleGroupAssociation"]["Id"]
    claim["Priority"] = 101
    assert differences("AWS::Route53Resolver::FirewallRuleGroupAssociation", id, claim) == paths


@pytest.mark.parametrize(("limit", "paths"), [(10**9, []), (10**10, ["WorkGroupConfiguration"])])
def test_a_workgroup(aws, changed, limit, paths):
    configuration = {"EnforceWorkGroupConfiguration": True, "BytesScannedCutoffPerQuery": limit}
    aws.client("athena").create_work_group(
        Name="w", Description="d", Configuration=configuration, Tags=[]
    )
    claim = {"Name": "w", "Description": "d", "RecursiveDeleteOption": True}
    claim["WorkGroupConfiguration"] = configuration | {"BytesScannedCutoffPerQuery": 10**9}
    assert changed("AWS::Athena::WorkGroup", "w", claim) == paths


@pytest.mark.parametrize(("place", "paths"), [("s3://logs/", []), ("s3://else/", ["TableInput"])])
def test_a_log_table(aws, changed, place, paths):
    glue = aws.client("glue")
    glue.create_database(DatabaseInput={"Name": "d"})

    def described(location):
        return {"Name": "t", "StorageDescriptor": {"Location": location}}

    glue.create_table(DatabaseName="d", TableInput=described(place))
    claim = {"DatabaseName": "d", "TableInput": described("s3://logs/")}
    assert changed("AWS::Glue::Table", "d|t", claim) == paths


def test_a_named_query_that_is_gone(differences):
    claim = {"Name": "q", "Database": "d", "QueryString": "SELECT 1"}
    assert differences("AWS::Athena::NamedQuery", "no", claim) == ["(resource)"]


@pytest.mark.parametrize(("mode", "paths"), [("none", []), ("default", ["Mode"])])
def test_data_retention(aws, verified, mode, paths):
    aws.client("bedrock").put_account_data_retention(mode=mode)
    claim = {"ServiceToken": "arn", "Mode": "none", "KeepOnDelete": "false"}
    report = verified({"It": ("Custom::BedrockDataRetention", "id", claim)})["It"]
    assert [each.path for each in report.differences] == paths
    assert [each.path for each in report.not_compared] == ["bedrock-mantle"]
