"""Models that live in an account and are named by ARN.

Source: Service Authorization Reference for Amazon Bedrock; user guide, "Prerequisites for running
model inference". A custom model itself is not invoked: only its deployment or its provisioned
throughput is.
"""

import re
from dataclasses import dataclass

from secure_bedrock.catalog.authorization import Authorization, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionedModel:
    """Provisioned throughput of a foundation or custom model.

    Attributes:
        arn: ``arn:aws:bedrock:REGION:ACCOUNT:provisioned-model/ID``.
    """

    arn: str
    is_embedding: bool = False

    def __post_init__(self) -> None:
        check_arn(self.arn, "provisioned-model")

    def authorization(self, place: Place) -> Authorization:  # noqa: ARG002 - its ARN says where
        """What IAM authorises: the throughput alone."""
        return _alone(self.arn, "bedrock:GetProvisionedModelThroughput")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedModel:
    """A model imported from your own weights.

    Attributes:
        arn: ``arn:aws:bedrock:REGION:ACCOUNT:imported-model/ID``.
    """

    arn: str
    is_embedding: bool = False

    def __post_init__(self) -> None:
        check_arn(self.arn, "imported-model")

    def authorization(self, place: Place) -> Authorization:  # noqa: ARG002 - its ARN says where
        """What IAM authorises: the model alone."""
        return _alone(self.arn, "bedrock:GetImportedModel")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomModelDeployment:
    """An on-demand deployment of a custom model.

    Attributes:
        arn: ``arn:aws:bedrock:REGION:ACCOUNT:custom-model-deployment/ID``.
    """

    arn: str
    is_embedding: bool = False

    def __post_init__(self) -> None:
        check_arn(self.arn, "custom-model-deployment")

    def authorization(self, place: Place) -> Authorization:  # noqa: ARG002 - its ARN says where
        """What IAM authorises: the deployment alone."""
        return _alone(self.arn, "bedrock:GetCustomModelDeployment")


def check_arn(arn: str, *resource_types: str) -> None:
    """Refuse an ARN of another kind; one that is only known at deployment is not looked at.

    Raises:
        ValueError: The ARN is of another kind, or holds a wildcard.
    """
    types = "|".join(resource_types)
    form = rf"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{{12}}:({types})/[A-Za-z0-9:._-]+"
    if "${Token[" not in arn and not re.fullmatch(form, arn):
        raise ValueError(
            f"{arn!r} is not an ARN of kind {' or '.join(resource_types)}: "
            f"write arn:aws:bedrock:REGION:ACCOUNT:{resource_types[0]}/ID"
        )


def _alone(arn: str, describe: str) -> Authorization:
    return Authorization(entry=arn, describe=((describe, arn),))
