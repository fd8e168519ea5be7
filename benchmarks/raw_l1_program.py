"""Write the Python program that a user of raw L1s would write for a template."""

import importlib
import inspect
import re
from typing import Any

HEAD = """
import aws_cdk as cdk
{imports}
from aws_cdk import aws_s3_assets as s3_assets

token = cdk.Token.as_string
tokens = cdk.Token.as_list
app = cdk.App()
stack = cdk.Stack(app, "SecureBedrock")
s3_assets.Asset(stack, "Code", path={assets!r}, exclude=["**/__pycache__", "**/*.pyc"])
"""
MAP = re.compile(r"(?:Mapping|Dict)\[(?:builtins\.)?str, (?:builtins\.)?str\]")
LIST = re.compile(r"(?:List|Sequence)\[(?:builtins\.)?str\]")
STRUCT = re.compile(r"(Cfn\w+)\.(\w+Property)")


def program(template: dict[str, Any], assets: str) -> str:
    """The typed L1 classes with their property structs, one per resource."""
    names = {key: f"r{number}" for number, key in enumerate(template["Resources"])}
    modules: set[str] = set()
    lines: list[str] = []
    for key, resource in template["Resources"].items():
        lines.append(f"{names[key]} = {_construct(key, resource, modules)}")
        lines.append(f"{names[key]}.override_logical_id({key!r})")
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if policy in resource:
                lines.append(f"{names[key]}.add_override({policy!r}, {resource[policy]!r})")
    for key, resource in template["Resources"].items():
        needed = resource.get("DependsOn", [])
        for other in [needed] if isinstance(needed, str) else needed:
            lines.append(f"{names[key]}.add_resource_dependency({names[other]})")
    imports = "\n".join(f"from aws_cdk import {module}" for module in sorted(modules))
    return HEAD.format(imports=imports, assets=assets) + "\n".join(lines) + "\napp.synth()\n"


def _construct(key: str, resource: dict[str, Any], modules: set[str]) -> str:
    properties = resource.get("Properties", {})
    if not resource["Type"].startswith("AWS::"):
        return (
            f"cdk.CfnResource(stack, {key!r}, type={resource['Type']!r}, properties={properties!r})"
        )
    _, service, name = resource["Type"].split("::")
    module = f"aws_{service.lower()}"
    modules.add(module)
    loaded = importlib.import_module(f"aws_cdk.{module}")
    arguments = _arguments(loaded, f"{module}.", getattr(loaded, f"Cfn{name}"), properties)
    return f"{module}.Cfn{name}(stack, {key!r}, {arguments})"


def _arguments(loaded: Any, prefix: str, owner: Any, properties: dict[str, Any]) -> str:
    parameters = inspect.signature(owner.__init__).parameters
    by_name = {name.replace("_", "").lower(): name for name in parameters}
    if "equalto" in by_name:  # jsii's name for what Python could take for a comparison
        by_name["equals"] = by_name["equalto"]
    return ", ".join(
        f"{by_name[key.lower()]}="
        + _value(loaded, prefix, str(parameters[by_name[key.lower()]].annotation), value)
        for key, value in properties.items()
    )


def _value(loaded: Any, prefix: str, annotation: str, value: Any, *, element: bool = False) -> str:
    if token := _token(annotation, value, element=element):
        return token
    if isinstance(value, list):
        each = [_value(loaded, prefix, annotation, part, element=True) for part in value]
        return f"[{', '.join(each)}]"
    if isinstance(value, dict) and (found := STRUCT.search(annotation)):
        struct = getattr(getattr(loaded, found[1]), found[2])
        return f"{prefix}{found[0]}({_arguments(loaded, prefix, struct, value)})"
    if isinstance(value, dict) and MAP.search(annotation):
        pairs = (f"{key!r}: {_text(part)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, dict) and "CfnTag" in annotation:
        return f"cdk.CfnTag(key={value['Key']!r}, value={value['Value']!r})"
    return repr(value)


def _token(annotation: str, value: Any, *, element: bool) -> str:
    if not _is_intrinsic(value):
        return ""
    if not element and LIST.search(annotation):
        return f"tokens({value!r})"
    named = annotation.replace("Dict[builtins.str, typing.Any]", "")
    return "" if "Any" in named else f"token({value!r})"


def _text(value: Any) -> str:
    return f"token({value!r})" if _is_intrinsic(value) else repr(value)


def _is_intrinsic(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) == 1
        and re.fullmatch(r"Ref|Fn::\w+", next(iter(value))) is not None
    )
