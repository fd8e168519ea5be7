"""Model ids as values, and the ARNs that IAM authorises when one of them is invoked.

Source: Service Authorization Reference for Amazon Bedrock (resource types), and the user guide
pages "Geographic cross-Region inference", "Global cross-Region inference" and "Prerequisites for
inference profiles".
"""

import re
from dataclasses import dataclass

GEOGRAPHIES = ("us", "us-gov", "eu", "apac", "au", "ca", "jp", "uk")
"""Prefixes of geographic system inference profiles. ``global`` is not a geography."""

GLOBAL = "global"

_MODEL_ID = re.compile(r"[a-z0-9-]+\.[a-zA-Z0-9.:_-]+")


@dataclass(frozen=True, slots=True)
class FoundationModel:
    """A foundation model invoked directly in one Region.

    Attributes:
        model_id: For example ``amazon.nova-lite-v1:0``.
    """

    model_id: str

    def __post_init__(self) -> None:
        if not _MODEL_ID.fullmatch(self.model_id) or self.model_id.startswith(_PROFILE_PREFIXES):
            raise ValueError(
                f"model id {self.model_id!r} is not a foundation model id: "
                "write provider.model, for example amazon.nova-lite-v1:0"
            )

    def arn(self, *, partition: str, region: str) -> str:
        """The model's ARN. It has no account; ``region`` may be ``*``."""
        return f"arn:{partition}:bedrock:{region}::foundation-model/{self.model_id}"


@dataclass(frozen=True, slots=True)
class InferenceProfile:
    """A system inference profile: one model, routed within a geography or globally.

    Attributes:
        profile_id: For example ``eu.amazon.nova-lite-v1:0`` or ``global.amazon.nova-2-lite-v1:0``.
    """

    profile_id: str

    def __post_init__(self) -> None:
        if not self.profile_id.startswith(_PROFILE_PREFIXES):
            raise ValueError(
                f"inference profile id {self.profile_id!r} starts with no known geography: "
                f"use one of {', '.join((*GEOGRAPHIES, GLOBAL))}, "
                "for example us.amazon.nova-lite-v1:0"
            )
        FoundationModel(self.model.model_id)

    @property
    def geography(self) -> str:
        """The prefix: a geography such as ``eu``, or ``global``."""
        return self.profile_id.split(".", 1)[0]

    @property
    def model(self) -> FoundationModel:
        """The foundation model behind the profile."""
        return FoundationModel(self.profile_id.split(".", 1)[1])

    def arn(self, *, partition: str, region: str, account: str) -> str:
        """The profile's ARN in the caller's account and source Region."""
        return f"arn:{partition}:bedrock:{region}:{account}:inference-profile/{self.profile_id}"


Model = FoundationModel | InferenceProfile
_PROFILE_PREFIXES = tuple(f"{prefix}." for prefix in (*GEOGRAPHIES, GLOBAL))


def parse_model(text: str) -> Model:
    """Read a model id as users write it: ``provider.model`` or ``geography.provider.model``.

    Raises:
        ValueError: The text is neither form; the message says which forms there are.
    """
    if text.startswith(_PROFILE_PREFIXES):
        return InferenceProfile(text)
    return FoundationModel(text)
