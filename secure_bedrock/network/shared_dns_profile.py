"""A Route 53 Profile: private zones for VPCs of other accounts, without a handshake."""

from collections.abc import Mapping

from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53profiles as profiles
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.network.hub_sharing import NetworkShare, ShareWith

_LONGEST_NAME = 64


class SharedProfile(Construct):
    """A Route 53 Profile with a hub's private zones, shared by AWS RAM.

    A zone in one account and a VPC in another need an authorization that CloudFormation has no type
    for. A profile needs none: whoever it is shared with associates it with a VPC of its own, in the
    same Region. A VPC takes one profile.

    Args:
        scope: Parent construct.
        id: Construct id.
        zones: The zones by a label.
        share_with: Whom the profile is for.
        name: Name of profile and share, up to 64 characters. Default: the construct's path.

    Source: Amazon Route 53 Developer Guide, "What are Amazon Route 53 Profiles?".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        zones: Mapping[str, route53.CfnHostedZone],
        share_with: ShareWith,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        name = name or self.node.path.replace("/", "-")[-_LONGEST_NAME:].strip("-")
        if len(name) > _LONGEST_NAME:
            raise ValueError(
                f"{self.node.path}: the name has {len(name)} characters, Route 53 takes "
                f"{_LONGEST_NAME}"
            )
        profile = profiles.CfnProfile(self, "Resource", name=name)
        partition = place_of(self).partition
        for label, zone in zones.items():
            profiles.CfnProfileResourceAssociation(
                self,
                f"{label}Association",
                name=label,
                profile_id=profile.attr_id,
                resource_arn=f"arn:{partition}:route53:::hostedzone/{zone.attr_id}",
            )
        NetworkShare(
            self, "Share", name=name, resource_arns=[profile.attr_arn], share_with=share_with
        )
        self.profile_id = profile.attr_id
