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


def listed(page: Page) -> Locator:
    """The rows of the list, when there are some."""
    rows = page.locator(".fn-list .fn-row")
    expect(rows.first).to_be_visible()
    return rows


def drop(page: Page, name: str, text: str) -> None:
    """Lets a file fall on the middle of the page."""
    dropped = page.evaluate_handle(
        """([name, text]) => { const data = new DataTransfer();
        data.items.add(new File([text], name, { type: "text/plain" })); return data; }""",
        [name, text],
    )
    page.locator("body").dispatch_event("drop", {"dataTransfer": dropped})


def test_browse_find_and_limit(site: str, open_page: Open) -> None:
    page = open_page(site)
    rows = listed(page)
    expect(rows).to_have_count(12)
    expect(rows.first).to_contain_text("18 October 2025")  # the newest
    page.get_by_label(SAY.find).fill("U.S. INTELLIGENCE")
    expect(rows).to_have_count(1)
    rows.first.click()
    expect(page.locator("#fn-panel h2")).to_contain_text("U.S. intelligence helps")
    expect(page.locator("#fn-side article")).to_be_visible()
    page.get_by_role("button", name=SAY.all_articles).click()
    page.get_by_label(SAY.find).fill("")
    expect(rows).to_have_count(12)
    page.get_by_role("button", name="18 October 2025: 3 articles").click()  # of the timeline
    expect(rows).to_have_count(3)
    page.get_by_role("button", name=SAY.limits).click()
    expect(page.get_by_label(SAY.after)).to_have_value("2025-10-18")
    page.get_by_role("combobox", name=SAY.sources).click()
    page.get_by_role("option", name="Footnote Wire").click()
    expect(rows).to_have_count(1)
    page.get_by_label(SAY.before).fill("soon")
    page.keyboard.press("Enter")
    expect(page.get_by_text(SAY.bad_date.format("soon")).first).to_be_visible()


