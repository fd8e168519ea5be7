"""The stacks of every Region, and what the operations do with them."""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence

from secure_bedrock.emulator.cloudformation.engine import Deployment, delete_stack
from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.plan import Plan, differences, make_plan
from secure_bedrock.emulator.cloudformation.stack import ChangeSet, Stack
from secure_bedrock.emulator.cloudformation.surroundings import Surroundings
from secure_bedrock.emulator.cloudformation.template import parameter_values, parse, with_defaults
from secure_bedrock.emulator.custom_resources import CustomResources, Mailbox
from secure_bedrock.emulator.functions import Functions
from secure_bedrock.emulator.resources.registry import is_known
from secure_bedrock.emulator.resources.workshop import Workshop
from secure_bedrock.emulator.values import Json, Members

NO_CHANGES = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
_GONE = "DELETE_COMPLETE"


class Stacks:
    """Creates, changes and deletes stacks.

    Args:
        endpoint_url: The emulated AWS.
        client: boto3 client by service name and Region.
        functions: Runs the functions of custom resources.
        mailbox: Takes their answers.
    """

    def __init__(
        self,
        *,
        endpoint_url: str,
        client: Callable[[str, str], Json],
        functions: Functions,
        mailbox: Mailbox,
    ) -> None:
        self._endpoint_url = endpoint_url
        self._client = client
        self._functions = functions
        self._mailbox = mailbox
        self._stacks: list[Stack] = []

    def all(self, region: str) -> Iterator[Stack]:
        """The stacks of a Region, deleted ones too."""
        return (stack for stack in self._stacks if stack.region == region)

    def find(self, name: str, region: str) -> Stack:
        """A stack by name or id; a deleted one by its id only."""
        for stack in self.all(region):
            if stack.id == name or (stack.name == name and stack.status != _GONE):
                return stack
        raise ValidationError(f"Stack with id {name} does not exist")

    def exports(self, region: str) -> Iterator[tuple[Stack, Members]]:
        """Every export of a Region with the stack it comes from."""
        for stack in self.all(region):
            for output in stack.outputs if stack.status != _GONE else []:
                if "ExportName" in output:
                    yield stack, output

    def importers(self, name: str, region: str) -> list[str]:
        """The stacks that import an export."""
        return [
            stack.name
            for stack in self.all(region)
            if stack.status != _GONE and stack.plan and name in stack.plan.imports
        ]

    def plan(self, params: Members, stack: Stack) -> Plan:
        """What a request asks the stack to become."""
        text = self.template_text(params, stack.region, stack)
        template = parse(text)
        _refuse_unknown_types(template)
        given = _given_parameters(params, stack.plan)
        tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", [])}
        if stack.plan and "Tags" not in params:
            tags = dict(stack.plan.tags)
        around = self._around(stack.region)
        values = parameter_values(template, given, around.ssm_parameter)
        return make_plan(
            text=text,
            template=template,
            parameters=with_defaults(template, given),
            values=values | around.pseudo_parameters(stack.id, stack.name),
            tags=tags,
            lookups=around.lookups(),
        )

    def template_text(self, params: Members, region: str, stack: Stack | None = None) -> str:
        """The template of a request: given, in a bucket, or the one the stack has."""
        if params.get("UsePreviousTemplate") and stack and stack.plan:
            return stack.plan.text
        if "TemplateURL" in params:
            return self._around(region).object_text(params["TemplateURL"])
        return str(params["TemplateBody"])

    def add(self, name: str, region: str) -> Stack:
        """A new stack, in review."""
        stack = Stack(name, self._around(region).stack_id(name, str(uuid.uuid4())), region)
        self._stacks.append(stack)
        return stack

    def discard(self, stack: Stack) -> None:
        """Forget a stack that never was."""
        self._stacks.remove(stack)

    def change_set(self, params: Members, stack: Stack) -> ChangeSet:
        """Prepare a change set."""
        name = params["ChangeSetName"]
        plan = self.plan(params, stack)
        same = stack.plan is not None and plan.same_as(stack.plan)
        made = ChangeSet(
            id=f"{stack.id.split(':stack/')[0]}:changeSet/{name}/{uuid.uuid4()}",
            name=name,
            plan=plan,
            changes=differences(stack.plan, plan),
            status="FAILED" if same else "CREATE_COMPLETE",
            reason=NO_CHANGES if same else "",
            execution="UNAVAILABLE" if same else "AVAILABLE",
        )
        stack.change_sets[name] = made
        return made

    def carry_out(self, stack: Stack, plan: Plan) -> None:
        """Start creating or updating the stack."""
        deployment = Deployment(
            stack=stack,
            plan=plan,
            workshop=self._workshop(stack),
            lookups=self._around(stack.region).lookups(),
            exported=self._check_exports,
        )
        stack.operation = str(uuid.uuid4())
        first = stack.status == "REVIEW_IN_PROGRESS"
        stack.status = "CREATE_IN_PROGRESS" if first else "UPDATE_IN_PROGRESS"
        self._start(stack, deployment.create if first else deployment.update)

    def delete(self, stack: Stack, retain: Sequence[str]) -> None:
        """Start deleting the stack."""
        if stack.protected:
            raise ValidationError(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        for owner, output in self.exports(stack.region):
            users = self.importers(output["ExportName"], stack.region) if owner is stack else []
            if users:
                raise ValidationError(
                    f"Cannot delete export {output['ExportName']} as it is in use by "
                    f"{', '.join(users)}."
                )
        stack.operation = str(uuid.uuid4())
        stack.status = "DELETE_IN_PROGRESS"
        self._start(stack, lambda: delete_stack(stack, self._workshop(stack), set(retain)))

    def _start(self, stack: Stack, run: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                run()
            except Exception as error:
                stack.set_status(f"{stack.status.split('_')[0]}_FAILED", f"emulator: {error!r}")
                raise

        threading.Thread(target=guarded, name=stack.name, daemon=True).start()

    def _check_exports(self, stack: Stack, outputs: list[Members]) -> None:
        taken = {
            found["ExportName"] for owner, found in self.exports(stack.region) if owner is not stack
        }
        for output in outputs:
            if output.get("ExportName") in taken:
                raise ValidationError(f"Export {output['ExportName']} exists already")
        kept = {output.get("ExportName") for output in outputs}
        for owner, found in self.exports(stack.region):
            if owner is stack and found["ExportName"] not in kept:
                users = self.importers(found["ExportName"], stack.region)
                if users:
                    raise ValidationError(
                        f"Cannot delete export {found['ExportName']} as it is in use by {users[0]}"
                    )

    def _workshop(self, stack: Stack) -> Workshop:
        custom = CustomResources(
            stack_id=stack.id,
            region=stack.region,
            functions=self._functions,
            mailbox=self._mailbox,
            address=lambda token: f"{self._endpoint_url}/_emulator/answer/{token}",
        )
        return Workshop(
            stack_name=stack.name,
            client=lambda service: self._client(service, stack.region),
            values=self._around(stack.region).values,
            custom=custom,
        )

    def _around(self, region: str) -> Surroundings:
        def export(name: str) -> str:
            for _, output in self.exports(region):
                if output["ExportName"] == name:
                    return str(output["OutputValue"])
            raise ValidationError(f"No export named {name} found.")

        return Surroundings(region, lambda service: self._client(service, region), export)


def _given_parameters(params: Members, before: Plan | None) -> dict[str, str]:
    previous = before.parameters if before else {}
    given = {}
    for entry in params.get("Parameters", []):
        name = entry["ParameterKey"]
        if not entry.get("UsePreviousValue"):
            given[name] = entry["ParameterValue"]
        elif name in previous:
            given[name] = previous[name]
        else:
            raise ValidationError(f"Parameter {name} has no previous value")
    return given


def _refuse_unknown_types(template: Members) -> None:
    types = {resource["Type"] for resource in template["Resources"].values()}
    unknown = sorted(name for name in types if not is_known(name))
    if unknown:
        raise ValidationError(
            f"Template format error: Unrecognized resource types: [{', '.join(unknown)}] "
            "(this emulator does not have them)"
        )
