"""The table of docs/scale.md is what its own arithmetic says, of what templates are."""

import json
import re
from pathlib import Path

import aws_cdk as cdk
import pytest

from secure_bedrock.evidence.fixed_costs import estimate
from secure_bedrock.guardrails import presets
from secure_bedrock.monitoring.alarm_settings import MonitoredModel
from secure_bedrock.rollout.account_audit import OrganizationTrailExists
from secure_bedrock.rollout.account_baseline import AccountBaseline
from secure_bedrock.rollout.account_watch import AccountWatch
from secure_bedrock.rules import Source

PAGE = (Path(__file__).parents[2] / "docs/scale.md").read_text()
(BLOCK,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def arithmetic():
    names = {"__name__": "page"}
    exec(compile(BLOCK, "docs/scale.md", "exec"), names)  # noqa: S102 - our own page
    return names


@pytest.fixture(scope="module")
def template(feature_flags):
    stack = cdk.Stack(cdk.App(context=feature_flags), "Account")
    AccountBaseline(
        stack,
        "Baseline",
        environment="prod",
        guardrail=presets.PUBLIC_CHAT,
        watch=AccountWatch(models=[MonitoredModel(model="amazon.nova-lite-v1:0")]),
        audit_trail=OrganizationTrailExists(),
    )
    return cdk.assertions.Template.from_stack(stack).to_json()


@pytest.mark.parametrize("accounts", [10, 100, 5_000])
def test_the_table_is_what_the_arithmetic_says(arithmetic, accounts):
    assert f"\n{arithmetic['row'](accounts)}\n" in PAGE


def test_the_fixed_price_is_what_the_template_costs(arithmetic, template):
    source = Source(
        path=Path("a.json"), template=template, line=lambda _path: 1, region="us-east-1"
    )
    filters = sum(r["Type"] == "AWS::Logs::MetricFilter" for r in template["Resources"].values())
    assert filters == 5
    assert arithmetic["FIXED"] == pytest.approx(float(estimate([source]).total) + filters * 0.30)


def test_the_template_is_about_as_large_as_the_page_says(template):
    said, resources = re.search(r"\| (\d+) KB and (\d+) resources;", PAGE).groups()
    assert len(json.dumps(template, indent=2)) / 1_000 == pytest.approx(int(said), rel=0.1)
    assert len(template["Resources"]) == pytest.approx(int(resources), abs=1)
