"""Synthesis fails when a subnet of a workload has a route out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import jsii
from aws_cdk import Annotations
from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IConstruct, IValidation

from secure_bedrock.network.routing import Routing, identities
from secure_bedrock.network.workload_subnets import workload_subnets

_UNKNOWN = "secure-bedrock:RoutesNotKnown"
_WORDS = 3


class NoWayOut(Construct):
    """Fails synthesis when a workload could send data out by another way than the endpoints.

    It protects against the route that somebody adds later: prompts and documents would leave
    through an internet gateway, an egress-only gateway, a NAT gateway or an instance that forwards,
    past every endpoint policy. A route of all public addresses to a transit gateway, a peering
    connection or another network counts, too. It makes no resources.

    Args:
        scope: Parent construct.
        id: Construct id.
        workloads: Where to look for functions, services, instances and endpoints of Amazon Bedrock.
            Default: the scope.
        subnets: Further subnets that are to have no way out.

    Raises:
        ValueError: At synthesis, one line for each route that leads out and is not acknowledged,
            and for each acknowledgement that acknowledges nothing.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        workloads: IConstruct | None = None,
        subnets: Sequence[ec2.ISubnet] = (),
    ) -> None:
        super().__init__(scope, id)
        self._acknowledged: list[ec2.ISubnet] = []
        self.node.add_validation(_Check(self, workloads or scope, subnets, self._acknowledged))

    def acknowledge(self, subnet: ec2.ISubnet, *, reason: str) -> None:
        """Let one subnet have its way out.

        Args:
            subnet: The subnet.
            reason: Why that is acceptable; it is written into the cloud assembly.
        """
        if len(reason.split()) < _WORDS:
            raise ValueError(
                f"{self.node.path}: the reason {reason!r} explains nothing: "
                f"write at least {_WORDS} words"
            )
        self._acknowledged.append(subnet)
        self.node.add_metadata("secure-bedrock:way-out", f"{subnet.node.path}: {reason}")


@jsii.implements(IValidation)
class _Check:
    def __init__(
        self,
        owner: Construct,
        workloads: IConstruct,
        subnets: Sequence[ec2.ISubnet],
        acknowledged: Sequence[ec2.ISubnet],
    ) -> None:
        self._owner = owner
        self._workloads = workloads
        self._subnets = subnets
        self._acknowledged = acknowledged

    def validate(self) -> list[str]:
        """What is wrong, if anything."""
        users = self._users()
        routing = Routing(self._owner.node.root)
        spared = dict.fromkeys(self._paths(self._acknowledged))
        self._say_what_is_not_known(routing, users)
        path = self._owner.node.path
        found = []
        for subnet, using in users.items():
            ways = routing.ways_out(subnet)
            if ways and subnet not in spared:
                found += [
                    f"{path}: {_short(subnet)}, where {using[0]} is, leads out through "
                    f"{way.through} ({_short(way.route)}, {way.destination}): remove the route, "
                    "use another subnet, or acknowledge it with a reason"
                    for way in ways
                ]
        idle = [s for s in spared if s not in users or not routing.ways_out(s)]
        return found + [
            f"{path}: {_short(subnet)} is acknowledged, and no workload leads out from there: "
            "remove the acknowledgement"
            for subnet in idle
        ]

    def _users(self) -> Mapping[str, Sequence[str]]:
        """Each subnet, with the workloads in it."""
        users = defaultdict[str, list[str]](list)
        for workload, subnet in workload_subnets(self._workloads):
            users[subnet].append(_short(workload))
        for subnet in self._paths(self._subnets):
            users[subnet].append("a workload of yours")
        return users

    def _paths(self, subnets: Sequence[ec2.ISubnet]) -> list[str]:
        paths: list[str] = identities(self._owner, [subnet.subnet_id for subnet in subnets])
        return paths

    def _say_what_is_not_known(self, routing: Routing, users: Mapping[str, Sequence[str]]) -> None:
        for subnet, using in users.items():
            if not routing.known(subnet) and not routing.ways_out(subnet):
                Annotations.of(self._owner).add_warning_v2(
                    f"{_UNKNOWN}-{subnet or using[0]}",
                    f"{self._owner.node.path}: the routes of {_short(subnet) or 'a subnet'}, where "
                    f"{using[0]} is, are not made in this app: look whether they lead out",
                )


def _short(path: str) -> str:
    return path.removesuffix("/Resource")
