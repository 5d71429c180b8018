"""From a number in an answer to its sentence in the article, and back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

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


def test_cited_sources_are_open_and_the_rest_folded(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    side = page.locator("#fn-side")
    expect(side.locator("blockquote").first).to_be_visible()
    side.locator("summary").click()
    expect(side.locator("details")).to_contain_text("below the threshold")
    expect(side.locator("details")).to_contain_text(re.compile(r"score \d\.\d\d"))
    side.get_by_role("button", name=SAY.read).first.click()
    expect(side.locator("mark").first).to_be_visible()
    page.get_by_role("button", name=SAY.back).click()
    expect(side.get_by_text(SAY.cited, exact=True)).to_be_visible()
