"""What the operations share: finding the stack, the change set, the template of a request."""

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.service import Stacks
from secure_bedrock.emulator.cloudformation.stack import ChangeSet, Stack
from secure_bedrock.emulator.cloudformation.template import parse
from secure_bedrock.emulator.services.dispatch import Call, error
from secure_bedrock.emulator.values import Members

BUSY = "_IN_PROGRESS"
_DEAD_ENDS = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


class Operations:
    """The base of the classes with one method for each operation."""

    def __init__(self, stacks: Stacks) -> None:
        self.stacks = stacks

    def stack(self, call: Call) -> Stack:
        """The stack that the request names."""
        return self.stacks.find(call.params["StackName"], call.region)

    def idle(self, call: Call) -> Stack:
        """The stack, if it can be changed now."""
        stack = self.stack(call)
        if stack.status.endswith(BUSY) or stack.status in _DEAD_ENDS:
            raise ValidationError(
                f"Stack:{stack.id} is in {stack.status} state and can not be updated."
            )
        return stack

    def for_creation(self, call: Call) -> Stack:
        """A new stack, or the one that waits for its first change set."""
        name = call.params["StackName"]
        try:
            stack = self.stacks.find(name, call.region)
        except ValidationError:
            return self.stacks.add(name, call.region)
        if stack.status != "REVIEW_IN_PROGRESS":
            raise error("AlreadyExistsException", f"Stack [{name}] already exists")
        return stack

    def change_set(self, call: Call) -> tuple[Stack, ChangeSet]:
        """The change set that the request names, and its stack."""
        name = call.params["ChangeSetName"]
        for stack in self.change_set_owners(call):
            for made in stack.change_sets.values():
                if name in {made.name, made.id}:
                    return stack, made
        raise error("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")

    def change_set_owners(self, call: Call) -> list[Stack]:
        """The stacks in which a change set is looked for."""
        if "StackName" in call.params:
            return [self.stack(call)]
        return list(self.stacks.all(call.region))

    def template(self, call: Call) -> Members:
        """The template that the request carries or names."""
        stack = self.stack(call) if "StackName" in call.params else None
        params = call.params | ({"UsePreviousTemplate": True} if stack else {})
        return parse(self.stacks.template_text(params, call.region, stack))


def refuse_options(call: Call, *names: str) -> None:
    """Refuse what would change the outcome and is not emulated."""
    for name in names:
        if call.params.get(name) and call.params[name] != "ROLLBACK":
            raise ValidationError(f"{call.operation}: {name} is not emulated")
