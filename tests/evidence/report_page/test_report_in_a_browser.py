"""The report page in headless Chromium: what a reader sees, hears and can reach.

Needs Chromium, Playwright (without a browser of its own) and axe-core; skips what lacks.
"""

import contextlib
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
AXE = Path(__file__).parent / "axe/node_modules/axe-core/axe.min.js"
INSTALL = "npm ci --no-audit --no-fund --prefix tests/evidence/report_page/axe"
SHOTS = ROOT / ".demo/report"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(html, tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(html, encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def open_page(browser, address):
    """Open the page and note everything it says, asks and fetches."""

    @contextlib.contextmanager
    def opened(*, size=DESKTOP, **options):
        context = browser.new_context(viewport=size, offline=True, **options)
        page = context.new_page()
        page.noted = []
        page.on("console", lambda message: page.noted.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: page.noted.append(f"error: {error}"))
        page.on("dialog", lambda dialog: page.noted.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: page.noted.append(f"request: {request.url}"))
        page.goto(address)
        yield page
        context.close()

    return opened


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request, open_page):
    with open_page(color_scheme=request.param) as opened:
        opened.scheme = request.param
        yield opened


def test_nothing_is_fetched_and_nothing_complains(page, address):
    page.evaluate(OPEN_ALL)
    page.mouse.wheel(0, 100_000)
    assert page.noted == [f"request: {address}"]


def test_text_of_a_template_is_never_run(page):
    assert page.evaluate("typeof evil") == "undefined"
    assert page.locator("img, iframe, object, embed, link").count() == 0
    assert page.locator("script").count() == 1


def test_axe_finds_nothing(page):
    if not AXE.is_file():
        pytest.skip(f"axe-core is not installed: {INSTALL}")
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    which = {"light": "{}", "dark": "{runOnly: ['color-contrast']}"}[page.scheme]
    result = page.evaluate(f"axe.run(document, {which})")
    found = result["violations"]
    assert "color-contrast" in {each["id"] for each in result["passes"]}
    shown = [(each["id"], each["nodes"][0]["html"][:200]) for each in found]
    assert shown == []


def test_light_and_dark_are_kept_as_screenshots(page):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.screenshot(path=SHOTS / f"{page.scheme}.png")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 22, 29)"}[page.scheme]


def test_the_first_stop_of_the_keyboard_leads_past_the_contents(open_page):
    with open_page() as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_the_keyboard_sees_where_it_is_and_opens_a_control(open_page):
    with open_page() as page:
        summary = page.locator("details.control > summary").first
        page.locator(":not(summary) > a[href='#controls']").first.focus()
        summary.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert summary.evaluate("each => each === document.activeElement")
        assert summary.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        assert page.locator("details.control").first.evaluate("each => each.open")


def test_a_line_leads_to_the_property_it_is_about(open_page):
    with open_page() as page:
        page.evaluate("document.querySelectorAll('details.file').forEach(e => { e.open = false })")
        page.locator("#findings a[href^='#p-']").first.click()
        target = page.locator(":target")
        assert target.is_visible()
        assert target.evaluate("each => each === document.activeElement")


def test_the_filter_hides_what_does_not_fit(open_page):
    with open_page() as page:
        page.locator("#needle").fill("rotation")
        shown = page.locator("[data-row]:not([hidden])")
        assert 0 < shown.count() < page.locator("[data-row]").count()
        assert all("rotation" in text.lower() for text in shown.all_text_contents())


def test_an_answer_can_be_left_out(open_page):
    with open_page() as page:
        page.locator("input[value=customer]").uncheck()
        assert page.locator(".control[data-status=customer]:visible").count() == 0
        assert page.locator(".control[data-status=open]:visible").count() > 0


def test_without_javascript_everything_is_there(open_page):
    with open_page(java_script_enabled=False) as page:
        assert not page.locator("#filter").is_visible()
        control = page.locator("details.control").filter(has=page.locator(".sayings")).first
        control.locator("summary").click()
        assert control.locator(".sayings").is_visible()


def test_a_phone_scrolls_downwards_only(open_page):
    with open_page(size=PHONE) as page:
        page.evaluate(OPEN_ALL)
        page.screenshot(path=SHOTS / "phone.png")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_paper_shows_closed_parts_and_no_controls_of_the_page(open_page):
    with open_page() as page:
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
        assert not page.locator("#filter").is_visible()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details.control:not([open])").count() == 0
        assert page.pdf(format="A4").startswith(b"%PDF")
