"""From a number in an answer to its sentence in the article, and back."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ui.panel import Panel
from ui.reading import Reading
from ui.texts import ENGLISH as SAY

FACT = "Who leads the Russian side in the talks?"
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def test_a_number_opens_the_article_at_its_sentence_and_escape_returns(
    site: str, open_page: Open, asked: Ask
) -> None:
    page = open_page(site)
    number = asked(page, FACT).locator(".fn-cite").first
    expect(number).to_have_accessible_name(re.compile(r"^Source 1: .+, \d+ October 2025"))
    number.focus()
    page.keyboard.press("Enter")
    mark = page.locator("#fn-side mark").first
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()
    expect(mark).to_have_text(number.get_attribute("data-tip") or "")
    expect(page.locator("#fn-side .fn-near").first).to_be_visible()
    expect(page.locator("#fn-side .fn-bar h2")).to_be_in_viewport()  # headline and outlet stay
    expect(page.locator("#fn-side .fn-bar .fn-by")).to_be_in_viewport()
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(number).to_be_focused()


def test_hover_and_focus_show_the_sentence(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    number, tip = asked(page, FACT).locator(".fn-cite").first, page.get_by_role("tooltip")
    sentence = number.get_attribute("data-tip") or ""
    number.hover()
    expect(tip).to_have_text(sentence)
    expect(number).to_have_accessible_description(sentence)
    page.get_by_label(SAY.question).hover()
    expect(tip).to_be_hidden()
    number.focus()
    expect(tip).to_have_text(sentence)
    page.keyboard.press("Escape")  # only the tooltip goes
    expect(tip).to_be_hidden()
    expect(number).to_be_focused()


def test_disagreeing_sources_stand_side_by_side_with_their_dates(
    site: str, open_page: Open, asked: Ask
) -> None:
    page = open_page(site, viewport={"width": 1440, "height": 860})
    answer = asked(page, f"{FACT} disagree")
    sides = answer.locator(".fn-disagree p")
    expect(sides).to_have_count(2)
    boxes = [side.bounding_box() for side in sides.all()]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    for side in sides.all():
        expect(side).to_contain_text(re.compile(r"\d+ October 2025"))
        expect(side.locator(".fn-support")).to_have_text(SAY.partly_mark)  # in words, not by colour
    expect(answer.get_by_text("The sources disagree.")).to_be_visible()


def test_only_the_open_sentences_number_looks_open(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    first = page.locator(".fn-answer").first.locator(".fn-cite").first
    first.click()
    expect(first).to_have_class(re.compile("fn-here"))
    second = asked(page, "What did Trump say about Tomahawk missiles?").locator(".fn-cite").first
    second.click()
    expect(second).to_have_class(re.compile("fn-here"))
    expect(first).not_to_have_class(re.compile("fn-here"))
    expect(page.locator("#fn-side mark").first).to_be_focused()  # it is open
    page.locator("#fn-side").get_by_role("button", name=SAY.all_articles).click()
    expect(page.locator(".fn-here")).to_have_count(0)
    expect(page.locator(".fn-list")).to_be_visible()


def test_sources_are_named_and_the_rest_folded(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    answer = asked(page, FACT)
    side = page.locator("#fn-side")
    expect(side.get_by_role("heading", name=SAY.cited)).to_be_visible()
    expect(side.locator("ol .fn-row").first).to_contain_text(re.compile(r"\d+ October 2025"))
    sentence = answer.locator(".fn-claim bdi").first.inner_text()
    expect(side.get_by_text(sentence)).to_have_count(0)  # it stands on the left
    side.locator("summary").click()
    side.get_by_role("button", name=SAY.read).first.click()
    expect(side.locator("mark").first).to_be_visible()
    page.get_by_role("button", name=SAY.back).click()
    expect(side.get_by_role("heading", name=SAY.cited)).to_be_visible()
    answer.locator(".fn-chip").first.click()
    expect(side.locator("mark").first).to_be_visible()


def test_sources_that_come_late_do_not_close_the_article(
    site: str, open_page: Open, asked: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, article = Reading.last_sources, Panel.article
    late, again = threading.Event(), threading.Event()
    opened: list[str] = []

    def last_sources(reading: Reading, *given: Any) -> Any:
        late.wait(30)
        return sources(reading, *given)

    def shown(panel: Panel, *given: Any) -> str:
        opened.append(article(panel, *given))
        if len(opened) == 2:
            again.set()
        return opened[-1]

    monkeypatch.setattr(Reading, "last_sources", last_sources)
    monkeypatch.setattr(Panel, "article", shown)
    page = open_page(site)
    asked(page, FACT).locator(".fn-cite").first.click()
    mark = page.locator("#fn-side mark").first
    expect(mark).to_be_visible()
    late.set()
    assert again.wait(30)
    expect(mark).to_be_focused()
    expect(page.locator("#fn-side .fn-reading")).to_be_visible()
