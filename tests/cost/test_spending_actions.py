import json
import re
from pathlib import Path

import cfnlint
import pytest

from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.catalog.spending import SPENDING_ACTIONS
from secure_bedrock.policy.match import wildcard_match

FREE = json.loads((Path(__file__).parent / "actions_that_cost_nothing.json").read_text())
LINTER = Path(cfnlint.__file__).parent / "data/AdditionalSpecs/Policies.json"
PREFIXES = ("bedrock", "bedrock-agentcore", "bedrock-mantle", "bedrock-websearch")
LOOKS_OR_ENDS = re.compile(
    r".*:(Batch)?(Get|List|Delete|Tag|Untag|Stop|Cancel|End|Deregister|Disassociate|Archive)"
)


def known_actions():
    return set().union(*(actions_matching(f"{prefix}:*") for prefix in PREFIXES))


def denied_actions():
    return set().union(*(actions_matching(pattern) for pattern in SPENDING_ACTIONS))


def test_every_action_is_denied_or_has_a_reason_why_it_costs_nothing():
    starts_something = {a for a in known_actions() if not LOOKS_OR_ENDS.match(a)}
    free = {action for actions in FREE.values() for action in actions}
    assert starts_something - denied_actions() == free


@pytest.mark.parametrize("pattern", SPENDING_ACTIONS)
def test_every_pattern_names_an_action_of_aws(pattern):
    service, _, verb = pattern.partition(":")
    known = json.loads(LINTER.read_text())[service]["Actions"]
    assert any(wildcard_match(verb.lower(), action) for action in known)


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:CreateModelInvocationJob",
        "bedrock:InvokeAgent",
        "bedrock:InvokeInlineAgent",
        "bedrock:InvokeFlow",
        "bedrock:RetrieveAndGenerate",
        "bedrock:StartIngestionJob",
        "bedrock:CreateProvisionedModelThroughput",
        "bedrock:CreateModelCustomizationJob",
        "bedrock:InvokeDataAutomationAsync",
        "bedrock-mantle:CreateInference",
        "bedrock-mantle:CreateReservation",
        "bedrock-websearch:InvokeSearch",
        "bedrock-agentcore:InvokeAgentRuntime",
        "bedrock-agentcore:StartBrowserSession",
    ],
)
def test_spending_is_denied(action):
    assert action in denied_actions()


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:DeleteProvisionedModelThroughput",
        "bedrock:StopModelInvocationJob",
        "bedrock:GetFoundationModel",
        "bedrock-mantle:DeleteReservation",
        "bedrock-agentcore:StopRuntimeSession",
    ],
)
def test_what_ends_spending_stays_possible(action):
    assert action not in denied_actions()
