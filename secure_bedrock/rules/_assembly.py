"""Reading a cloud assembly: what ``cdk synth`` writes to cdk.out."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from secure_bedrock.rules._load import Source, load_template
from secure_bedrock.rules._worlds import section

_STACK = "aws:cloudformation:stack"
_ASSEMBLY = "cdk:cloud-assembly"
_UNKNOWN = ("unknown-account", "unknown-region")
_ASSET = "aws:asset:path"


def load_assembly(directory: str | Path) -> list[Source]:
    """Every template of a cloud assembly: stacks, stages and nested stacks, in a stable order.

    Raises:
        ValueError: The directory is no cloud assembly, or a template in it cannot be read.
    """
    root = Path(directory)
    return sorted(_sources(root), key=lambda source: str(source.path))


def _sources(root: Path) -> Iterator[Source]:
    manifest = root / "manifest.json"
    try:
        artifacts = json.loads(manifest.read_text(encoding="utf-8"))["artifacts"]
        entries = list(artifacts.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{root}: not a cloud assembly: no readable manifest.json") from error
    for name, artifact in entries:
        properties = section(artifact, "properties")
        if artifact.get("type") == _ASSEMBLY:
            yield from _sources(root / str(properties.get("directoryName", "")))
        elif artifact.get("type") == _STACK:
            account, region = environment(str(artifact.get("environment", "")))
            shown = artifact.get("displayName", name)
            source = load_template(root / str(properties.get("templateFile", "")), of_stack=True)
            stack = replace(source, account=account, region=region, construct_path=str(shown))
            yield stack
            yield from nested(stack)


def environment(address: str) -> tuple[str | None, str | None]:
    """Account and Region of an address such as ``aws://111122223333/eu-west-1``."""
    account, _, region = address.removeprefix("aws://").partition("/")
    known = [each if each and each not in _UNKNOWN else None for each in (account, region)]
    return known[0], known[1]


def nested(parent: Source) -> Iterator[Source]:
    """The templates of the nested stacks of a template, at any depth."""
    for logical_id, file in nested_files(parent).items():
        child = replace(
            load_template(file, of_stack=True),
            account=parent.account,
            region=parent.region,
            construct_path=f"{parent.construct_path}/{logical_id}",
        )
        yield child
        yield from nested(child)


def nested_files(source: Source) -> dict[str, Path]:
    """Logical id of each nested stack to the file of its template, as far as it is at hand."""
    files: dict[str, Path] = {}
    assets: dict[str, str] | None = None
    for logical_id, resource in section(source.template, "Resources").items():
        if not isinstance(resource, dict) or resource.get("Type") != "AWS::CloudFormation::Stack":
            continue
        name = section(resource, "Metadata").get(_ASSET)
        if not isinstance(name, str):
            assets = _assets(source.path.parent) if assets is None else assets
            url = json.dumps(section(resource, "Properties").get("TemplateURL"), default=str)
            name = next((path for digest, path in assets.items() if digest in url), "")
        file = source.path.parent / name
        if file.is_file() and file != source.path:
            files[str(logical_id)] = file
    return files


def _assets(directory: Path) -> dict[str, str]:
    """Hash to path of the files that the stacks of a directory upload."""
    found: dict[str, str] = {}
    for manifest in sorted(directory.glob("*.assets.json")):
        files = section(json.loads(manifest.read_text(encoding="utf-8")), "files")
        for digest, asset in files.items():
            if isinstance(asset, dict):
                found[digest] = str(section(asset, "source").get("path", ""))
    return found
