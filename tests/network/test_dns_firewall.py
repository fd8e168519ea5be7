import aws_cdk as cdk
import pytest

from secure_bedrock import DnsFirewall
from secure_bedrock.catalog.dns_names import SERVICE_NAMES
from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.rules import Profile
from secure_bedrock.testing import assert_secure

RESOLVER = "AWS::Route53Resolver::"


@pytest.fixture
def firewall(env_stack, existing_vpc):
    def build(**properties):
        return DnsFirewall(env_stack, "Firewall", vpc=existing_vpc, **properties)

    return build


@pytest.fixture
def answers(resources):
    """What the rules do about a name: an own reading of AWS's documented matching."""

    def ask(construct, name):
        stack = cdk.Stack.of(construct)
        lists = resources(stack, f"{RESOLVER}FirewallDomainList")
        (group,) = resources(stack, f"{RESOLVER}FirewallRuleGroup").values()
        for rule in sorted(group["Properties"]["FirewallRules"], key=lambda r: r["Priority"]):
            domains = lists[rule["FirewallDomainListId"]["Fn::GetAtt"][0]]["Properties"]["Domains"]
            if isinstance(domains, dict):
                assert domains["Fn::FindInMap"][1:] == [{"Ref": "AWS::Partition"}, "Names"]
                domains = SERVICE_NAMES["aws"]
            if any(matches(domain, name) for domain in domains):
                return rule["Action"]
        return "no rule"

    return ask


def matches(domain, name):
    if domain.startswith("*"):
        return name.endswith(domain[1:])
    return name == domain


@pytest.mark.parametrize("service", EndpointService)
def test_names_of_every_endpoint_are_answered(firewall, answers, service):
    built = firewall()
    for name in service.private_names("eu-west-1"):
        assert answers(built, name.replace("*", "x")) == "ALLOW"


@pytest.mark.parametrize(
    "name",
    [
        "secret.attacker.example",
        "amazonaws.com.attacker.example",
        "xamazonaws.com",
        "1.0.0.10.in-addr.arpa",
    ],
)
def test_other_names_are_blocked(firewall, answers, name):
    assert answers(firewall(), name) == "BLOCK"


def test_host_names_of_the_vpc_are_answered(firewall, answers):
    assert answers(firewall(), "ip-10-0-0-1.eu-west-1.compute.internal") == "ALLOW"


def test_named_domains_are_answered_and_their_neighbours_are_not(firewall, answers):
    built = firewall(allowed_domains=["corp.example", "*.db.example"])
    assert answers(built, "corp.example") == answers(built, "a.db.example") == "ALLOW"
    assert answers(built, "x.corp.example") == answers(built, "db.example.org") == "BLOCK"


def test_mapping_has_the_names_of_every_partition(firewall):
    template = cdk.assertions.Template.from_stack(cdk.Stack.of(firewall())).to_json()
    (mapping,) = template["Mappings"].values()
    assert mapping == {name: {"Names": list(of)} for name, of in SERVICE_NAMES.items()}


def test_queries_are_logged_encrypted(firewall, resources):
    stack = cdk.Stack.of(firewall())
    (group_id,) = resources(stack, "AWS::Logs::LogGroup")
    (group,) = resources(stack, "AWS::Logs::LogGroup").values()
    (config,) = resources(stack, f"{RESOLVER}ResolverQueryLoggingConfig").values()
    assert config["Properties"]["DestinationArn"] == {"Fn::GetAtt": [group_id, "Arn"]}
    assert "KmsKeyId" in group["Properties"]
    (key,) = resources(stack, "AWS::KMS::Key").values()
    assert "CloudWatchLogs" in str(key["Properties"]["KeyPolicy"])


def test_logging_waits_for_its_permission(firewall, resources):
    stack = cdk.Stack.of(firewall())
    (policy,) = resources(stack, "AWS::Logs::ResourcePolicy")
    (config,) = resources(stack, f"{RESOLVER}ResolverQueryLoggingConfig").values()
    assert config["DependsOn"] == [policy]


def test_firewall_and_log_belong_to_the_given_vpc(firewall, resources):
    stack = cdk.Stack.of(firewall())
    (one,) = resources(stack, f"{RESOLVER}FirewallRuleGroupAssociation").values()
    (two,) = resources(stack, f"{RESOLVER}ResolverQueryLoggingConfigAssociation").values()
    assert one["Properties"]["VpcId"] == two["Properties"]["ResourceId"] == "vpc-0123456789abcdef0"


@pytest.mark.parametrize("domain", ["*", "*.com", "com", "", "a b.example", f"{'a.' * 130}example"])
def test_name_that_is_none_or_too_wide_is_refused(firewall, domain):
    with pytest.raises(ValueError, match=r"^Test/Firewall: '.* is no name that can be allowed"):
        firewall(allowed_domains=[domain])


@pytest.mark.parametrize("priority", [100, 9900])
def test_priority_outside_its_limits_is_refused(firewall, priority):
    with pytest.raises(ValueError, match=f"priority is {priority}: use 101 to 9,899"):
        firewall(priority=priority)


def test_defaults_are_clean(firewall):
    assert_secure(cdk.Stack.of(firewall()), profile=tuple(Profile))


def test_defaults(firewall, snapshot):
    assert cdk.assertions.Template.from_stack(cdk.Stack.of(firewall())).to_json() == snapshot
