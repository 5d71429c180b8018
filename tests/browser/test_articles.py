"""The articles tab: browse, filter, upload, remove; and who may not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ui.texts import ENGLISH as SAY

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def articles(page: Page) -> Locator:
    """Opens the tab, gives its table."""
    page.get_by_role("tab", name=SAY.articles_tab).click()
    table = page.get_by_role("grid", name=SAY.listed)
    expect(table.get_by_role("gridcell").first).to_be_visible()
    return table


def bars(page: Page, *days: str) -> None:
    """The timeline shows these days and no other."""
    expect(page.locator("[aria-roledescription=bar]")).to_have_count(len(days))
    for day in days:
        expect(
            page.locator(f'[aria-roledescription=bar][aria-label^="{SAY.published}: {day}"]')
        ).to_have_count(1)


def test_browse_and_filter_by_source_and_date(site: str, open_page: Open) -> None:
    page = open_page(site)
    table = articles(page)
    rows = table.get_by_role("row")
    expect(rows).to_have_count(13)  # the head, and each of the seeds
    bars(page, "2025-10-16", "2025-10-17", "2025-10-18")
    page.get_by_label(SAY.start, exact=True).fill("2025-10-18")
    page.keyboard.press("Enter")
    bars(page, "2025-10-18")
    expect(rows).to_have_count(4)
    page.get_by_role("tabpanel").get_by_label(SAY.sources).last.click()
    page.get_by_role("option", name="Footnote Wire").click()
    expect(rows).to_have_count(2)
    table.get_by_role("gridcell", name="U.S. intelligence helps").click()
    expect(page.locator(".fn-reader article h2")).to_contain_text("U.S. intelligence helps")
    page.get_by_label(SAY.end, exact=True).fill("soon")
    page.keyboard.press("Enter")
    expect(page.get_by_text(SAY.bad_date.format("soon"))).to_be_visible()


def test_questions_are_limited_by_source_and_date(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    page.get_by_role("button", name=SAY.limits).click()
    page.get_by_label(SAY.after).fill("2025-10-18")
    answer = asked(page, "What did Trump say about the summit?")
    answer.get_by_role("button", name=SAY.sources).click()
    page.locator("#fn-side summary").click()
    for by in page.locator("#fn-side h3 + .fn-by").all():
        expect(by).to_contain_text("18 October 2025")


def test_upload_ask_and_remove(own_site: str, open_page: Open, asked: Ask, tmp_path: Path) -> None:
    page = open_page(own_site)
    articles(page)
    good, bad = tmp_path / "tides.txt", tmp_path / "empty.txt"
    good.write_text(
        "The lighthouse keeper Marta Vell retired in Dover on Monday.\n\nNobody has replaced her yet."
    )
    bad.write_text("")
    page.locator("input[type=file][multiple]").set_input_files([good, bad])
    outcome = page.get_by_role("grid", name=SAY.uploaded)
    expect(outcome.get_by_role("gridcell", name="empty.txt", exact=True)).to_be_visible()
    expect(outcome.get_by_role("gridcell", name=SAY.added.format(1))).to_be_visible()
    expect(outcome.get_by_role("gridcell")).to_have_count(4)
    expect(page.locator(".fn-line")).to_contain_text(SAY.articles.format(2))
    page.get_by_role("tab", name=SAY.ask_tab).click()
    expect(asked(page, "Who retired in Dover on Monday?").locator(".fn-cite").first).to_be_visible()
    articles(page).get_by_role("gridcell", name="The lighthouse keeper").first.click()
    expect(page.locator(".fn-reader article")).to_contain_text("Nobody has replaced her yet.")
    page.get_by_role("button", name=SAY.remove).click()
    page.get_by_role("button", name=SAY.keep).click()
    page.get_by_role("button", name=SAY.remove).click()
    page.get_by_role("button", name=SAY.remove_sure).click()
    expect(page.locator(".fn-line")).to_contain_text(SAY.article + " ")
    expect(page.get_by_role("grid", name=SAY.listed).get_by_role("row")).to_have_count(2)


def test_files_can_be_dropped(own_site: str, open_page: Open) -> None:
    page = open_page(own_site)
    articles(page)
    dropped = page.evaluate_handle(
        """() => { const data = new DataTransfer(); data.items.add(
        new File(["The bridge of Ghent reopened on Friday."], "bridge.txt", { type: "text/plain" })); return data; }"""
    )
    page.locator("button[aria-dropeffect]").dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.get_by_role("gridcell", name="bridge.txt").first).to_be_visible()


def test_a_key_that_may_only_read_changes_nothing(
    locked_site: tuple[str, str], open_page: Open, tmp_path: Path
) -> None:
    address, key = locked_site
    page = open_page(address, until="form")
    page.get_by_label("Key").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).not_to_be_empty()
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Log in").click()
    table = articles(page)
    note = tmp_path / "note.txt"
    note.write_text("A note that nobody asked for.")
    with page.expect_response("**/gradio_api/upload*") as refused:
        page.locator("input[type=file][multiple]").set_input_files(note)
    assert refused.value.status == 403
    table.get_by_role("gridcell").first.click()
    page.get_by_role("button", name=SAY.remove).click()
    page.get_by_role("button", name=SAY.remove_sure).click()
    expect(page.get_by_text(SAY.read_only)).to_have_count(1)
    expect(page.locator(".fn-line")).to_contain_text(SAY.article + " ")
    expect(table.get_by_role("row")).to_have_count(2)


def test_a_person_logs_out(locked_site: tuple[str, str], open_page: Open) -> None:
    address, key = locked_site
    page = open_page(address, until="form")
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".fn-line")).to_be_visible()
    page.get_by_role("button", name="Toggle Sidebar").click()
    page.get_by_role("button", name=SAY.log_out).click()
    expect(page.get_by_label("Key")).to_be_visible()
    page.goto(address)
    expect(page.get_by_label("Key")).to_be_visible()


def test_who_has_not_logged_in_finds_no_way_out(site: str, open_page: Open) -> None:
    page = open_page(site)
    expect(page.locator(".fn-line")).to_be_visible()
    page.get_by_role("button", name="Toggle Sidebar").click()
    expect(page.get_by_role("button", name=SAY.new)).to_be_visible()
    expect(page.get_by_role("button", name=SAY.log_out)).to_have_count(0)
