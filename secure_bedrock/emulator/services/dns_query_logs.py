"""Route 53 Resolver query logging: configurations and associations, kept. Nothing is logged."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from secure_bedrock.emulator.services.dispatch import Call, error, operation

_CONFIGS, _LINKS = "query log configs", "query log associations"


@operation("route53resolver", "CreateResolverQueryLogConfig")
def create(call: Call) -> Mapping[str, Any]:
    """A configuration for one destination."""
    own = f"rqlc-{uuid4().hex[:16]}"
    arn = call.arn(f"resolver-query-log-config/{own}")
    made = {**call.params, "Id": own, "Arn": arn, "Status": "CREATED"}
    call.table(_CONFIGS)[own] = made
    return {"ResolverQueryLogConfig": made}


@operation("route53resolver", "GetResolverQueryLogConfig", "DeleteResolverQueryLogConfig")
def get_or_delete(call: Call) -> Mapping[str, Any]:
    """Read it; forget it when it is to be deleted and no VPC uses it."""
    own = call.params["ResolverQueryLogConfigId"]
    found = _one(call, _CONFIGS, own)
    if call.operation.startswith("Delete"):
        if any(link["ResolverQueryLogConfigId"] == own for link in call.table(_LINKS).values()):
            raise error("InvalidRequestException", f"{own} is in use")
        del call.table(_CONFIGS)[own]
    return {"ResolverQueryLogConfig": found}


@operation("route53resolver", "AssociateResolverQueryLogConfig")
def associate(call: Call) -> Mapping[str, Any]:
    """Log the queries of a VPC, once for each configuration."""
    _one(call, _CONFIGS, call.params["ResolverQueryLogConfigId"])
    if call.params in [
        {name: link[name] for name in call.params} for link in call.table(_LINKS).values()
    ]:
        raise error("ResourceExistsException", "The VPC has the configuration already")
    own = f"rqlca-{uuid4().hex[:16]}"
    call.table(_LINKS)[own] = made = {**call.params, "Id": own, "Status": "ACTIVE"}
    return {"ResolverQueryLogConfigAssociation": made}


@operation("route53resolver", "GetResolverQueryLogConfigAssociation")
def get_association(call: Call) -> Mapping[str, Any]:
    """Read an association."""
    found = _one(call, _LINKS, call.params["ResolverQueryLogConfigAssociationId"])
    return {"ResolverQueryLogConfigAssociation": found}


@operation("route53resolver", "DisassociateResolverQueryLogConfig")
def disassociate(call: Call) -> Mapping[str, Any]:
    """End an association."""
    for own, link in call.table(_LINKS).items():
        if all(link[name] == value for name, value in call.params.items()):
            del call.table(_LINKS)[own]
            return {"ResolverQueryLogConfigAssociation": link}
    raise error("ResourceNotFoundException", "The VPC does not have the configuration")


def _one(call: Call, table: str, own: str) -> dict[str, Any]:
    if own not in call.table(table):
        raise error("ResourceNotFoundException", f"{own} does not exist")
    found: dict[str, Any] = call.table(table)[own]
    return found
