"""A VPC in which only the names of AWS exist."""

import re
from collections.abc import Sequence

from aws_cdk import Aws, CfnMapping, RemovalPolicy, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53resolver as resolver
from constructs import Construct

from secure_bedrock.catalog.dns_names import HOST_NAMES, SERVICE_NAMES
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.network.dns_query_log import DnsQueryLog

_DOMAIN = re.compile(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+\.?")
_LONGEST = 255
_LOWEST, _HIGHEST = 101, 9899


class DnsFirewall(Construct):
    """Blocks every DNS query of a VPC except for names of AWS, and those that you name.

    It protects against data that leaves in DNS queries: a subnet without any route still resolves
    names, and the name server of ``SECRET.attacker.example`` reads what is asked. When the firewall
    itself fails, queries fail (AWS's default for a VPC, which CloudFormation cannot set: leave it).

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC.
        allowed_domains: Further names, such as ``corp.example`` or ``*.corp.example``, among them
            those of your private hosted zones: the firewall asks about these, too. Default: none.
        priority: Place among the VPC's rule groups, 101 to 9,899; the lowest goes first. Default:
            101.
        encryption_key: Encrypts the query logs. Default: a new key, rotated every year.
        retention: How long query logs are kept. Default: one year.
        removal_policy: What happens to query logs and the new key when they leave the template.
            Default: they stay.

    Attributes:
        query_log: Records every query, with what the firewall did about it.

    Raises:
        ValueError: A name that is none, or that stands for a whole top-level domain; a priority
            outside its limits.

    Sources: Amazon Route 53 Developer Guide, "Using DNS Firewall to filter outbound DNS traffic",
    "Managing your own domain lists" and "DNS Firewall VPC configuration".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        allowed_domains: Sequence[str] = (),
        priority: int = _LOWEST,
        encryption_key: kms.IKey | None = None,
        retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        self._check(allowed_domains, priority)
        lists = [self._aws_names(), self._list("HostNames", HOST_NAMES)]
        if allowed_domains:
            lists.append(self._list("YourNames", allowed_domains))
        group = self._rules(lists)
        resolver.CfnFirewallRuleGroupAssociation(
            self,
            "Association",
            firewall_rule_group_id=group.attr_id,
            priority=priority,
            vpc_id=vpc.vpc_id,
        )
        self.query_log = DnsQueryLog(
            self,
            "QueryLog",
            vpc=vpc,
            encryption_key=encryption_key or self._new_key(removal_policy),
            retention=retention,
            removal_policy=removal_policy,
        )

    def _aws_names(self) -> resolver.CfnFirewallDomainList:
        """The names of the partition that the stack is deployed to."""
        names = CfnMapping(
            self,
            "Partitions",
            mapping={partition: {"Names": list(of)} for partition, of in SERVICE_NAMES.items()},
        )
        return self._list("AwsNames", Token.as_list(names.find_in_map(Aws.PARTITION, "Names")))

    def _list(self, id: str, domains: Sequence[str]) -> resolver.CfnFirewallDomainList:
        return resolver.CfnFirewallDomainList(self, id, domains=list(domains))

    def _rules(
        self, allowed: Sequence[resolver.CfnFirewallDomainList]
    ) -> resolver.CfnFirewallRuleGroup:
        rule = resolver.CfnFirewallRuleGroup.FirewallRuleProperty
        last = self._list("EveryName", ["*"])
        return resolver.CfnFirewallRuleGroup(
            self,
            "RuleGroup",
            firewall_rules=[
                *(
                    rule(
                        action="ALLOW",
                        priority=100 * number,
                        firewall_domain_list_id=each.attr_id,
                        firewall_domain_redirection_action="INSPECT_REDIRECTION_DOMAIN",
                    )
                    for number, each in enumerate(allowed, start=1)
                ),
                rule(
                    action="BLOCK",
                    block_response="NODATA",
                    priority=1000,
                    firewall_domain_list_id=last.attr_id,
                ),
            ],
        )

    def _new_key(self, removal_policy: RemovalPolicy) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            description=f"DNS query logs of {self.node.path}",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )

    def _check(self, domains: Sequence[str], priority: int) -> None:
        if not _LOWEST <= priority <= _HIGHEST:
            raise ValueError(
                f"{self.node.path}: priority is {priority}: use {_LOWEST} to {_HIGHEST:,}"
            )
        for domain in domains:
            if unresolved(domain):
                continue
            if len(domain) > _LONGEST or not _DOMAIN.fullmatch(domain):
                raise ValueError(
                    f"{self.node.path}: {domain!r} is no name that can be allowed: write a domain "
                    f"such as corp.example or *.corp.example, at most {_LONGEST} characters"
                )
