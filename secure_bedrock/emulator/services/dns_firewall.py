"""DNS Firewall of Route 53 Resolver: lists, rules and associations. Nothing is filtered."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from secure_bedrock.emulator.services.dispatch import Call, error, operation

_DOMAIN = re.compile(r"\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
_LISTS, _GROUPS, _ASSOCIATIONS = "domain lists", "rule groups", "rule group associations"
_LOWEST, _HIGHEST = 101, 9899


@operation("route53resolver", "CreateFirewallDomainList")
def create_list(call: Call) -> Mapping[str, Any]:
    """An empty list."""
    made = _new(call, _LISTS, "rslvr-fdl-", "firewall-domain-list", Domains=[])
    return {"FirewallDomainList": _without(made, "Domains")}


@operation("route53resolver", "UpdateFirewallDomains")
def update_domains(call: Call) -> Mapping[str, Any]:
    """Replace the names of a list."""
    found = _one(call, _LISTS, call.params["FirewallDomainListId"])
    if call.params["Operation"] != "REPLACE":
        raise error("ValidationException", "Not emulated: to add or remove single domains")
    wrong = [name for name in call.params["Domains"] if not _DOMAIN.fullmatch(name)]
    if wrong:
        raise error("ValidationException", f"{wrong[0]} is not a domain specification")
    found["Domains"] = call.params["Domains"]
    return {"Id": found["Id"], "Name": found["Name"], "Status": "COMPLETE"}


@operation("route53resolver", "ListFirewallDomains")
def list_domains(call: Call) -> Mapping[str, Any]:
    """The names of a list."""
    return {"Domains": _one(call, _LISTS, call.params["FirewallDomainListId"])["Domains"]}


@operation("route53resolver", "GetFirewallDomainList", "DeleteFirewallDomainList")
def get_or_delete_list(call: Call) -> Mapping[str, Any]:
    """Read a list; forget it when it is to be deleted and no rule uses it."""
    found = _one(call, _LISTS, call.params["FirewallDomainListId"])
    if call.operation.startswith("Delete"):
        rules = [rule for group in call.table(_GROUPS).values() for rule in group["Rules"]]
        _refuse_use(found["Id"], (rule["FirewallDomainListId"] for rule in rules))
        del call.table(_LISTS)[found["Id"]]
    return {"FirewallDomainList": _without(found, "Domains")}


@operation("route53resolver", "CreateFirewallRuleGroup")
def create_group(call: Call) -> Mapping[str, Any]:
    """A group without rules."""
    made = _new(call, _GROUPS, "rslvr-frg-", "firewall-rule-group", Rules=[])
    return {"FirewallRuleGroup": _without(made, "Rules")}


@operation("route53resolver", "GetFirewallRuleGroup", "DeleteFirewallRuleGroup")
def get_or_delete_group(call: Call) -> Mapping[str, Any]:
    """Read a group; forget it when it is to be deleted and no VPC uses it."""
    found = _one(call, _GROUPS, call.params["FirewallRuleGroupId"])
    if call.operation.startswith("Delete"):
        links = call.table(_ASSOCIATIONS).values()
        _refuse_use(found["Id"], (link["FirewallRuleGroupId"] for link in links))
        del call.table(_GROUPS)[found["Id"]]
    return {"FirewallRuleGroup": _without(found, "Rules")}


@operation("route53resolver", "CreateFirewallRule")
def create_rule(call: Call) -> Mapping[str, Any]:
    """A rule over a list; each list and each priority once in a group."""
    group = _one(call, _GROUPS, call.params["FirewallRuleGroupId"])
    _one(call, _LISTS, call.params["FirewallDomainListId"])
    for name in ("Priority", "FirewallDomainListId"):
        if any(rule[name] == call.params[name] for rule in group["Rules"]):
            raise error("ConflictException", f"{name} {call.params[name]} is taken in the group")
    if (call.params["Action"] == "BLOCK") is not ("BlockResponse" in call.params):
        raise error("ValidationException", "BlockResponse belongs to a rule that blocks")
    group["Rules"].append(dict(call.params))
    return {"FirewallRule": call.params}


@operation("route53resolver", "ListFirewallRules")
def list_rules(call: Call) -> Mapping[str, Any]:
    """The rules of a group."""
    return {"FirewallRules": _one(call, _GROUPS, call.params["FirewallRuleGroupId"])["Rules"]}


@operation("route53resolver", "DeleteFirewallRule")
def delete_rule(call: Call) -> Mapping[str, Any]:
    """Take a rule out of its group."""
    rules = _one(call, _GROUPS, call.params["FirewallRuleGroupId"])["Rules"]
    for rule in rules:
        if rule["FirewallDomainListId"] == call.params["FirewallDomainListId"]:
            rules.remove(rule)
            return {"FirewallRule": rule}
    raise error("ResourceNotFoundException", "The group has no rule over that list")


@operation("route53resolver", "AssociateFirewallRuleGroup")
def associate(call: Call) -> Mapping[str, Any]:
    """A group for a VPC; each priority once in a VPC."""
    _one(call, _GROUPS, call.params["FirewallRuleGroupId"])
    priority, vpc = call.params["Priority"], call.params["VpcId"]
    if not _LOWEST <= priority <= _HIGHEST:
        raise error("ValidationException", f"Priority {priority} is not within 101 and 9899")
    links = call.table(_ASSOCIATIONS).values()
    if any((link["VpcId"], link["Priority"]) == (vpc, priority) for link in links):
        raise error("ConflictException", f"Priority {priority} is taken in {vpc}")
    made = _new(call, _ASSOCIATIONS, "rslvr-frgassoc-", "firewall-rule-group-association")
    return {"FirewallRuleGroupAssociation": made}


@operation("route53resolver", "GetFirewallRuleGroupAssociation", "DisassociateFirewallRuleGroup")
def get_or_disassociate(call: Call) -> Mapping[str, Any]:
    """Read an association; forget it when it is to end."""
    found = _one(call, _ASSOCIATIONS, call.params["FirewallRuleGroupAssociationId"])
    if call.operation.startswith("Disassociate"):
        del call.table(_ASSOCIATIONS)[found["Id"]]
    return {"FirewallRuleGroupAssociation": found}


def _new(call: Call, table: str, prefix: str, kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as JSON is
    own = f"{prefix}{uuid4().hex[:16]}"
    made = {
        **call.params,
        "Id": own,
        "Arn": call.arn(f"{kind}/{own}"),
        "Status": "COMPLETE",
        **more,
    }
    call.table(table)[own] = made
    return made


def _one(call: Call, table: str, own: str) -> dict[str, Any]:
    if own not in call.table(table):
        raise error("ResourceNotFoundException", f"{own} does not exist")
    found: dict[str, Any] = call.table(table)[own]
    return found


def _refuse_use(own: str, used: Iterable[str]) -> None:
    if own in set(used):
        raise error("ConflictException", f"{own} is in use")


def _without(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != name}
