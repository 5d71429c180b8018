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


def test_examples_and_follow_ups_ask(site: str, open_page: Open) -> None:
    page = open_page(site)
    page.get_by_role("button", name="Select example 1").click()
    expect(page.locator(".fn-foot")).to_have_count(1)
    page.locator("#fn-chat .option").first.click()
    expect(page.locator(".fn-foot")).to_have_count(2)


def test_retry_and_edit_replace_the_answer(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, UNKNOWN)
    page.get_by_role("button", name="Edit").click()
    page.locator("#fn-chat textarea").fill(FACT)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".fn-answer .fn-cite").first).to_be_visible()
    expect(page.locator(".fn-foot")).to_have_count(1)
    page.get_by_role("button", name="Retry").click()
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
    expect(page.locator("#fn-chat .option").first).to_be_visible()
    page.get_by_role("button", name="Toggle Sidebar").click()
    expect(page.get_by_role("radio")).to_have_count(1)  # the answer's last step is over
    expect(mark).to_be_visible()
    asked(page, FACT)  # and the next answer shows its sources again
    expect(page.locator("#fn-side").get_by_text(SAY.cited, exact=True)).to_be_visible()


def test_a_refusal_says_so_and_offers_a_search(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    answer = asked(page, UNKNOWN)
    expect(answer.get_by_text(SAY.no_answer)).to_be_in_viewport()
    expect(answer.locator(".fn-cite")).to_have_count(0)
    answer.locator(".fn-near-button").first.click()
    expect(page.locator("#fn-side mark").first).to_be_in_viewport()
    answer.get_by_role("button", name=SAY.search).click()
    expect(page.locator("#fn-side .fn-card").first).to_be_visible()


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
