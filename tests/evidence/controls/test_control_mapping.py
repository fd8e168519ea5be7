import json
import re
from pathlib import Path

import pytest

from secure_bedrock.evidence.controls.mapping import (
    OUR_READING,
    framework_ids,
    load_framework,
    read,
)
from secure_bedrock.evidence.controls.page import page
from secure_bedrock.rules import RULES

ROOT = Path(__file__).parents[3]

GUIDE = {
    *("soc", "iso-27001", "iso-27017", "iso-27018", "pci-dss", "hipaa", "nist-800-53"),
    *("hitrust-csf", "gdpr", "finra", "ferpa", "owasp-llm", "mitre-atlas"),
}
# As NIST's catalog of revision 5 names them, and the lowest of FedRAMP's baselines that has them.
PUBLISHED = {
    "AC-3": ("Access Enforcement", "Low"),
    "AC-4": ("Information Flow Enforcement", "Moderate"),
    "AC-5": ("Separation of Duties", "Moderate"),
    "AC-6(1)": ("Authorize Access to Security Functions", "Moderate"),
    "AC-12": ("Session Termination", "Moderate"),
    "AU-2": ("Event Logging", "Low"),
    "AU-6": ("Audit Record Review, Analysis, and Reporting", "Low"),
    "AU-9(3)": ("Cryptographic Protection", "High"),
    "AU-12": ("Audit Record Generation", "Low"),
    "CA-9(1)": ("Compliance Checks", None),
    "CM-3(6)": ("Cryptography Management", "High"),
    "IA-5(7)": ("No Embedded Unencrypted Static Authenticators", "Moderate"),
    "SA-9(5)": ("Processing, Storage, and Service Location", "Moderate"),
    "SC-7(5)": ("Deny by Default — Allow by Exception", "Moderate"),
    "SC-7(10)": ("Prevent Exfiltration", "High"),
    "SC-8(1)": ("Cryptographic Protection", "Low"),
    "SC-12(2)": ("Symmetric Keys", None),
    "SC-28(1)": ("Cryptographic Protection", "Low"),
    "SI-4(5)": ("System-generated Alerts", "Moderate"),
    "SI-10": ("Information Input Validation", "Moderate"),
    "SI-15": ("Information Output Filtering", None),
}
frameworks = pytest.mark.parametrize("id", framework_ids())


def controls():
    return [(id, each) for id in framework_ids() for each in load_framework(id).controls]


def test_the_frameworks_of_the_guide_are_there():
    assert set(framework_ids()) == GUIDE


def test_every_rule_has_topics_or_says_why_not():
    data = read("rules.json")
    assert {*data["rules"], *data["not_mapped"]} == set(RULES)
    assert not {*data["rules"]} & {*data["not_mapped"]}
    assert all(data["rules"].values())
    assert all(reason.endswith(".") for reason in data["not_mapped"].values())


def test_topics_are_those_of_rules_and_of_controls():
    data = read("rules.json")
    asked = {
        topic
        for id in framework_ids()
        for control in read(f"frameworks/{id}.json")["controls"]
        for topic in control["topics"]
    }
    assert asked == set(data["topics"]) == {t for given in data["rules"].values() for t in given}


def test_every_mapped_rule_says_something_about_a_control():
    said = {rule for _, control in controls() for rule in control.rules}
    assert said == set(read("rules.json")["rules"])


@frameworks
def test_a_framework_names_version_publisher_and_source(id):
    framework = load_framework(id)
    assert framework.id == id
    assert framework.version
    assert framework.publisher
    assert framework.source_url.startswith("https://")
    assert framework.note.startswith(("A selection", "All ten"))


@frameworks
def test_control_ids_occur_once_and_some_have_rules(id):
    ids = [each.id for each in load_framework(id).controls]
    assert len(ids) == len(set(ids))
    assert any(each.rules for each in load_framework(id).controls)


def test_work_of_the_customer_is_described():
    assert [each.id for _, each in controls() if not each.rules and not each.note] == []


def test_every_mapping_names_who_says_so():
    public = {c.stated_by for rule in RULES.values() for c in rule.controls.values()}
    who = "|".join(map(re.escape, sorted(public)))
    sources = re.compile(rf"({OUR_READING})?((; )?({who}) for [A-Z]{{3}}\d\d(, [A-Z]{{3}}\d\d)*)*")
    assert [c.id for _, c in controls() if not (c.source and sources.fullmatch(c.source))] == []


def test_what_public_sources_state_lands_on_a_control_or_is_left_out_for_a_reason():
    data = read("stated.json")
    lost = []
    for rule in RULES.values():
        for name, stated in rule.controls.items():
            id = data["frameworks"].get(name)
            known = {c.id: c.rules for c in load_framework(id).controls} if id else {}
            for each in stated.ids if id else ():
                spelled = data["ids"].get(id, {}).get(each, each)
                if each not in data["not_taken"].get(id, {}) and rule.id not in known[spelled]:
                    lost.append((rule.id, name, each))
    assert lost == []


def test_ids_are_spelled_or_left_out_only_if_somebody_states_them():
    data = read("stated.json")
    names = {id: name for name, id in data["frameworks"].items()}
    for part in ("ids", "not_taken"):
        for id, entries in data[part].items():
            stated = {
                control
                for rule in RULES.values()
                if names[id] in rule.controls
                for control in rule.controls[names[id]].ids
            }
            assert set(entries) <= stated


def test_controls_of_nist_have_their_published_titles():
    titles = {each.id: each.title for each in load_framework("nist-800-53").controls}
    assert {id: titles[id] for id in PUBLISHED} == {id: t for id, (t, _) in PUBLISHED.items()}


def test_controls_of_nist_are_in_the_baselines_of_fedramp():
    levels = ("Low", "Moderate", "High")
    for each in load_framework("nist-800-53").controls:
        if each.id in PUBLISHED:
            lowest = PUBLISHED[each.id][1]
            expected = levels[levels.index(lowest) :] if lowest else ()
            assert each.baselines == tuple(f"FedRAMP {level}" for level in expected)


def test_baselines_of_fedramp_contain_each_other():
    allowed = {(), ("High",), ("Moderate", "High"), ("Low", "Moderate", "High")}
    for each in load_framework("nist-800-53").controls:
        assert tuple(name.removeprefix("FedRAMP ") for name in each.baselines) in allowed


def test_an_unknown_framework_is_refused_with_those_that_exist():
    with pytest.raises(ValueError, match="unknown framework 'iso': use ferpa, finra, gdpr"):
        load_framework("iso")


def test_the_page_of_frameworks_is_up_to_date():
    assert (ROOT / "docs/frameworks.md").read_text(encoding="utf-8") == page()


def test_no_page_and_no_data_claims_that_somebody_meets_a_framework():
    claim = re.compile(r"\b(compliant|certified)\b", re.IGNORECASE)
    texts = [page(), json.dumps([read("rules.json"), read("stated.json")])]
    texts += [json.dumps(read(f"frameworks/{id}.json")) for id in framework_ids()]
    texts.append((ROOT / "docs/report.md").read_text(encoding="utf-8"))
    assert [claim.findall(text) for text in texts if claim.search(text)] == []
