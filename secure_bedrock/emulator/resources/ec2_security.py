"""Amazon EC2: security groups, endpoints, flow logs."""

from secure_bedrock.emulator.resources.declaration import Part, ResourceType, call, get, put
from secure_bedrock.emulator.resources.tagging import EC2
from secure_bedrock.emulator.values import Json, Members

_EVERYWHERE = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def _permission(origin: str, peer: str) -> list[Members]:
    return [
        {
            "IpProtocol": f"{origin}IpProtocol",
            "FromPort": f"{origin}FromPort",
            "ToPort": f"{origin}ToPort",
            "IpRanges": [{"CidrIp!": f"{origin}CidrIp", "Description": f"{origin}Description"}],
            "Ipv6Ranges": [
                {"CidrIpv6!": f"{origin}CidrIpv6", "Description": f"{origin}Description"}
            ],
            "PrefixListIds": [
                {
                    "PrefixListId!": f"{origin}{peer}PrefixListId",
                    "Description": f"{origin}Description",
                }
            ],
            "UserIdGroupPairs": [
                {
                    "GroupId!": f"{origin}{peer}SecurityGroupId",
                    "Description": f"{origin}Description",
                }
            ],
        }
    ]


def _inline(property_name: str, direction: str, peer: str) -> Part:
    which: Members = {"GroupId": "$id", "IpPermissions": _permission("$item.", peer)}
    suffix = "Egress" if direction == "egress" else ""
    return Part(
        property=property_name,
        each=True,
        set=call(f"authorize_security_group_{direction}", **which),
        clear=call(f"revoke_security_group_{direction}", **which),
        read=_rules(f"IpPermissions{suffix}", "$id"),
    )


def _rules(member: str, group: Json) -> Json:
    return get(
        "describe_security_groups",
        f"SecurityGroups[0].{{IpPermissions: {member}}}",
        GroupIds=[group],
    )


def _rule(name: str, direction: str, peer: str) -> ResourceType:
    suffix = "Egress" if direction == "egress" else ""
    return ResourceType(
        name=name,
        service="ec2",
        create=call(
            f"authorize_security_group_{direction}",
            GroupId="$GroupId",
            IpPermissions=_permission("$", peer),
        ),
        id="$created.SecurityGroupRules[0].SecurityGroupRuleId",
        delete=call(
            f"revoke_security_group_{direction}",
            GroupId="$GroupId",
            SecurityGroupRuleIds=["$id"],
        ),
        reads=(
            _rules(f"IpPermissions{suffix}", "$GroupId"),
            get(
                "describe_security_group_rules",
                "SecurityGroupRules[0]",
                SecurityGroupRuleIds=["$id"],
            ),
        ),
        attributes={"Id": "$id"},
    )


_GROUP = ResourceType(
    name="AWS::EC2::SecurityGroup",
    service="ec2",
    name_property="GroupName",
    name_length=255,
    create=call(
        "create_security_group", GroupName="$name", Description="$GroupDescription", VpcId="$VpcId"
    ),
    id="$created.GroupId",
    delete=call("delete_security_group", GroupId="$id"),
    parts=(
        Part(
            property="SecurityGroupEgress",
            set=call("revoke_security_group_egress", GroupId="$id", IpPermissions=_EVERYWHERE),
            clear=call("authorize_security_group_egress", GroupId="$id", IpPermissions=_EVERYWHERE),
        ),
        _inline("SecurityGroupEgress", "egress", "Destination"),
        _inline("SecurityGroupIngress", "ingress", "Source"),
    ),
    reads=(get("describe_security_groups", "SecurityGroups[0]", GroupIds=["$id"]),),
    attributes={"Id": "$id"},
    tagging=EC2,
)


def _member(property_name: str, api: str, read: str) -> Part:
    name = api.removesuffix("s")
    return Part(
        property=property_name,
        each=True,
        created=True,
        set=call("modify_vpc_endpoint", VpcEndpointId="$id", **{f"Add{name}s": ["$item"]}),
        clear=call("modify_vpc_endpoint", VpcEndpointId="$id", **{f"Remove{name}s": ["$item"]}),
        read=get(
            "describe_vpc_endpoints",
            f"VpcEndpoints[0].{{Add{name}s: {read}}}",
            VpcEndpointIds=["$id"],
        ),
    )


_ENDPOINT = ResourceType(
    name="AWS::EC2::VPCEndpoint",
    service="ec2",
    create=put(
        "create_vpc_endpoint",
        SubnetIds="$SubnetIds",
        SecurityGroupIds="$SecurityGroupIds",
        RouteTableIds="$RouteTableIds",
    ),
    id="$created.VpcEndpoint.VpcEndpointId",
    update=put("modify_vpc_endpoint", VpcEndpointId="$id"),
    delete=call("delete_vpc_endpoints", VpcEndpointIds=["$id"]),
    parts=(
        _member("SubnetIds", "SubnetIds", "SubnetIds"),
        _member("SecurityGroupIds", "SecurityGroupIds", "Groups[].GroupId"),
        _member("RouteTableIds", "RouteTableIds", "RouteTableIds"),
    ),
    reads=(get("describe_vpc_endpoints", "VpcEndpoints[0]", VpcEndpointIds=["$id"]),),
    read_as={"SecurityGroupIds": "Groups[].GroupId"},
    attributes={
        "Id": "$id",
        "DnsEntries": "$read.DnsEntries[].join(':', [HostedZoneId, DnsName])",
    },
    tagging=EC2,
    note="Endpoint policies are kept, not enforced.",
)

_FLOW_LOG = ResourceType(
    name="AWS::EC2::FlowLog",
    service="ec2",
    create=put("create_flow_logs", ResourceIds=["$ResourceId"]),
    id="$created.FlowLogIds[0]",
    delete=call("delete_flow_logs", FlowLogIds=["$id"]),
    reads=(get("describe_flow_logs", "FlowLogs[0]", FlowLogIds=["$id"]),),
    read_as={"ResourceIds": "[ResourceId]"},
    unread=frozenset({"ResourceType"}),
    attributes={"Id": "$id"},
    tagging=EC2,
    note="Nothing is logged.",
)

TYPES = (
    _GROUP,
    _rule("AWS::EC2::SecurityGroupIngress", "ingress", "Source"),
    _rule("AWS::EC2::SecurityGroupEgress", "egress", "Destination"),
    _ENDPOINT,
    _FLOW_LOG,
)
