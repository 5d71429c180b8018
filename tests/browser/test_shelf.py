"""Conversations in the browser: kept, renamed, deleted, exported, and never lost between two tabs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ui.texts import ENGLISH as SAY

FACT = "Who leads the Russian side in the talks?"
UNKNOWN = "What did the mayor of Lisbon eat on the moon?"
OTHER = "What did Trump say about Tomahawk missiles?"
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def rows(page: Page) -> Locator:
    """The kept conversations, once their list is open."""
    if not page.locator("#fn-kept").is_visible():
        page.locator("[popovertarget=fn-kept]").click()
    return page.locator("[data-kept]")


def open_kept(page: Page, title: str) -> None:
    rows(page).get_by_role("button", name=title, exact=True).click()
    expect(page.locator("#fn-kept")).to_be_hidden()


def act(page: Page, name: str) -> None:
    """Presses one of the first row's buttons, which show when the pointer is on it."""
    rows(page).first.hover()
    rows(page).first.get_by_role("button", name=name, exact=True).click()


def test_kept_renamed_and_deleted(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    asked(page, UNKNOWN)
    page.wait_for_function(
        "(asked) => JSON.stringify({ ...localStorage }).includes(asked)", arg=UNKNOWN
    )
    page.reload()
    expect(page.get_by_role("button", name=SAY.conversations)).to_contain_text("1")
    open_kept(page, FACT)  # by its first question
    expect(page.locator(".fn-foot")).to_have_count(2)
    act(page, SAY.rename)
    page.keyboard.type("Negotiators")
    page.keyboard.press("Enter")
    expect(rows(page)).to_contain_text("Negotiators")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=SAY.new).click()
    expect(page.locator(".fn-foot")).to_have_count(0)
    open_kept(page, "Negotiators")
    expect(page.locator(".fn-foot")).to_have_count(2)
    asked(page, OTHER)
    expect(rows(page)).to_have_count(1)
    act(page, SAY.delete)
    expect(page.get_by_text(SAY.none_kept)).to_be_visible()
    expect(page.locator(".fn-foot")).to_have_count(0)


def test_two_tabs_keep_both(site: str, open_page: Open, asked: Ask) -> None:
    one, two = open_page(site), open_page(site)
    asked(one, FACT)
    expect(two.locator("#fn-count")).to_have_text("1")  # the other tab hears of it
    asked(two, OTHER)
    expect(two.locator("#fn-count")).to_have_text("2")
    expect(one.locator("#fn-count")).to_have_text("2")
    open_kept(two, FACT)  # now both go on with the same conversation
    expect(two.locator("#fn-chat .user-row")).to_contain_text(FACT)
    asked(one, "What is new on sanctions?")
    asked(two, UNKNOWN)
    expect(two.locator("#fn-count")).to_have_text("3")
    for name, last in ((FACT, "What is new on sanctions?"), (f"{FACT} (2)", UNKNOWN)):
        open_kept(two, name)
        expect(two.locator("#fn-chat .user-row").last).to_contain_text(last)
        expect(two.locator("#fn-chat .user-row")).to_have_count(2)


def test_opening_another_conversation_ends_the_answer(
    site: str, open_page: Open, asked: Ask, staged: Any
) -> None:
    page = open_page(site)
    asked(page, FACT)
    page.get_by_role("button", name=SAY.new).click()
    expect(page.locator(".fn-foot")).to_have_count(0)
    staged.go.clear()
    page.get_by_label(SAY.question).fill(f"{OTHER} slowly")
    page.get_by_label(SAY.question).press("Enter")
    expect(page.locator(".fn-claim")).to_have_count(1)
    open_kept(page, FACT)
    expect(page.locator("#fn-chat .user-row")).to_contain_text(FACT)
    expect(page.get_by_role("button", name=SAY.ask, exact=True)).to_be_visible()
    staged.go.set()
    asked(page, UNKNOWN)
    expect(page.locator("#fn-chat .user-row")).to_have_count(2)
    expect(rows(page)).to_have_count(1)


KEEP = """(letters) => {
  for (let i = 0; i < 5; i++) localStorage.setItem(`footnote:${i}`, JSON.stringify({
    changed: i, title: `${i}`, answers: ["x".repeat(900_000)] }));
  footnote.keep(JSON.stringify([{ question: "Long?", text: "x".repeat(letters) }]));
  return Object.keys(localStorage).filter((key) => key.startsWith("footnote:")).sort();
}"""


def test_the_oldest_make_room_unless_that_is_not_enough(site: str, open_page: Open) -> None:
    page = open_page(site)
    page.wait_for_function("() => window.footnote")
    assert page.evaluate(KEEP, 6_000_000) == [f"footnote:{n}" for n in range(5)]
    rest = page.evaluate(KEEP, 1_500_000)
    assert rest[:4] == [f"footnote:{n}" for n in range(1, 5)]
    assert len(rest) == 5


def test_export(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    expect(page.locator("#fn-count")).to_have_text("1")
    written = {}
    for label in (SAY.as_markdown, SAY.as_json):
        with page.expect_download() as download:
            act(page, label)
        written[label] = Path(download.value.path()).read_text("utf-8")
    (record,) = json.loads(written[SAY.as_json])
    assert record["question"] == FACT
    assert f"## {FACT}" in written[SAY.as_markdown]
    assert f"[^1]: “{record['citations'][0]['text']}”" in written[SAY.as_markdown]


def test_sources_for_other_programs(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    expect(page.locator("#fn-count")).to_have_text("1")
    begins = {"DOCX": b"PK", "RIS": b"1.\nTY  - ", "CSL-JSON": b"[", "BibTeX": b"@"}
    for label, first in begins.items():
        with page.expect_download() as download:
            act(page, label)
        assert Path(download.value.path()).read_bytes().startswith(first)
        ending = {"CSL-JSON": "json", "BibTeX": "bib"}.get(label, label.lower())
        assert download.value.suggested_filename == f"answers.{ending}"
