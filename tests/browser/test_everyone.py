"""Keyboard alone, screen readers, narrow and wide, light and dark, little motion, the reader's language."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ui import page as the_page
from ui.texts import ENGLISH, languages

SAY = ENGLISH
FACT = "Who leads the Russian side in the talks?"
UNKNOWN = "What did the mayor of Lisbon eat on the moon?"
# What axe-core finds in Gradio's own markup, by rule and element; anything else fails.
GRADIOS = {
    ("aria-required-children", ".examples"),  # the examples of the empty chat: a list of buttons
}
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Moves the focus by keyboard until it is on such an element."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{key} never reached {selector}")


def test_the_keyboard_alone_is_enough(site: str, open_page: Open) -> None:
    page = open_page(site)
    expect(page.get_by_label(SAY.question)).to_be_focused()
    page.keyboard.type(FACT)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-foot")).to_have_count(1)
    tab_to(page, ".fn-answer .fn-cite", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#fn-side mark").first).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.className === 'fn-cite'")
    tab_to(page, "[data-do=copy]")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status].fn-sr")).to_have_text(SAY.copied)
    tab_to(page, ".fn-feedback summary")
    page.keyboard.press("Enter")
    tab_to(page, "[data-kind=helpful]")
    page.keyboard.press("Enter")
    expect(page.get_by_text(SAY.feedback_thanks)).to_be_visible()
    tab_to(page, ".option")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-foot")).to_have_count(2)
    tab_to(page, "[role=tab]", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("gridcell").first).to_be_visible()


def test_answers_are_read_out_as_they_come(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    answer = asked(page, FACT)
    log = page.locator("#fn-chat [aria-live=polite]")
    expect(log.locator(".fn-answer")).to_have_count(1)
    expect(answer.locator(".fn-sr").first).to_have_text(SAY.supported)
    expect(page.get_by_role("region", name=SAY.sources)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1600])
def test_it_fits(site: str, open_page: Open, asked: Ask, width: int) -> None:
    page = open_page(site, viewport={"width": width, "height": 740})
    assert _fits(page)
    answer = asked(page, FACT)
    assert _fits(page)
    answer.locator(".fn-cite").first.click()
    expect(page.locator("#fn-side mark").first).to_be_in_viewport()
    assert _fits(page)
    reading = page.locator(".fn-reading").bounding_box()
    assert reading
    assert reading["width"] <= 40 * 16
    if width < 900:
        page.get_by_role("button", name=SAY.close).click()
        expect(page.locator("#fn-side")).to_be_hidden()
        expect(answer.locator(".fn-cite").first).to_be_focused()
    page.get_by_role("tab", name=SAY.articles_tab).click()
    expect(page.get_by_role("gridcell").first).to_be_visible()
    assert _fits(page)


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_little_motion_when_asked_for(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site, reduced_motion="reduce")
    asked(page, FACT)
    longest = """() => Math.max(...[...document.querySelectorAll("*")].flatMap((one) => {
        const style = getComputedStyle(one);
        return [style.animationDuration, style.transitionDuration].map((time) => parseFloat(time) || 0); }))"""
    assert page.evaluate(longest) <= 0.001


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_but_gradios_own(
    site: str, open_page: Open, asked: Ask, scheme: str
) -> None:
    page = open_page(site, color_scheme=scheme, reduced_motion="reduce")
    found = {"empty": _serious(page)}
    answer = asked(page, f"{FACT} disagree")
    answer.get_by_text(SAY.feedback).click()
    found["answer"] = _serious(page)
    answer.locator(".fn-cite").first.click()
    expect(page.locator("#fn-side mark").first).to_be_visible()
    found["source"] = _serious(page)
    asked(page, UNKNOWN)
    page.locator("#fn-side summary").click()
    found["no answer"] = _serious(page)
    page.get_by_role("button", name="Toggle Sidebar").click()
    expect(page.get_by_role("radio")).to_have_count(1)
    found["conversations"] = _serious(page)
    page.get_by_role("button", name="Toggle Sidebar").click()
    page.get_by_role("tab", name=SAY.articles_tab).click()
    page.get_by_role("gridcell").first.click()
    expect(page.locator(".fn-reader article")).to_be_visible()
    found["articles"] = _serious(page)
    assert {view: new for view, rules in found.items() if (new := rules - GRADIOS)} == {}


def _serious(page: Page) -> set[tuple[str, str]]:
    """Serious and critical findings, as rule and the element's selector without what Gradio numbers anew."""
    found = Axe().run(page).response["violations"]
    return {
        (rule["id"], node["target"][-1])
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    }


def test_axe_finds_nothing_in_the_log_in_form(
    locked_site: tuple[str, str], open_page: Open
) -> None:
    assert _serious(open_page(locked_site[0], until="form")) == set()


def test_the_page_speaks_the_readers_language(site: str, open_page: Open, asked: Ask) -> None:
    say = languages()["de"]
    page = open_page(site, locale="de-DE")
    expect(page.get_by_text("Was möchten Sie wissen?")).to_be_visible()
    expect(page.locator("#fn-side")).to_contain_text(say.panel_empty)
    answer = asked(page, FACT)
    expect(answer.locator(".fn-cite").first).to_have_accessible_name(
        re.compile(r"^Quelle 1: .+, \d+\. Oktober 2025")
    )
    expect(answer).to_contain_text(say.supported)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    answer.get_by_role("button", name=say.copy).click()
    expect(page.locator("[role=status].fn-sr")).to_have_text(say.copied)
    refusal = asked(page, UNKNOWN)
    expect(refusal).to_contain_text(say.no_answer)
    page.get_by_role("tab", name=say.articles_tab).click()
    expect(page.get_by_role("columnheader", name="Erschienen")).to_be_visible()
    expect(page.locator("[aria-roledescription=bar]").first).to_be_visible()
    left = [
        "Ask",
        "Articles",
        "Sources",
        "Copy",
        "Feedback",
        "From",
        "Until",
        "Cited",
        "Conversations",
    ]
    shown = page.locator("body").inner_text().splitlines()
    assert [line for line in shown if line.strip() in left] == []


def test_our_own_weight() -> None:
    files = [path for path in the_page.HERE.iterdir() if path.suffix in (".css", ".js", ".json")]
    assert len(files) >= 4
    assert sum(path.stat().st_size for path in files) < 40_000
