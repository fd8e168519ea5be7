"""AWS's own managed policies: what deployments and ``cdk bootstrap`` use, not all thousand or none.

moto reads all of them again for every account it makes, which takes seconds, or knows none. A role
that names another one fails to deploy, with IAM's own error.
"""

import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

KNOWN = (
    "AdministratorAccess",
    "AmazonBedrockFullAccess",
    "AmazonBedrockLimitedAccess",
    "AmazonBedrockReadOnly",
    "AWSCloudFormationReadOnlyAccess",
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "ViewOnlyAccess",
)


@cache
def _documents() -> dict[str, Any]:
    every = json.loads(aws_managed_policies_data)
    return {name: every[name] for name in KNOWN if name in every}


def _known_policies(backend: IAMBackend) -> list[AWSManagedPolicy]:
    return [
        AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, document)
        for name, document in _documents().items()
    ]


IAMBackend._init_aws_policies = _known_policies  # noqa: SLF001 - moto has no setting for it