def test_questions_are_limited_by_source_and_date(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    page.get_by_role("button", name=SAY.limits).click()
    page.get_by_label(SAY.after).fill("2025-10-18")
    answer = asked(page, "What did Trump say about the summit?")
    answer.get_by_role("button", name=SAY.sources).click()
    for by in page.locator("#fn-side .fn-by").all():
        expect(by).to_contain_text("18 October 2025")


def test_upload_ask_and_remove(own_site: str, open_page: Open, asked: Ask, tmp_path: Path) -> None:
    page = open_page(own_site)
    listed(page)
    good, bad = tmp_path / "tides.txt", tmp_path / "empty.txt"
    good.write_text(
        "The lighthouse keeper Marta Vell retired in Dover on Monday.\n\nNobody has replaced her yet."
    )
    bad.write_text("")
    page.get_by_label(SAY.add_files).set_input_files([good, bad])
    outcomes = page.locator(".fn-outcomes li")
    expect(outcomes).to_have_count(2)
    expect(outcomes.first).to_contain_text(f"tides.txt {SAY.added.format(1)}")
    expect(outcomes.last).to_contain_text("empty.txt")
    expect(outcomes.last).not_to_contain_text(SAY.taking)
    expect(page.locator(".fn-line")).to_contain_text(SAY.articles.format(2))
    expect(page.locator(".fn-list")).to_contain_text(SAY.undated.format(1))
    expect(asked(page, "Who retired in Dover on Monday?").locator(".fn-cite").first).to_be_visible()
    page.get_by_role("button", name=SAY.all_articles).click()
    listed(page).get_by_text("The lighthouse keeper").click()
    expect(page.locator("#fn-side article")).to_contain_text("Nobody has replaced her yet.")
    page.get_by_text(SAY.remove, exact=True).click()
    page.get_by_role("button", name=SAY.remove_sure).click()
    expect(page.locator(".fn-line")).to_contain_text(SAY.article + " ")
    expect(listed(page)).to_have_count(1)


def test_files_can_be_dropped_anywhere(own_site: str, open_page: Open) -> None:
    page = open_page(own_site)
    listed(page)
    drop(page, "bridge.txt", "The bridge of Ghent reopened on Friday.")
    expect(page.locator(".fn-outcomes")).to_contain_text(f"bridge.txt {SAY.added.format(1)}")
    expect(listed(page)).to_have_count(2)


def test_an_empty_page_offers_ways_to_have_articles(
    empty_site: str, open_page: Open, asked: Ask
) -> None:
    page = open_page(empty_site)
    start = page.locator(".fn-start")
    expect(start).to_contain_text(SAY.start_head)
    expect(start).to_contain_text("footnote ingest my-articles/")
    expect(start.get_by_label(SAY.drop_folder)).to_be_attached()
    start.get_by_role("button", name=SAY.try_sample).click()
    sample = SAY.seeds.format(12)
    expect(page.locator(".fn-line")).to_contain_text(sample, timeout=120_000)
    expect(listed(page)).to_have_count(12)
    expect(page.get_by_text(SAY.welcome)).to_be_visible()
    drop(page, "bridge.txt", "The bridge of Ghent reopened on Friday.")
    expect(listed(page)).to_have_count(13)
    page.get_by_role("button", name=SAY.limits).click()
    page.get_by_label(SAY.collections).click()
    page.get_by_role("option", name="seeds").click()
    expect(listed(page)).to_have_count(12)
    page.get_by_role("button", name=SAY.remove_seeds.format(12)).click()
    expect(page.locator(".fn-line")).not_to_contain_text(sample, timeout=60_000)
    expect(page.locator(".fn-line")).to_contain_text(SAY.article + " ")
    expect(listed(page)).to_have_count(1)


def test_a_tables_columns_are_chosen_and_a_file_again_replaces_its_articles(
    own_site: str, open_page: Open
) -> None:
    page = open_page(own_site)
    listed(page)
    table = "story,what\nThe lighthouse opened.,{}\n"
    for title, outcome in (("Light", SAY.added.format(1)), ("Lamp", SAY.replaced.format(1))):
        drop(page, "a.csv", table.format(title))
        expect(page.locator(".fn-outcomes")).to_contain_text(SAY.unknown_columns)
        page.get_by_label(SAY.text_column).select_option("story")
        page.get_by_label(SAY.title_column).select_option("what")
        page.get_by_role("button", name=SAY.read_table).click()
        expect(page.locator(".fn-outcomes")).to_contain_text(outcome)
        expect(page.locator(".fn-list")).to_contain_text(title)
    expect(listed(page)).to_have_count(2)
    page.get_by_label(SAY.keep_old).check()
    drop(page, "tides.txt", "The tides were high.")
    drop(page, "tides.txt", "The tides were low.")
    expect(listed(page)).to_have_count(4)


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
    rows = listed(page)
    note = tmp_path / "note.txt"
    note.write_text("A note that nobody asked for.")
    with page.expect_response("**/gradio_api/upload*") as refused:
        page.get_by_label(SAY.add_files).set_input_files(note)
    assert refused.value.status == 403
    rows.first.click()
    page.get_by_text(SAY.remove, exact=True).click()
    page.get_by_role("button", name=SAY.remove_sure).click()
    expect(page.get_by_text(SAY.read_only).first).to_be_visible()
    expect(page.locator(".fn-line")).to_contain_text(SAY.article + " ")
    page.get_by_role("button", name=SAY.all_articles).click()
    expect(rows).to_have_count(1)


def test_a_person_logs_out(locked_site: tuple[str, str], open_page: Open) -> None:
    address, key = locked_site
    page = open_page(address, until="form")
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".fn-line")).to_be_visible()
    page.get_by_role("button", name=SAY.log_out).click()
    expect(page.get_by_label("Key")).to_be_visible()
    page.goto(address)
    expect(page.get_by_label("Key")).to_be_visible()


def test_who_has_not_logged_in_finds_no_way_out(site: str, open_page: Open) -> None:
    page = open_page(site)
    expect(page.locator(".fn-line")).to_be_visible()
    expect(page.get_by_role("button", name=SAY.new)).to_be_visible()
    expect(page.get_by_role("button", name=SAY.log_out)).to_have_count(0)
