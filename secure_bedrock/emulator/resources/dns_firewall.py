"""Route 53 Resolver: DNS Firewall and query logging."""

from secure_bedrock.emulator.resources.declaration import Part, ResourceType, call, get

_SERVICE = "route53resolver"

_LIST = ResourceType(
    name="AWS::Route53Resolver::FirewallDomainList",
    service=_SERVICE,
    name_property="Name",
    name_length=64,
    create=call("create_firewall_domain_list", CreatorRequestId="$generated_name", Name="$name"),
    id="$created.FirewallDomainList.Id",
    delete=call("delete_firewall_domain_list", FirewallDomainListId="$id"),
    parts=(
        Part(
            property="Domains",
            set=call(
                "update_firewall_domains",
                FirewallDomainListId="$id",
                Operation="REPLACE",
                Domains="$Domains",
            ),
            read=get(
                "list_firewall_domains",
                "{Domains: Domains, Operation: 'REPLACE'}",
                FirewallDomainListId="$id",
            ),
        ),
    ),
    reads=(get("get_firewall_domain_list", "FirewallDomainList", FirewallDomainListId="$id"),),
    attributes={"Id": "$id", "Arn": "$read.Arn"},
    note="Filters nothing.",
)

_GROUP = ResourceType(
    name="AWS::Route53Resolver::FirewallRuleGroup",
    service=_SERVICE,
    name_property="Name",
    name_length=64,
    create=call("create_firewall_rule_group", CreatorRequestId="$generated_name", Name="$name"),
    id="$created.FirewallRuleGroup.Id",
    delete=call("delete_firewall_rule_group", FirewallRuleGroupId="$id"),
    parts=(
        Part(
            property="FirewallRules",
            each=True,
            with_resource=False,
            set=call(
                "create_firewall_rule",
                CreatorRequestId="$generated_name",
                FirewallRuleGroupId="$id",
                FirewallDomainListId="$item.FirewallDomainListId",
                Priority="$item.Priority",
                Action="$item.Action",
                BlockResponse="$item.BlockResponse",
                FirewallDomainRedirectionAction="$item.FirewallDomainRedirectionAction",
                Name="rule-${item.Priority}",
            ),
            clear=call(
                "delete_firewall_rule",
                FirewallRuleGroupId="$id",
                FirewallDomainListId="$item.FirewallDomainListId",
            ),
            read=get("list_firewall_rules", "FirewallRules", FirewallRuleGroupId="$id"),
        ),
    ),
    reads=(get("get_firewall_rule_group", "FirewallRuleGroup", FirewallRuleGroupId="$id"),),
    attributes={"Id": "$id", "Arn": "$read.Arn"},
    note="Filters nothing; rules over domain lists only.",
)

_ASSOCIATION = ResourceType(
    name="AWS::Route53Resolver::FirewallRuleGroupAssociation",
    service=_SERVICE,
    name_property="Name",
    name_length=64,
    create=call(
        "associate_firewall_rule_group",
        CreatorRequestId="$generated_name",
        FirewallRuleGroupId="$FirewallRuleGroupId",
        VpcId="$VpcId",
        Priority="$Priority",
        Name="$name",
    ),
    id="$created.FirewallRuleGroupAssociation.Id",
    delete=call("disassociate_firewall_rule_group", FirewallRuleGroupAssociationId="$id"),
    reads=(
        get(
            "get_firewall_rule_group_association",
            "FirewallRuleGroupAssociation",
            FirewallRuleGroupAssociationId="$id",
        ),
    ),
    attributes={"Id": "$id", "Arn": "$read.Arn"},
    note="Filters nothing.",
)

_LOG = ResourceType(
    name="AWS::Route53Resolver::ResolverQueryLoggingConfig",
    service=_SERVICE,
    name_property="Name",
    name_length=64,
    create=call(
        "create_resolver_query_log_config",
        CreatorRequestId="$generated_name",
        Name="$name",
        DestinationArn="$DestinationArn",
    ),
    id="$created.ResolverQueryLogConfig.Id",
    delete=call("delete_resolver_query_log_config", ResolverQueryLogConfigId="$id"),
    reads=(
        get(
            "get_resolver_query_log_config",
            "ResolverQueryLogConfig",
            ResolverQueryLogConfigId="$id",
        ),
    ),
    attributes={"Id": "$id", "Arn": "$read.Arn"},
    note="Nothing is logged.",
)

_LOG_ASSOCIATION = ResourceType(
    name="AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
    service=_SERVICE,
    create=call(
        "associate_resolver_query_log_config",
        ResolverQueryLogConfigId="$ResolverQueryLogConfigId",
        ResourceId="$ResourceId",
    ),
    id="$created.ResolverQueryLogConfigAssociation.Id",
    delete=call(
        "disassociate_resolver_query_log_config",
        ResolverQueryLogConfigId="$ResolverQueryLogConfigId",
        ResourceId="$ResourceId",
    ),
    reads=(
        get(
            "get_resolver_query_log_config_association",
            "ResolverQueryLogConfigAssociation",
            ResolverQueryLogConfigAssociationId="$id",
        ),
    ),
    attributes={"Id": "$id"},
)

TYPES = (_LIST, _GROUP, _ASSOCIATION, _LOG, _LOG_ASSOCIATION)
