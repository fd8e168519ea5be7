"""The types of a DNS firewall, created from the construct's own template and removed again."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from secure_bedrock import DnsFirewall


@pytest.fixture(scope="module")
def template(feature_flags):
    """A VPC with a firewall, as CloudFormation gets it."""
    synthesizer = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    scope = cdk.Stack(cdk.App(context=feature_flags), "Firewalled", synthesizer=synthesizer)
    resource = ec2.CfnVPC(scope, "Vpc", cidr_block="10.0.0.0/16")
    vpc = ec2.Vpc.from_vpc_attributes(
        scope, "Attributes", vpc_id=resource.ref, availability_zones=["a"]
    )
    DnsFirewall(
        scope,
        "Dns",
        vpc=vpc,
        allowed_domains=["corp.example"],
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    return cdk.assertions.Template.from_stack(scope).to_json()


@pytest.fixture(scope="module")
def deployed(new_stack, template):
    return deploy(new_stack(), template)


def deploy(stack, template):
    mappings = {"Mappings": template["Mappings"]}
    assert stack.create(template["Resources"], **mappings) == "CREATE_COMPLETE", stack.reasons()
    return stack


def only(found):
    (one,) = found
    return one


def test_domain_lists_hold_the_names_of_the_partition_and_of_the_user(deployed, aws):
    client, names = aws("route53resolver"), {}
    for summary in deployed.cloudformation.list_stack_resources(StackName=deployed.id)[
        "StackResourceSummaries"
    ]:
        if summary["ResourceType"].endswith("FirewallDomainList"):
            listed = client.list_firewall_domains(
                FirewallDomainListId=summary["PhysicalResourceId"]
            )
            names[summary["LogicalResourceId"]] = listed["Domains"]
    assert sorted(names.values()) == [
        ["*"],
        ["*.amazonaws.com", "*.api.aws"],
        ["*.compute.internal", "*.ec2.internal"],
        ["corp.example"],
    ]


def test_rules_block_what_is_left(deployed, aws, template):
    group = only(k for k, r in template["Resources"].items() if r["Type"].endswith("RuleGroup"))
    rules = aws("route53resolver").list_firewall_rules(
        FirewallRuleGroupId=deployed.physical_id(group)
    )["FirewallRules"]
    actions = [rule["Action"] for rule in sorted(rules, key=lambda rule: rule["Priority"])]
    assert actions == ["ALLOW", "ALLOW", "ALLOW", "BLOCK"]


def test_queries_are_logged_to_the_group(deployed, aws, template):
    config = only(k for k, r in template["Resources"].items() if r["Type"].endswith("gingConfig"))
    found = aws("route53resolver").get_resolver_query_log_config(
        ResolverQueryLogConfigId=deployed.physical_id(config)
    )["ResolverQueryLogConfig"]
    group = only(k for k, r in template["Resources"].items() if r["Type"].endswith("LogGroup"))
    assert found["DestinationArn"].endswith(f":log-group:{deployed.physical_id(group)}:*")


def test_everything_goes_away_again(stack, template):
    deploy(stack, template)
    assert stack.delete() == "DELETE_COMPLETE", stack.reasons()


def test_a_list_in_use_and_a_priority_that_is_taken_are_refused(deployed, aws, template):
    client = aws("route53resolver")
    kinds = {r["Type"].rpartition("::")[2]: k for k, r in template["Resources"].items()}
    own = deployed.physical_id(kinds["FirewallDomainList"])
    with pytest.raises(client.exceptions.ConflictException, match="is in use"):
        client.delete_firewall_domain_list(FirewallDomainListId=own)
    with pytest.raises(client.exceptions.ConflictException, match="Priority 101 is taken"):
        client.associate_firewall_rule_group(
            CreatorRequestId="again",
            FirewallRuleGroupId=deployed.physical_id(kinds["FirewallRuleGroup"]),
            VpcId=deployed.physical_id("Vpc"),
            Priority=101,
            Name="again",
        )
