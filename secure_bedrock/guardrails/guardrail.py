"""A guardrail that callers are granted the use of: one of a set, or one that exists already."""

import re

import jsii
from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_bedrock import GuardrailReference, IGuardrailRef
from constructs import Construct

from secure_bedrock.catalog.geographies import GuardrailProfile
from secure_bedrock.catalog.guardrails import DRAFT
from secure_bedrock.encryption.decryption import grant_decrypt
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.residency import check_residency
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.guardrails.metrics import GuardrailMetrics

_ARN = re.compile(r"arn:[a-z-]+:bedrock:[a-z0-9-]+:[0-9]{12}:guardrail/[a-z0-9]+")
_VERSION = re.compile(rf"[1-9][0-9]{{0,7}}|{DRAFT}")


@jsii.implements(IGuardrailRef)
class SecureGuardrail(GuardrailMetrics, Construct):
    """A guardrail with grants and metrics: ``GuardrailSet`` makes them, ``from_*`` imports them.

    It protects against the half-granted guardrail: whoever may apply it may also use what that
    takes, the guardrail profile in every Region of its geography and the key, and nothing else.

    Attributes:
        guardrail_arn: ARN, without a version.
        guardrail_id: Id, without a version.
        guardrail_version: The published version; callers name it with the id.
        encryption_key: The customer managed key, None if an imported guardrail has none.
        cross_region_profile: The guardrail profile, None if content stays in the Region.
    """

    guardrail_arn: str
    guardrail_id: str
    guardrail_version: str
    encryption_key: kms.IKey | None
    cross_region_profile: GuardrailProfile | None

    @classmethod
    def from_guardrail_arn(
        cls, scope: Construct, id: str, guardrail_arn: str, *, guardrail_version: str
    ) -> "SecureGuardrail":
        """Import a guardrail that AWS encrypts with its own key and evaluates in its Region.

        Raises:
            ValueError: The ARN or the version has not the form AWS uses.
        """
        return cls.from_guardrail_attributes(
            scope, id, guardrail_arn=guardrail_arn, guardrail_version=guardrail_version
        )

    @classmethod
    def from_guardrail_ref(
        cls,
        scope: Construct,
        id: str,
        guardrail: IGuardrailRef,
        *,
        guardrail_version: str,
        encryption_key: kms.IKey | None = None,
        cross_region_profile: GuardrailProfile | None = None,
    ) -> "SecureGuardrail":
        """Import a guardrail construct of any library, for example a ``CfnGuardrail``.

        See ``from_guardrail_attributes``.
        """
        return cls.from_guardrail_attributes(
            scope,
            id,
            guardrail_arn=guardrail.guardrail_ref.guardrail_arn,
            guardrail_version=guardrail_version,
            encryption_key=encryption_key,
            cross_region_profile=cross_region_profile,
        )

    @classmethod
    def from_guardrail_attributes(
        cls,
        scope: Construct,
        id: str,
        *,
        guardrail_arn: str,
        guardrail_version: str,
        encryption_key: kms.IKey | None = None,
        cross_region_profile: GuardrailProfile | None = None,
    ) -> "SecureGuardrail":
        """Import a guardrail that exists.

        Args:
            scope: Parent construct.
            id: Construct id.
            guardrail_arn: ARN without a version.
            guardrail_version: A published version; ``DRAFT`` changes under its callers.
            encryption_key: Its customer managed key: without it, grants give no decryption.
            cross_region_profile: Its guardrail profile: without it, grants give no profile.

        Raises:
            ValueError: The ARN or the version has not the form AWS uses.
        """
        imported = SecureGuardrail(scope, id)
        path = imported.node.path
        if not unresolved(guardrail_arn) and not _ARN.fullmatch(guardrail_arn):
            raise ValueError(
                f"{path}: guardrail_arn {guardrail_arn!r} is no guardrail ARN: write "
                "arn:PARTITION:bedrock:REGION:ACCOUNT:guardrail/ID, the version goes elsewhere"
            )
        if not unresolved(guardrail_version) and not _VERSION.fullmatch(guardrail_version):
            raise ValueError(
                f"{path}: guardrail_version {guardrail_version!r} must be a number from 1 "
                f"or {DRAFT}: look it up in the guardrail's list of versions"
            )
        imported.guardrail_arn = guardrail_arn
        imported.guardrail_id = _id_in(imported, guardrail_arn)
        imported.guardrail_version = guardrail_version
        imported.encryption_key = encryption_key
        imported.cross_region_profile = cross_region_profile
        imported._check_profile()
        return imported

    @property
    def guardrail_ref(self) -> GuardrailReference:
        """What constructs of the CDK take a guardrail by."""
        return GuardrailReference(guardrail_arn=self.guardrail_arn)

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region of the place."""
        place = place_of(self)
        return ResourceEnvironment(account=place.account, region=place.region)

    def grant_apply(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow a principal to apply the guardrail, by itself or together with an invocation.

        Gives ``bedrock:ApplyGuardrail`` on the guardrail and, with a profile, on the profile in
        every destination Region, and ``kms:Decrypt`` on its key. Nothing else.

        Raises:
            ValueError: The grantee has no policy of its own to add statements to.
        """
        grant = iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["bedrock:ApplyGuardrail"],
            resource_arns=[self.guardrail_arn, *self._profile_arns()],
        )
        if not grant.success:
            raise ValueError(
                f"{self.node.path}: grant_apply needs a grantee with an identity policy, "
                f"{grantee.grant_principal} has none: grant to the role the caller uses"
            )
        if self.encryption_key is None:
            return grant
        return grant.combine(grant_decrypt(self.encryption_key, grantee))

    def _check_profile(self) -> None:
        """Refuse a profile that the stack's Region cannot use, as far as the Region is known."""
        check_residency(self, guardrail_profile=self.cross_region_profile)
        if self.cross_region_profile is None:
            return
        region = place_of(self).region
        if unresolved(region):
            return
        try:
            self.cross_region_profile.destinations(region)
        except ValueError as error:
            raise ValueError(f"{self.node.path}: {error}") from None

    def _profile_arns(self) -> list[str]:
        profile = self.cross_region_profile
        if profile is None:
            return []
        place = place_of(self)
        regions = (
            profile.all_destinations
            if unresolved(place.region)
            else profile.destinations(place.region)
        )
        return [
            profile.arn(partition=place.partition, region=region, account=place.account)
            for region in regions
        ]


def _id_in(scope: Construct, arn: str) -> str:
    if not unresolved(arn):
        return arn.rsplit("/", 1)[1]
    parts = Stack.of(scope).split_arn(arn, ArnFormat.SLASH_RESOURCE_NAME)
    return str(parts.resource_name)
