"""Asking, and what can be done with an answer."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ui.texts import ENGLISH as SAY

FACT = "Who leads the Russian side in the talks?"
UNKNOWN = "What did the mayor of Lisbon eat on the moon?"
# Gradio's queue still uses what pandas 3 has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def slowly(page: Page, staged: Any) -> None:
    """Asks what stops after its first claim."""
    staged.go.clear()
    box = page.get_by_label(SAY.question)
    box.fill(f"{FACT} slowly")
    box.press("Enter")
    expect(page.locator(".fn-claim")).to_have_count(1)


def test_examples_and_follow_ups_are_answered(real_site: str, open_page: Open) -> None:
    page = open_page(real_site)
    examples = page.locator(".fn-examples button")
    expect(examples).to_have_count(4, timeout=120_000)
    expect(page.get_by_text("What do the articles say")).to_have_count(0)
    examples.nth(1).click()
    expect(page.locator(".fn-foot")).to_have_count(1)
    expect(page.locator(".fn-answer .fn-cite").first).to_be_visible()
    page.locator(".fn-next button").first.click()
    expect(page.locator(".fn-foot")).to_have_count(2)
    expect(page.locator(".fn-answer").last.locator(".fn-cite").first).to_be_visible()


def test_the_box_stands_in_the_middle_until_there_is_a_conversation(
    site: str, open_page: Open, asked: Ask
) -> None:
    page = open_page(site, viewport={"width": 1280, "height": 800})
    box = page.get_by_label(SAY.question)

    def top() -> float:
        place = box.bounding_box()
        assert place
        return place["y"]

    expect(page.locator(".fn-welcome")).to_be_visible()
    assert 200 < top() < 550
    asked(page, FACT)
    expect(page.locator(".fn-welcome")).to_be_hidden()
    assert top() > 550


def test_retry_and_edit_replace_the_answer(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, UNKNOWN)
    page.get_by_role("button", name="Edit").click()
    page.locator("#fn-chat textarea").fill(FACT)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".fn-answer .fn-cite").first).to_be_visible()
    expect(page.locator(".fn-foot")).to_have_count(1)
    page.get_by_role("button", name=SAY.again).click()
    expect(page.locator(".fn-foot")).to_have_count(1)
    expect(page.locator(".fn-answer .fn-cite").first).to_be_visible()


def test_stop_keeps_what_was_said(site: str, open_page: Open, staged: Any) -> None:
    page = open_page(site)
    slowly(page, staged)
    page.get_by_role("button", name=SAY.stop).click()
    expect(page.locator(".fn-answer")).to_contain_text(SAY.stopped)
    staged.go.set()
    expect(page.get_by_role("button", name=SAY.ask, exact=True)).to_be_visible()
    expect(page.locator("#fn-side").get_by_text(SAY.cited, exact=True)).to_be_visible()


def test_what_is_read_while_an_answer_grows_stays_open(
    site: str, open_page: Open, asked: Ask, staged: Any
) -> None:
    page = open_page(site)
    slowly(page, staged)
    page.locator(".fn-answer .fn-cite").click()
    mark = page.locator("#fn-side mark").first
    expect(mark).to_be_visible()
    staged.go.set()
    expect(page.locator(".fn-foot")).to_have_count(1)
    expect(page.locator("#fn-count")).to_have_text("1")  # the answer's last step is over
    expect(mark).to_be_visible()
    asked(page, FACT)  # and the next answer shows its sources again
    expect(page.locator("#fn-side").get_by_text(SAY.cited, exact=True)).to_be_visible()


def test_a_refusal_says_so_and_offers_a_search(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    answer = asked(page, UNKNOWN)
    expect(answer.get_by_text(SAY.no_answer)).to_be_in_viewport()
    expect(answer).to_contain_text(SAY.looked_for.format(UNKNOWN))
    expect(answer.locator(".fn-cite")).to_have_count(0)
    answer.locator(".fn-near-button").first.click()
    expect(page.locator("#fn-side mark").first).to_be_in_viewport()
    answer.get_by_role("button", name=SAY.search).click()
    expect(page.locator("#fn-side .fn-card").first).to_be_visible()


def test_a_limit_found_in_the_question_goes_with_a_click(
    real_site: str, open_page: Open, asked: Ask
) -> None:
    page = open_page(real_site)
    answer = asked(page, "What does Footnote Energy say about natural gas?")
    limit = answer.get_by_role("button", name=SAY.unlimited.format("Footnote Energy"))
    limit.click()
    expect(page.locator(".fn-limits")).to_have_count(0)
    expect(page.locator(".fn-foot")).to_have_count(1)  # in the place of the answer with the limit
    expect(page.locator("#fn-chat .user-row")).to_contain_text("What does Footnote Energy say")


def test_a_limit_of_the_page_goes_from_the_page_too(
    real_site: str, open_page: Open, asked: Ask
) -> None:
    page = open_page(real_site)
    page.get_by_role("button", name=SAY.limits).click()
    page.get_by_label(SAY.after).fill("2025-10-18")
    answer = asked(page, FACT)
    told = SAY.unlimited.format(SAY.only_after.format("18 October 2025"))
    answer.get_by_role("button", name=told).click()
    expect(page.locator(".fn-limits")).to_have_count(0)
    expect(page.locator(".fn-foot")).to_have_count(1)
    expect(page.get_by_label(SAY.after)).to_have_value("")
    expect(page.locator(".fn-list")).to_contain_text("12 articles")


def test_copy_has_footnotes_and_a_link_asks_again(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    page.get_by_role("button", name=SAY.copy, exact=True).click()
    expect(page.locator("[role=status].fn-sr")).to_have_text(SAY.copied)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"\[\^1\]\n", copied)
    assert re.search(r"^\[\^1\]: “.+” .+, .+ 2025$", copied, re.MULTILINE)
    page.get_by_role("button", name=SAY.share).click()
    expect(page.locator("[role=status].fn-sr")).to_have_text(SAY.shared)
    other = open_page(page.evaluate("navigator.clipboard.readText()"))
    expect(other.locator("#fn-chat .user-row")).to_contain_text(FACT)
    expect(other.locator(".fn-foot")).to_have_count(1)


def test_feedback_becomes_a_row(site: str, open_page: Open, asked: Ask, data: Path) -> None:
    page = open_page(site)
    answer = asked(page, FACT)
    answer.get_by_text(SAY.feedback).click()
    answer.get_by_label(SAY.feedback_note).fill("the other article says it better")
    answer.get_by_role("button", name=SAY.wrong_source).click()
    expect(page.get_by_text(SAY.feedback_thanks)).to_be_visible()
    row = json.loads((data / "feedback.jsonl").read_text("utf-8").splitlines()[-1])
    assert (row["kind"], row["question"], row["note"]) == (
        "wrong_source",
        FACT,
        "the other article says it better",
    )


def test_sessions_are_apart(site: str, open_page: Open, asked: Ask) -> None:
    mine, yours = open_page(site), open_page(site)
    asked(mine, FACT)
    expect(yours.locator(".fn-answer")).to_have_count(0)
    asked(yours, UNKNOWN)
    expect(yours.locator("#fn-chat .user-row")).to_have_count(1)
    expect(mine.locator("#fn-chat .user-row")).to_have_count(1)
