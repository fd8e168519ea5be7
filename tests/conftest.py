import json
import os
import re
from pathlib import Path

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["CDK_VALIDATION"] = "false"
os.environ["AWS_ACCESS_KEY_ID"] = "testing"
os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ["AWS_CONFIG_FILE"] = os.devnull
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

from secure_bedrock._node import ensure_node

ensure_node()

import aws_cdk as cdk
import pytest
from hypothesis import settings
from syrupy.extensions.json import JSONSnapshotExtension

# No test is about time, and machines are busy.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent
ACCOUNT = "111122223333"
REGION = "eu-west-1"
_ASSET_HASH = re.compile(r"[0-9a-f]{64}")


@pytest.fixture(scope="session")
def feature_flags():
    return json.loads((ROOT / "cdk.json").read_text())["context"]


@pytest.fixture
def app(feature_flags):
    return cdk.App(context=feature_flags)


@pytest.fixture
def stack(app):
    """A stack without account and Region, as most users first write it."""
    return cdk.Stack(app, "Test", synthesizer=_synthesizer())


@pytest.fixture
def env_stack(app):
    """A stack in a known account and Region."""
    return cdk.Stack(
        app,
        "Test",
        env=cdk.Environment(account=ACCOUNT, region=REGION),
        synthesizer=_synthesizer(),
    )


@pytest.fixture
def resources():
    """Resources of a type in a stack's template: logical id -> resource."""

    def of_type(stack, resource_type):
        found = cdk.assertions.Template.from_stack(stack).find_resources(resource_type)
        return dict(found)

    return of_type


@pytest.fixture
def snapshot(snapshot):
    """One JSON file per test, with asset hashes replaced."""

    def stable(*, data, path):  # noqa: ARG001
        return _ASSET_HASH.sub("<hash>", data) if isinstance(data, str) else data

    return snapshot.use_extension(JSONSnapshotExtension).with_defaults(matcher=stable)


def _synthesizer():
    return cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
