"""Small changes of shape between an API's answer and CloudFormation's words."""

from collections.abc import Mapping, Sequence

from secure_bedrock.verification.values import Json


def pick(answer: Mapping[str, Json], *names: str, **renamed: str) -> dict[str, Json]:
    """The named members that are there; ``CfnName="apiName"`` renames one."""
    wanted = {**{name: name for name in names}, **renamed}
    return {
        ours: answer[theirs] for ours, theirs in wanted.items() if answer.get(theirs) is not None
    }


def capitalized(value: Json) -> Json:
    """The value with the first letter of every member in upper case."""
    if isinstance(value, Mapping):
        return {key[:1].upper() + key[1:]: capitalized(each) for key, each in value.items()}
    if isinstance(value, list):
        return [capitalized(each) for each in value]
    return value


def without(value: Json, defaults: Mapping[str, Json]) -> Json:
    """The value without members, however deep, that say only what AWS assumes anyway."""
    if isinstance(value, Mapping):
        return {
            key: without(each, defaults)
            for key, each in value.items()
            if key not in defaults or each != defaults[key]
        }
    if isinstance(value, list):
        return [without(each, defaults) for each in value]
    return value


def tag_list(tags: Sequence[Mapping[str, str]] | Mapping[str, str] | None) -> list[dict[str, str]]:
    """Tags as CloudFormation writes them, from any form a service returns."""
    if isinstance(tags, Mapping):
        return [{"Key": key, "Value": value} for key, value in tags.items()]
    return [
        {
            "Key": each.get("Key") or each.get("TagKey") or each["key"],
            "Value": each.get("Value") or each.get("TagValue") or each.get("value", ""),
        }
        for each in tags or ()
    ]


def as_claimed(claimed: Json, identifier: str, arn: str) -> str:
    """Identifier or ARN, whichever form the claim uses."""
    return arn if str(claimed).startswith("arn:") else identifier
