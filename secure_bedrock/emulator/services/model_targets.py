"""What a model id stands for, and the resources that IAM authorises for it."""

import re
from dataclasses import dataclass

from secure_bedrock.emulator.services import inference_profiles
from secure_bedrock.emulator.services.authorization import Context, authorize
from secure_bedrock.emulator.services.dispatch import Call, error

_FOUNDATION_MODEL = re.compile(
    r"(?:arn:[a-z-]+:bedrock:[a-z0-9-]+::foundation-model/)?([a-z0-9-]+\.[A-Za-z0-9.:-]+)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A model to call: foundation models, and the profile they are called through."""

    models: tuple[str, ...]
    profile: str = ""

    @property
    def model_ids(self) -> set[str]:
        """Ids of the foundation models, without geography."""
        return {arn.rsplit("/", 1)[-1] for arn in self.models}


def target_of(call: Call) -> Target:
    """What the request's ``modelId`` stands for.

    Raises:
        ServiceException: ``ValidationException``: it is neither a model nor a profile.
    """
    model_id = call.params["modelId"]
    profile = inference_profiles.find(call, model_id)
    if profile is not None:
        models = tuple(each["modelArn"] for each in profile["models"])
        return Target(models=models, profile=profile["inferenceProfileArn"])
    found = _FOUNDATION_MODEL.fullmatch(model_id)
    if not found:
        raise error(
            "ValidationException",
            f"The provided model identifier is invalid, or not emulated: {model_id}",
        )
    model = f"arn:{call.partition}:bedrock:{call.region}::foundation-model/{found.group(1)}"
    return Target(models=(model,))


def authorize_invocation(call: Call, target: Target, action: str, guardrail: str) -> None:
    """Authorise the profile, then the model in every Region the profile may route to.

    A policy that lacks one destination would fail now and then on AWS, and fails always here.

    Raises:
        ServiceException: ``AccessDeniedException``.
    """
    carried: dict[str, str] = {"bedrock:GuardrailIdentifier": guardrail} if guardrail else {}
    if target.profile:
        authorize(call, action, target.profile, context=carried)
    for model in target.models:
        authorize(call, action, model, context=carried | dict(_destination(model, target)))


def _destination(model: str, target: Target) -> Context:
    context = {"aws:RequestedRegion": model.split(":")[3] or "unspecified"}
    return context | ({"bedrock:InferenceProfileArn": target.profile} if target.profile else {})
