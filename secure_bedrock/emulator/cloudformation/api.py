"""The CloudFormation API, as the CDK CLI and boto3 call it."""

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.utils import get_service_model

from secure_bedrock.emulator.cloudformation.change_set_operations import ChangeSetOperations
from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.reading_operations import ReadingOperations
from secure_bedrock.emulator.cloudformation.service import Stacks
from secure_bedrock.emulator.cloudformation.stack_operations import StackOperations
from secure_bedrock.emulator.services.dispatch import Call, Handler, operation
from secure_bedrock.emulator.values import Members

_GROUPS = (ChangeSetOperations, ReadingOperations, StackOperations)


def register(stacks: Stacks) -> None:
    """Answer every operation of CloudFormation in this process; the ones we lack with an error."""
    CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER = {}  # for moto's answers, not ours
    ours: dict[str, Handler] = {}
    for group in _GROUPS:
        for name in vars(group):
            operation_name = "".join(word.title() for word in name.split("_"))
            ours[operation_name] = getattr(group(stacks), name, _refuse)
    for name in get_service_model("cloudformation").operation_names:
        operation("cloudformation", name)(ours.get(name, _refuse))


def _refuse(call: Call) -> Members:
    raise ValidationError(f"cloudformation:{call.operation} is not emulated")
