"""Budget actions and tags. An action stays in STANDBY: nothing is spent here."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from secure_bedrock.emulator.services.budgets import check_subscribers, record, records
from secure_bedrock.emulator.services.dispatch import Call, error, operation

_DEFINITIONS = {
    "APPLY_IAM_POLICY": "IamActionDefinition",
    "APPLY_SCP_POLICY": "ScpActionDefinition",
    "RUN_SSM_DOCUMENTS": "SsmActionDefinition",
}
_MAX_PER_BUDGET, _MAX_PER_ACCOUNT = 10, 100


@operation("budgets", "CreateBudgetAction")
def create(call: Call) -> Mapping[str, Any]:
    """An action of a budget."""
    actions = record(call)["actions"]
    everywhere = sum(len(each["actions"]) for each in records(call))
    if len(actions) >= _MAX_PER_BUDGET or everywhere >= _MAX_PER_ACCOUNT:
        raise error("CreationLimitExceededException", "10 actions per budget, 100 per account")
    identifier = str(uuid4())
    action = {k: v for k, v in call.params.items() if k not in ("AccountId", "ResourceTags")}
    _check(action)
    actions[identifier] = action | {"ActionId": identifier, "Status": "STANDBY"}
    tags = {tag["Key"]: tag["Value"] for tag in call.params.get("ResourceTags", [])}
    call.table("budget action tags")[identifier] = tags
    return _answer(call, ActionId=identifier)


@operation("budgets", "UpdateBudgetAction")
def update(call: Call) -> Mapping[str, Any]:
    """Change what is given."""
    old = _action(call)
    changed = {k: v for k, v in call.params.items() if k != "AccountId"}
    new = old | changed
    _check(new)
    record(call)["actions"][call.params["ActionId"]] = new
    return _answer(call, OldAction=old, NewAction=new)


@operation("budgets", "DescribeBudgetAction", "DeleteBudgetAction")
def describe_or_delete(call: Call) -> Mapping[str, Any]:
    """One action; deleted when asked for."""
    action = _action(call)
    if call.operation == "DeleteBudgetAction":
        del record(call)["actions"][call.params["ActionId"]]
    return _answer(call, Action=action)


@operation("budgets", "DescribeBudgetActionsForBudget")
def of_budget(call: Call) -> Mapping[str, Any]:
    """The actions of a budget."""
    return {"Actions": list(record(call)["actions"].values())}


@operation("budgets", "DescribeBudgetActionsForAccount")
def of_account(call: Call) -> Mapping[str, Any]:
    """The actions of all budgets."""
    return {"Actions": [action for each in records(call) for action in each["actions"].values()]}


@operation("budgets", "TagResource", "UntagResource", "ListTagsForResource")
def tags(call: Call) -> Mapping[str, Any]:
    """Tags of a budget (``budget/NAME``) or of an action (``budget/NAME/action/ID``)."""
    kept = _tags(call, call.params["ResourceARN"])
    kept |= {tag["Key"]: tag["Value"] for tag in call.params.get("ResourceTags", [])}
    for key in call.params.get("ResourceTagKeys", []):
        kept.pop(key, None)
    if call.operation != "ListTagsForResource":
        return {}
    return {"ResourceTags": [{"Key": key, "Value": value} for key, value in kept.items()]}


def _tags(call: Call, arn: str) -> dict[str, str]:
    name, _, action = arn.split(":budget/", 1)[-1].partition("/action/")
    budget = record(call, name)
    if action and action not in budget["actions"]:
        raise error("NotFoundException", f"Action {action} does not exist")
    found: dict[str, str] = call.table("budget action tags")[action] if action else budget["tags"]
    return found


def _action(call: Call) -> dict[str, Any]:
    action: dict[str, Any] | None = record(call)["actions"].get(call.params["ActionId"])
    if action is None:
        raise error("NotFoundException", f"Action {call.params['ActionId']} does not exist")
    return action


def _check(action: dict[str, Any]) -> None:
    wanted = _DEFINITIONS[action["ActionType"]]
    if set(action["Definition"]) != {wanted}:
        raise error("InvalidParameterException", f"{action['ActionType']} takes exactly {wanted}")
    if wanted == "IamActionDefinition":
        iam = action["Definition"][wanted]
        names = [name for kind in ("Roles", "Users", "Groups") for name in iam.get(kind, [])]
        if not names or any(name.startswith("arn:") for name in names):
            raise error(
                "InvalidParameterException", "Give names of roles, users or groups, not ARNs"
            )
    check_subscribers(action["Subscribers"])


def _answer(call: Call, **more: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON values
    return {"AccountId": call.params["AccountId"], "BudgetName": call.params["BudgetName"], **more}
