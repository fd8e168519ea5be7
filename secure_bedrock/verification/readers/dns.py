"""Route 53 Resolver: DNS Firewall and query logging."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick
from secure_bedrock.verification.reading import Deployed, Reading, reader

_SERVICE = "route53resolver"


@reader("AWS::Route53Resolver::FirewallDomainList")
def read_domain_list(aws: Aws, wanted: Deployed) -> Reading:
    """The names on a list."""
    client = aws.client(_SERVICE)
    found = client.get_firewall_domain_list(FirewallDomainListId=wanted.id)["FirewallDomainList"]
    domains = aws.pages(
        _SERVICE, "list_firewall_domains", "Domains", FirewallDomainListId=wanted.id
    )
    # Route 53 gives names back with the dot of the root, whether or not they were written so.
    claimed = wanted.claim.get("Domains", [])
    return Reading(
        properties={"Domains": sorted(_plain(each) for each in domains)},
        if_claimed={"Name": found["Name"]},
        attributes={"Id": found["Id"], "Arn": found["Arn"]},
        claim={"Domains": sorted(_plain(str(each)) for each in claimed)},
    )


@reader("AWS::Route53Resolver::FirewallRuleGroup")
def read_rule_group(aws: Aws, wanted: Deployed) -> Reading:
    """The rules of a group, by priority."""
    client = aws.client(_SERVICE)
    found = client.get_firewall_rule_group(FirewallRuleGroupId=wanted.id)["FirewallRuleGroup"]
    rules = aws.pages(
        _SERVICE, "list_firewall_rules", "FirewallRules", FirewallRuleGroupId=wanted.id
    )
    named = {name for rule in wanted.claim.get("FirewallRules", []) for name in rule}
    return Reading(
        properties={"FirewallRules": [pick(rule, *sorted(named)) for rule in rules]},
        if_claimed={"Name": found["Name"]},
        attributes={"Id": found["Id"], "Arn": found["Arn"]},
    )


@reader("AWS::Route53Resolver::FirewallRuleGroupAssociation")
def read_association(aws: Aws, wanted: Deployed) -> Reading:
    """Which rules filter which VPC."""
    found = aws.client(_SERVICE).get_firewall_rule_group_association(
        FirewallRuleGroupAssociationId=wanted.id
    )["FirewallRuleGroupAssociation"]
    return Reading(
        properties=pick(found, "FirewallRuleGroupId", "Priority", "VpcId"),
        if_claimed=pick(found, "MutationProtection", "Name"),
        attributes={"Id": found["Id"], "Arn": found["Arn"]},
    )


@reader("AWS::Route53Resolver::ResolverQueryLoggingConfig")
def read_query_log(aws: Aws, wanted: Deployed) -> Reading:
    """Where DNS queries are logged."""
    found = aws.client(_SERVICE).get_resolver_query_log_config(ResolverQueryLogConfigId=wanted.id)[
        "ResolverQueryLogConfig"
    ]
    return Reading(
        properties=pick(found, "DestinationArn"),
        if_claimed=pick(found, "Name"),
        attributes={"Id": found["Id"], "Arn": found["Arn"]},
    )


@reader("AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation")
def read_query_log_association(aws: Aws, wanted: Deployed) -> Reading:
    """Whose DNS queries are logged."""
    found = aws.client(_SERVICE).get_resolver_query_log_config_association(
        ResolverQueryLogConfigAssociationId=wanted.id
    )["ResolverQueryLogConfigAssociation"]
    return Reading(properties=pick(found, "ResolverQueryLogConfigId", "ResourceId"))


def _plain(domain: str) -> str:
    return domain.removesuffix(".") or "."
