"""Decryption with a key, granted once to each grantee however often it is asked for."""

from weakref import WeakKeyDictionary

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

_GRANTS: WeakKeyDictionary[kms.IKey, WeakKeyDictionary[iam.IGrantable, iam.Grant]] = (
    WeakKeyDictionary()
)


def grant_decrypt(key: kms.IKey, grantee: iam.IGrantable) -> iam.Grant:
    """Let a grantee decrypt with the key. A second call writes nothing, and gives the same grant.

    Whoever may use fifty guardrails of one key would otherwise get fifty equal statements.
    """
    grants = _GRANTS.setdefault(key, WeakKeyDictionary())
    if grantee not in grants:
        grants[grantee] = key.grant_decrypt(grantee)
    return grants[grantee]
