"""AWS CDK constructs and synth-time checks that make Amazon Bedrock safe by default."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secure_bedrock.catalog.endpoint_services import EndpointService as EndpointService
    from secure_bedrock.catalog.models import FoundationModel as FoundationModel
    from secure_bedrock.catalog.models import InferenceProfile as InferenceProfile
    from secure_bedrock.catalog.models import parse_model as parse_model
    from secure_bedrock.encryption.keys import BedrockKmsKeys as BedrockKmsKeys
    from secure_bedrock.encryption.keys import KeyOperation as KeyOperation
    from secure_bedrock.encryption.keys import KeyPurpose as KeyPurpose
    from secure_bedrock.invocation_logging.invocation_logging import (
        InvocationLogging as InvocationLogging,
    )
    from secure_bedrock.invocation_logging.options import LockMode as LockMode
    from secure_bedrock.invocation_logging.options import LogBucketOptions as LogBucketOptions
    from secure_bedrock.invocation_logging.options import LoggedData as LoggedData
    from secure_bedrock.invocation_logging.options import LogGroupOptions as LogGroupOptions
    from secure_bedrock.invocation_logging.options import ObjectLock as ObjectLock
    from secure_bedrock.network.endpoints import BedrockEndpoints as BedrockEndpoints
    from secure_bedrock.network.gateway_endpoints import GatewayService as GatewayService
    from secure_bedrock.network.vpc import SecureBedrockVpc as SecureBedrockVpc

_HOME = {
    "BedrockEndpoints": "secure_bedrock.network.endpoints",
    "BedrockKmsKeys": "secure_bedrock.encryption.keys",
    "EndpointService": "secure_bedrock.catalog.endpoint_services",
    "FoundationModel": "secure_bedrock.catalog.models",
    "GatewayService": "secure_bedrock.network.gateway_endpoints",
    "InferenceProfile": "secure_bedrock.catalog.models",
    "InvocationLogging": "secure_bedrock.invocation_logging.invocation_logging",
    "KeyOperation": "secure_bedrock.encryption.keys",
    "KeyPurpose": "secure_bedrock.encryption.keys",
    "LockMode": "secure_bedrock.invocation_logging.options",
    "LogBucketOptions": "secure_bedrock.invocation_logging.options",
    "LogGroupOptions": "secure_bedrock.invocation_logging.options",
    "LoggedData": "secure_bedrock.invocation_logging.options",
    "ObjectLock": "secure_bedrock.invocation_logging.options",
    "SecureBedrockVpc": "secure_bedrock.network.vpc",
    "parse_model": "secure_bedrock.catalog.models",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    """Load a public name on first use, so that importing the package stays cheap (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
