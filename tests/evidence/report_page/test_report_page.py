"""The page as text: what it holds, that it is escaped, and that its links lead somewhere."""

import base64
import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from secure_bedrock.evidence.anchors import property_anchor
from secure_bedrock.evidence.controls.model import Control, Evidence, Framework, Proof, Status
from secure_bedrock.evidence.fixed_costs import estimate
from secure_bedrock.evidence.picture import Figure, Picture, draw
from secure_bedrock.evidence.report_page import render_page
from secure_bedrock.evidence.report_page.answers import MOST, chapters
from secure_bedrock.evidence.report_page.index import name_of

FETCHES = {"src", "srcset", "href", "action", "formaction", "poster", "data", "xlink:href"}


class Read(HTMLParser):
    """Elements with their attributes, and the text between them."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.texts = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def values(self, name):
        return [attrs[name] for _, attrs in self.elements if name in attrs]


@pytest.fixture(scope="module")
def read(html):
    return Read(html)


@pytest.fixture
def bare():
    """A report of nothing."""
    return Evidence(
        generated_at="2026-11-23T05:30:00Z",
        tool_version="1",
        rules_version="2",
        profiles=("baseline",),
        inputs=(),
        frameworks=(),
        findings=(),
        acknowledgements=(),
        resources=(),
    )


def test_every_link_in_the_page_leads_somewhere(read):
    places = set(read.values("id"))
    links = [each for each in read.values("href") if each.startswith("#")]
    assert len(links) > 50
    assert [each for each in links if each[1:] not in places] == []


def test_a_finding_that_is_in_no_control_leads_to_its_property_too(evidence, bare):
    found = evidence.findings[0]
    page = Read(render_page(replace(bare, findings=(found,))))
    assert property_anchor(
        found.place.template, found.place.logical_id, found.place.property_path
    ) in set(page.values("id"))


def test_no_id_is_given_twice(read):
    ids = read.values("id")
    assert len(ids) == len(set(ids))


def test_links_that_leave_the_page_are_https(read):
    outside = [each for each in read.values("href") if not each.startswith("#")]
    assert outside
    assert all(each.startswith("https://") for each in outside)


def test_nothing_but_links_names_an_address(read):
    fetching = [(tag, name) for tag, attrs in read.elements for name in attrs if name in FETCHES]
    assert {tag for tag, _ in fetching} == {"a"}


def test_no_element_or_attribute_comes_from_a_template(read):
    attributes = {name for _, attrs in read.elements for name in attrs}
    assert [each for each in attributes if each.startswith("on")] == []
    assert [tag for tag, _ in read.elements].count("script") == 1
    assert "img" not in {tag for tag, _ in read.elements}


def test_what_browsers_may_run_is_named_by_its_digest(html):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)[1]
        digest = base64.b64encode(sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_characters_that_no_page_can_hold_are_left_out(html):
    html.encode("utf-8")
    assert "\0" not in html


def test_the_page_never_says_compliant(html):
    assert re.findall(r"\bcompliant\b", html, re.IGNORECASE) == []


def test_the_same_report_gives_the_same_page(evidence, access, before, html):
    again = render_page(
        evidence,
        picture=draw(evidence.sources, access),
        costs=estimate(evidence.sources),
        access=access,
        previous=before,
    )
    assert again == html


def test_every_answer_is_explained(read):
    text = " ".join(read.texts)
    for answer in ("shown", "open", "unknown", "customer", "absent", "not checked"):
        assert re.search(rf"\b{answer}\b", text)
    assert "No template can show it" in text


def test_an_acknowledgement_is_shown_with_its_reason(evidence, html):
    page = html.partition('id="acknowledgements"')[2].partition("</section>")[0]
    assert page.count("<b>Reason:</b> &lt;script&gt;evil=1&lt;/script&gt;") == 2
    assert evidence.acknowledgements[0].rule_id in page


def test_changes_name_control_finding_and_principal(html):
    page = html.partition('<section id="changes"')[2].partition('<section id="findings"')[0]
    assert "2026-01-01T00:00:00Z" in page
    assert "not checked" in page
    assert "AWS::IAM::Role" in page
    assert page.count('<td class="added">added</td>') == 1


def test_findings_are_sorted_by_severity(html):
    page = html.partition('<section id="findings"')[2].partition("</section>")[0]
    order = ["critical", "high", "medium", "low", "info"]
    found = [order.index(each) for each in re.findall(r'class="severity (\w+)"', page)]
    assert len(set(found)) > 1
    assert found == sorted(found)


def test_a_resource_without_a_path_of_its_own_has_its_logical_id_as_name(evidence):
    place = replace(evidence.resources[0].place, construct_path="Stage/App", logical_id="Raw")
    assert name_of(place, {"Stage/App"}) == "Raw"
    assert name_of(replace(place, construct_path="App/Keys/Logs/Resource")) == "Keys/Logs"


def test_double_backticks_of_a_title_become_code(bare):
    title = "No policy grants ``bedrock:<b>*`` to ``anyone"
    proof = Proof(rule_id="R1", rule_title=title, status=Status.ABSENT, place=None, message="")
    page = render_page(replace(bare, frameworks=(_framework((proof,)),)))
    assert "No policy grants <code>bedrock:&lt;b&gt;*</code> to anyone" in page


def test_places_where_a_rule_is_kept_stand_in_one_line(evidence):
    for framework in chapters(evidence.frameworks):
        for shown in framework.controls:
            kept = [each.rule_id for each in shown.sayings if each.status is Status.SHOWN]
            assert len(kept) == len(set(kept))


def test_a_rule_lists_every_place_and_a_control_the_first(bare, evidence):
    place = evidence.resources[0].place
    proofs = tuple(
        Proof(
            rule_id="R1",
            rule_title="title",
            status=Status.SHOWN,
            place=replace(place, property_path=f"Properties.P{n}"),
            message="",
        )
        for n in range(MOST + 3)
    )
    page = render_page(replace(bare, frameworks=(_framework(proofs),)))
    assert page.count('<span class="path">') == 2 * MOST + 3
    assert '<a href="#rule-R1">and 3 more</a>' in page


def test_what_is_not_given_is_left_out(bare):
    page = render_page(bare)
    for section in ("changes", "architecture", "access", "costs"):
        assert f'id="{section}"' not in page
    assert "No finding is open or unknown." in page


@pytest.mark.parametrize(("complete", "kind"), [(True, "words off-paper"), (False, "words")])
def test_words_are_printed_where_a_drawing_lacks_something(bare, complete, kind):
    drawn = Figure(
        name="keys", title="", description="", svg="", words=("A encrypts B",), complete=complete
    )
    page = render_page(bare, picture=Picture(figures=(drawn,)))
    assert f'<details class="{kind}">' in page


def test_why_there_is_no_access_map_is_said(bare):
    page = render_page(bare, access_problem="give --region <b>")
    assert "There is no access map: give --region &lt;b&gt;" in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.com", "data:text/html,x"])
def test_a_source_that_is_no_https_address_is_text(bare, url):
    framework = Framework(
        id="x", name="X", version="1", publisher="Them", source_url=url, controls=()
    )
    page = Read(render_page(replace(bare, frameworks=(framework,))))
    assert url not in page.values("href")
    assert any("Them" in text for text in page.texts)


def _framework(proofs):
    control = Control(
        framework="x",
        id="1",
        title="One",
        status=proofs[0].status,
        proofs=proofs,
        mapping_source="our reading",
        note="",
    )
    return Framework(
        id="x", name="X", version="1", publisher="p", source_url="", controls=(control,)
    )
