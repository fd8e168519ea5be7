"""Amazon Route 53: private hosted zones and alias records. Its Resolver: inbound endpoints."""

from secure_bedrock.emulator.resources.declaration import Each, Part, ResourceType, call, get
from secure_bedrock.emulator.values import Members

_VPC: Members = {"VPCId": "$item.VPCId", "VPCRegion": "$item.VPCRegion"}

_ZONE = ResourceType(
    name="AWS::Route53::HostedZone",
    service="route53",
    create=call(
        "create_hosted_zone",
        Name="$Name",
        CallerReference="$generated_name",
        HostedZoneConfig={"PrivateZone": True},
    ),
    id="$created.HostedZone.Id",
    delete=call("delete_hosted_zone", Id="$id"),
    parts=(
        Part(
            property="VPCs",
            each=True,
            set=call("associate_vpc_with_hosted_zone", HostedZoneId="$id", VPC=_VPC),
            clear=call("disassociate_vpc_from_hosted_zone", HostedZoneId="$id", VPC=_VPC),
            read=get("get_hosted_zone", "VPCs[].{VPC: @}", Id="$id"),
        ),
    ),
    reads=(
        get(
            "get_hosted_zone",
            "[HostedZone][?Name=='${Name}.'] | [0].{Name: '${Name}', HostedZoneConfig: Config}",
            Id="$id",
        ),
    ),
    unread=frozenset({"CallerReference"}),
    attributes={"Id": "$id"},
    note="Private zones only, one without VPCs too; names are kept, and nothing is resolved.",
)


def _change(action: str) -> Members:
    record = {
        "Name": "$Name",
        "Type": "$Type",
        "AliasTarget": {
            "DNSName!": "$AliasTarget.DNSName",
            "HostedZoneId": "$AliasTarget.HostedZoneId",
            "EvaluateTargetHealth": "$AliasTarget.EvaluateTargetHealth",
        },
    }
    return {"Changes": [{"Action": action, "ResourceRecordSet": record}]}


_RECORD = ResourceType(
    name="AWS::Route53::RecordSet",
    service="route53",
    create=call(
        "change_resource_record_sets", HostedZoneId="$HostedZoneId", ChangeBatch=_change("CREATE")
    ),
    id="$Name",
    delete=call(
        "change_resource_record_sets", HostedZoneId="$HostedZoneId", ChangeBatch=_change("DELETE")
    ),
    reads=(
        get(
            "list_resource_record_sets",
            "ResourceRecordSets[?Name=='${Name}.' && Type=='${Type}'] | [0]"
            ".{Name: '${Name}', Type: Type, AliasTarget: AliasTarget}",
            HostedZoneId="$HostedZoneId",
        ),
    ),
    read_as={"ChangeBatch": "{Changes: [{Action: 'CREATE', ResourceRecordSet: @}]}"},
    unread=frozenset({"HostedZoneId"}),
    note="Alias records only.",
)

_RESOLVER = ResourceType(
    name="AWS::Route53Resolver::ResolverEndpoint",
    service="route53resolver",
    create=call(
        "create_resolver_endpoint",
        CreatorRequestId="$generated_name",
        Name="$Name",
        Direction="$Direction",
        SecurityGroupIds="$SecurityGroupIds",
        IpAddresses=Each("$IpAddresses", {"SubnetId": "$item.SubnetId"}),
    ),
    id="$created.ResolverEndpoint.Id",
    delete=call("delete_resolver_endpoint", ResolverEndpointId="$id"),
    reads=(
        get("get_resolver_endpoint", "ResolverEndpoint", ResolverEndpointId="$id"),
        get(
            "list_resolver_endpoint_ip_addresses",
            "{IpAddresses: IpAddresses}",
            ResolverEndpointId="$id",
        ),
    ),
    attributes={"ResolverEndpointId": "$id", "Arn": "$read.Arn"},
    note="Answers nobody.",
)

TYPES = (_ZONE, _RECORD, _RESOLVER)
