"""The guardrails of an application."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.catalog.geographies import REGIONS_WITHOUT_GUARDRAILS
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.guardrails._limits import check_instance, check_unique
from secure_bedrock.guardrails.guardrail import SecureGuardrail
from secure_bedrock.guardrails.published_guardrail import KnownKey, PublishedGuardrail
from secure_bedrock.guardrails.spec import GuardrailSpec
from secure_bedrock.guardrails.tag_check import TagCheck
from secure_bedrock.guardrails.version_retention import VersionRetention

_KEEP_AT_LEAST = 2
_KEEP_AT_MOST = limits.VERSIONS_PER_GUARDRAIL - 1
_KEY_NAME = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_KEY_ARN = re.compile(r"arn:[^:]+:kms:[^:]+:[0-9]{12}:key/[a-zA-Z0-9-]{36}")


class GuardrailSet(Construct):
    """Guardrails encrypted with a customer managed key, with versions that follow their content.

    It protects against guardrails that differ from what is written in the code: callers name a
    version, a version is published if and only if the guardrail's content changed, and the versions
    older deployments use stay.

    Args:
        scope: Parent construct.
        id: Construct id.
        guardrails: A specification for each name: a lower-case letter, then up to 49 lower-case
            letters, digits, ``-`` and ``_``. 1 to 100, which is all an account has in a Region.
        encryption_key: Encrypts the guardrails and their versions. Default: a new key, rotated
            every year and retained.
        keep_versions: How many versions of each guardrail stay, 2 to 19; the oldest this library
            published are deleted first. Default: 10.
        removal_policy: What happens to a guardrail, a key made here and the handler's log when they
            leave the stack. Default: kept, except when the very deployment that made it fails.

    Raises:
        ValueError: A name, number, Region, profile or key AWS would refuse when it is deployed.

    Source: Amazon Bedrock User Guide, "Create your guardrail" and "Quotas for Amazon Bedrock".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        guardrails: Mapping[str, GuardrailSpec],
        encryption_key: kms.IKey | None = None,
        keep_versions: int = 10,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ) -> None:
        super().__init__(scope, id)
        self._check(guardrails, keep_versions)
        self.encryption_key = self._checked_key(encryption_key) or self._new_key(removal_policy)
        key = KnownKey.of(self.encryption_key, self)
        made = {
            name: PublishedGuardrail(self, name, spec=spec, key=key, removal_policy=removal_policy)
            for name, spec in guardrails.items()
        }
        self.guardrails: Mapping[str, SecureGuardrail] = MappingProxyType(made)
        self.retention = VersionRetention(
            self,
            "Versions",
            guardrails=list(made.values()),
            encryption_key=self.encryption_key,
            keep_versions=keep_versions,
            removal_policy=removal_policy,
        )
        self.node.add_validation(TagCheck(list(made.values())))

    def __getitem__(self, name: str) -> SecureGuardrail:
        if name not in self.guardrails:
            raise KeyError(f"{self.node.path}: no guardrail {name!r}, only {', '.join(self)}")
        return self.guardrails[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.guardrails)

    def _check(self, guardrails: Mapping[str, GuardrailSpec], keep_versions: int) -> None:
        path, region = self.node.path, place_of(self).region
        if region in REGIONS_WITHOUT_GUARDRAILS:
            raise ValueError(f"{path}: {region} has no guardrails: deploy to another Region")
        if not 1 <= len(guardrails) <= limits.GUARDRAILS_PER_REGION:
            raise ValueError(
                f"{path}: guardrails must have 1 to {limits.GUARDRAILS_PER_REGION} entries, "
                f"got {len(guardrails)}: an account has no more in one Region"
            )
        if not _KEEP_AT_LEAST <= keep_versions <= _KEEP_AT_MOST:
            raise ValueError(
                f"{path}: keep_versions must be from {_KEEP_AT_LEAST} to {_KEEP_AT_MOST}, got "
                f"{keep_versions}: AWS allows {limits.VERSIONS_PER_GUARDRAIL} versions"
            )
        for name, spec in guardrails.items():
            if not _KEY_NAME.fullmatch(name):
                raise ValueError(f"{path}: guardrail {name!r} must match {_KEY_NAME.pattern}")
            try:
                check_instance(f"guardrail {name!r}", spec, GuardrailSpec)
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from None
        try:
            check_unique("guardrail name", [s.name for s in guardrails.values() if s.name])
        except ValueError as error:
            raise ValueError(f"{path}: {error}, AWS wants names unique in a Region") from None

    def _new_key(self, removal_policy: RemovalPolicy) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            description=f"Amazon Bedrock guardrails of {self.node.path}",
            enable_key_rotation=True,
            rotation_period=Duration.days(365),
            removal_policy=removal_policy,
        )

    def _checked_key(self, key: kms.IKey | None) -> kms.IKey | None:
        if key is None:
            return None
        arn = key.key_arn
        bad = isinstance(key, kms.Alias) or ":alias/" in arn
        if bad or (not unresolved(arn) and not _KEY_ARN.fullmatch(arn)):
            raise ValueError(
                f"{self.node.path}: encryption_key {key.node.path} is an alias or has no key ARN, "
                "which guardrails need: pass the key itself, for example Key.from_key_arn"
            )
        return key
