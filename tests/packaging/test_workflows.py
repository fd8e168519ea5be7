"""What GitHub runs: pinned, least-privileged, and nothing that the Makefile does not have."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def workflow(request):
    return yaml.safe_load(request.param.read_text())


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_nothing_is_permitted_that_a_job_does_not_ask_for(workflow):
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


def test_only_publishing_may_write(workflow):
    writers = {
        (name, permission)
        for name, job in workflow["jobs"].items()
        for permission, level in job["permissions"].items()
        if level == "write"
    }
    assert writers <= {("publish", "attestations"), ("publish", "id-token")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_action_is_pinned_and_says_its_version(path):
    used = re.findall(r"uses: (.*)", path.read_text())
    assert used
    assert [u for u in used if not re.fullmatch(r"\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+", u)] == []


def test_every_target_that_is_made_exists(workflow):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = [step["run"].split()[1:] for step in steps(workflow) if "make " in step.get("run", "")]
    assert made
    assert {target for each in made for target in each} <= targets
