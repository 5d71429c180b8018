"""Conversations in the browser: kept, renamed, deleted, exported, and never lost between two tabs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ui.texts import ENGLISH as SAY

FACT = "Who leads the Russian side in the talks?"
UNKNOWN = "What did the mayor of Lisbon eat on the moon?"
OTHER = "What did Trump say about Tomahawk missiles?"
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def sidebar(page: Page) -> Page:
    page.get_by_role("button", name="Toggle Sidebar").click()
    return page


def test_kept_renamed_and_deleted(site: str, open_page: Open, asked: Ask) -> None:
    page = sidebar(open_page(site))
    asked(page, FACT)
    asked(page, UNKNOWN)
    expect(page.get_by_role("radio", name=FACT)).to_be_checked()
    page.wait_for_function(
        "(asked) => JSON.stringify({ ...localStorage }).includes(asked)", arg=UNKNOWN
    )
    page.reload()
    sidebar(page).get_by_role("radio", name=FACT).check()
    expect(page.locator(".fn-foot")).to_have_count(2)
    page.get_by_label(SAY.name).fill("Negotiators")
    page.get_by_role("button", name=SAY.rename, exact=True).click()
    expect(page.get_by_role("radio", name="Negotiators")).to_be_checked()
    page.get_by_role("button", name=SAY.new).click()
    expect(page.locator(".fn-foot")).to_have_count(0)
    page.get_by_role("radio", name="Negotiators").check()
    expect(page.locator(".fn-foot")).to_have_count(2)
    asked(page, OTHER)
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_role("button", name=SAY.delete, exact=True).click()
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.locator(".fn-foot")).to_have_count(0)


def test_two_tabs_keep_both(site: str, open_page: Open, asked: Ask) -> None:
    one, two = sidebar(open_page(site)), sidebar(open_page(site))
    asked(one, FACT)
    expect(two.get_by_role("radio", name=FACT)).to_be_visible()  # the other tab hears of it
    asked(two, OTHER)
    expect(two.get_by_role("radio")).to_have_count(2)
    expect(one.get_by_role("radio")).to_have_count(2)
    two.get_by_role("radio", name=FACT).check()  # now both go on with the same conversation
    expect(two.locator("#fn-chat .user-row")).to_contain_text(FACT)
    asked(one, "What is new on sanctions?")
    asked(two, UNKNOWN)
    expect(two.get_by_role("radio")).to_have_count(3)
    for name, last in ((FACT, "What is new on sanctions?"), (f"{FACT} (2)", UNKNOWN)):
        two.get_by_role("radio", name=name, exact=True).check()
        expect(two.locator("#fn-chat .user-row").last).to_contain_text(last)
        expect(two.locator("#fn-chat .user-row")).to_have_count(2)


def test_opening_another_conversation_ends_the_answer(
    site: str, open_page: Open, asked: Ask, staged: Any
) -> None:
    page = sidebar(open_page(site))
    asked(page, FACT)
    page.get_by_role("button", name=SAY.new).click()
    expect(page.locator(".fn-foot")).to_have_count(0)
    staged.go.clear()
    page.get_by_label(SAY.question).fill(f"{OTHER} slowly")
    page.get_by_label(SAY.question).press("Enter")
    expect(page.locator(".fn-claim")).to_have_count(1)
    page.get_by_role("radio", name=FACT).check()
    expect(page.locator("#fn-chat .user-row")).to_contain_text(FACT)
    expect(page.get_by_role("button", name=SAY.ask, exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name=FACT)).to_be_checked()
    staged.go.set()
    asked(page, UNKNOWN)
    expect(page.locator("#fn-chat .user-row")).to_have_count(2)
    expect(page.get_by_role("radio")).to_have_count(1)


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
    sidebar(page)
    written = {}
    for label in (SAY.as_markdown, SAY.as_json):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        written[label] = Path(download.value.path()).read_text("utf-8")
    (record,) = json.loads(written[SAY.as_json])
    assert record["question"] == FACT
    assert f"## {FACT}" in written[SAY.as_markdown]
    assert f"[^1]: “{record['citations'][0]['text']}”" in written[SAY.as_markdown]
