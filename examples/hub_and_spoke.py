"""Bedrock's endpoints in one account, used from another account and from another Region.

Stacks of different accounts cannot refer to each other: what one puts out, the next is told. So it
is deployed in three steps, each with the outputs of the step before as context:

    cdk deploy Hub
    cdk deploy Spoke Faraway -c vpc=... -c gateway=... -c runtime=ZONE:NAME -c role=...
    cdk deploy Hub -c attachment=... -c peering=...   (and those of the step before)
"""

import aws_cdk as cdk

from secure_bedrock import (
    BedrockHub,
    BedrockSpoke,
    EndpointAccess,
    EndpointAddress,
    EndpointService,
    HubExports,
    HubTransitGateway,
    InferenceProfile,
    IsolatedVpc,
    PeeringAcceptorRole,
    PeeringRoutes,
    ShareWith,
    SpokeConnection,
    SpokeNames,
    TransitGatewayAdmission,
)

HUB_RANGE, SPOKE_RANGE, FARAWAY_RANGE = "10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"
SERVICES = [EndpointService.BEDROCK_RUNTIME, EndpointService.LOGS]

app = cdk.App()


def given(name: str, default: str = "") -> str:
    """What a step before put out."""
    return str(app.node.try_get_context(name) or default)


hub_account = given("hub", "111122223333")
spoke_account = given("spoke", "444455556666")
ireland = cdk.Environment(account=hub_account, region="eu-west-1")

hub_stack = cdk.Stack(app, "Hub", env=ireland)
network = IsolatedVpc(hub_stack, "Network", address_range=HUB_RANGE)
hub = BedrockHub(
    hub_stack,
    "Bedrock",
    vpc=network.vpc,
    address_range=HUB_RANGE,
    models=[InferenceProfile("eu.amazon.nova-lite-v1:0")],
    admitted_ranges=[SPOKE_RANGE, FARAWAY_RANGE],
    services=SERVICES,
    access=EndpointAccess(accounts=[hub_account, spoke_account]),
)
hub.publish("bedrock-hub")
transit = HubTransitGateway(
    hub_stack,
    "Transit",
    vpc=network.vpc,
    address_range=HUB_RANGE,
    spokes={"Spoke": SPOKE_RANGE},
    share_with=ShareWith(accounts=[spoke_account]),
)
accepts = PeeringAcceptorRole(
    hub_stack, "Accepts", vpc_id=network.vpc.vpc_id, requester_account=spoke_account
)
cdk.CfnOutput(hub_stack, "Gateway", value=transit.transit_gateway_id)
cdk.CfnOutput(hub_stack, "Role", value=accepts.role_arn)

if given("attachment"):
    TransitGatewayAdmission(
        hub_stack,
        "SpokeAdmission",
        spoke_route_table_id=transit.spoke_route_table_id,
        hub_route_table_id=transit.hub_route_table_id,
        attachment_id=given("attachment"),
        address_range=SPOKE_RANGE,
    )
    PeeringRoutes(
        hub_stack,
        "FarawayRoutes",
        vpc=network.vpc,
        peering_id=given("peering"),
        peer_range=FARAWAY_RANGE,
    )

if given("vpc"):
    known = HubExports(
        account=hub_account,
        region="eu-west-1",
        address_range=HUB_RANGE,
        vpc_id=given("vpc"),
        transit_gateway_id=given("gateway"),
        peering_role_arn=given("role"),
        endpoints={EndpointService.BEDROCK_RUNTIME: EndpointAddress.parse(given("runtime"))},
    )
    for name, address_range, region, connection in (
        ("Spoke", SPOKE_RANGE, "eu-west-1", SpokeConnection.TRANSIT_GATEWAY),
        ("Faraway", FARAWAY_RANGE, "eu-central-1", SpokeConnection.PEERING),
    ):
        stack = cdk.Stack(app, name, env=cdk.Environment(account=spoke_account, region=region))
        own = IsolatedVpc(stack, "Network", address_range=address_range)
        spoke = BedrockSpoke(
            stack,
            "Bedrock",
            vpc=own.vpc,
            address_range=address_range,
            hub=known,
            connection=connection,
            names=SpokeNames.OWN_ZONES,
        )
        cdk.CfnOutput(stack, "Connection", value=spoke.connection_id)

app.synth()
