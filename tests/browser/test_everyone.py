"""Keyboard alone, screen readers, narrow and wide, light and dark, little motion, the reader's language."""

import re
from collections.abc import Callable
from dataclasses import asdict
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
GRADIOS: set[tuple[str, str]] = set()
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Moves the focus by keyboard until it is on such an element."""
    for _ in range(100):
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
    page.wait_for_function("document.activeElement.matches('.fn-cite')")
    tab_to(page, "[data-do=copy]")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status].fn-sr")).to_have_text(SAY.copied)
    tab_to(page, ".fn-feedback summary")
    page.keyboard.press("Enter")
    tab_to(page, "[data-kind=helpful]")
    page.keyboard.press("Enter")
    expect(page.get_by_text(SAY.feedback_thanks)).to_be_visible()
    tab_to(page, "[data-do=again]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-foot")).to_have_count(1)
    tab_to(page, "#fn-side [data-do=articles]")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-list .fn-row").first).to_be_visible()
    tab_to(page, ".fn-list .fn-row")
    page.keyboard.press("Enter")
    expect(page.locator("#fn-panel h2")).to_be_focused()
    tab_to(page, "[popovertarget=fn-kept]", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, "[data-kept] .fn-row")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-foot")).to_have_count(1)


def test_answers_are_read_out_as_they_come(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    answer = asked(page, FACT)
    log = page.locator("#fn-chat [aria-live=polite]")
    expect(log.locator(".fn-answer")).to_have_count(1)
    expect(answer.locator(".fn-claim").first).to_be_visible()
    expect(page.get_by_role("region", name=SAY.sources)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280, 1920])
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
        page.locator(".fn-head").get_by_role("button", name=SAY.articles_head).click()
    else:
        page.get_by_role("button", name=SAY.all_articles).click()
    expect(page.locator(".fn-list .fn-row").first).to_be_visible()
    expect(page.locator(".fn-timeline button").first).to_be_visible()
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
    found["no answer"] = _serious(page)
    page.get_by_role("button", name=SAY.conversations).click()
    expect(page.locator("[data-kept]")).to_have_count(1)
    found["conversations"] = _serious(page)
    page.keyboard.press("Escape")
    expect(page.locator(".fn-list .fn-row").first).to_be_visible()
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
    expect(page.get_by_text(say.welcome)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator(".fn-line")).to_contain_text(say.quoting)
    expect(page.locator(".fn-list")).to_contain_text("Oktober 2025")
    answer = asked(page, FACT)
    expect(answer.locator(".fn-cite").first).to_have_accessible_name(
        re.compile(r"^Quelle 1: .+, \d+\. Oktober 2025")
    )
    answer.get_by_role("button", name=say.copy).click()
    expect(page.locator("[role=status].fn-sr")).to_have_text(say.copied)
    refusal = asked(page, UNKNOWN)
    expect(refusal).to_contain_text(say.no_answer)
    shown = page.locator("body").inner_text().splitlines()
    assert [line for line in shown if line.strip() in ENGLISH_ONLY] == []


ENGLISH_ONLY = {
    text
    for name, text in asdict(ENGLISH).items()
    if text not in asdict(languages()["de"]).values() and name != "language"
}
SHOWN = """() => { window.texts = new Set(); const look = () => {
  for (const line of document.body?.innerText.split("\\n") ?? []) window.texts.add(line.trim());
  requestAnimationFrame(look); }; look(); }"""


def test_no_english_text_is_ever_painted_on_a_german_page(site: str, open_page: Open) -> None:
    page = open_page(site, locale="de-DE")
    page.add_init_script(f"({SHOWN})()")
    page.reload()
    expect(page.locator(".fn-list .fn-row").first).to_be_visible()
    assert set(page.evaluate("[...window.texts]")) & ENGLISH_ONLY == set()


def test_that_it_works_shows_at_once(site: str, open_page: Open, staged: Any) -> None:
    page = open_page(site)
    staged.go.clear()
    page.get_by_label(SAY.question).fill(f"{FACT} slowly")
    page.get_by_label(SAY.question).press("Enter")
    assert page.locator("#fn-talk[data-working]").count() == 1  # before the server says anything
    staged.go.set()
    expect(page.locator(".fn-foot")).to_have_count(1)
    expect(page.locator("#fn-talk[data-working]")).to_have_count(0)


def test_our_own_weight() -> None:
    files = [path for path in the_page.HERE.iterdir() if path.suffix in (".css", ".js", ".json")]
    assert len(files) >= 4
    assert sum(path.stat().st_size for path in files) < 40_000
