"""The page as a person uses it, in real Chromium."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ui import page as the_page
from ui import texts

FACT = "Who leads the Russian side in the talks?"
UNKNOWN = "What did the mayor of Lisbon eat on the moon?"
# Gradio's queue still uses what pandas 3 has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def test_a_citation_opens_the_article_at_its_sentence_and_escape_returns(
    site: str, open_page: Open, asked: Ask
) -> None:
    page = open_page(site)
    number = asked(page, FACT).locator(".fn-cite").first
    expect(number).to_have_accessible_name(re.compile(r"^Source 1: .+, .+"))
    number.focus()
    expect(page.get_by_role("tooltip")).to_have_text(number.get_attribute("data-tip") or "")
    page.keyboard.press("Enter")
    mark = page.locator("#fn-side mark").first
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()
    expect(mark).to_have_text(number.get_attribute("data-tip") or "")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(number).to_be_focused()


def test_the_real_pipeline_answers_in_the_page(real_site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(real_site)
    number = asked(page, "What did Trump say about Tomahawk missiles?").locator(".fn-cite").first
    number.click()
    expect(page.locator("#fn-side mark").first).to_have_text(number.get_attribute("data-tip") or "")


def test_the_keyboard_alone_is_enough(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.className") == "fn-cite":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#fn-side mark").first).to_be_focused()


def test_a_refusal_says_so_and_offers_a_search(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    answer = asked(page, UNKNOWN)
    expect(answer.get_by_text(texts.NO_ANSWER)).to_be_in_viewport()
    expect(answer.locator(".fn-cite")).to_have_count(0)
    answer.locator(".fn-near-button").first.click()
    expect(page.locator("#fn-side mark").first).to_be_in_viewport()
    answer.get_by_role("button", name=texts.SEARCH_THEM).click()
    expect(page.locator("#fn-side .fn-card").first).to_be_visible()


def test_cited_sources_are_open_and_the_rest_folded(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    expect(page.locator("#fn-side blockquote").first).to_be_visible()
    page.locator("#fn-side summary").click()
    expect(page.locator("#fn-side details")).to_contain_text("score")
    page.locator("#fn-side").get_by_role("button", name=texts.READ_AT).first.click()
    expect(page.locator("#fn-side mark").first).to_be_visible()
    page.get_by_role("button", name=texts.BACK).click()
    expect(page.locator("#fn-side").get_by_text(texts.CITED, exact=True)).to_be_visible()


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
    page.get_by_label("Your question").fill(f"{FACT} slowly")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-claim").first).to_be_visible()
    page.get_by_role("button", name=texts.STOP).click()
    expect(page.locator(".fn-answer")).to_contain_text(texts.STOPPED)
    staged.go.set()
    expect(page.get_by_role("button", name=texts.ASK, exact=True)).to_be_visible()


def test_copy_has_footnotes_and_a_link_asks_again(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    page.get_by_role("button", name=texts.COPY, exact=True).click()
    expect(page.locator("[role=status].fn-sr")).to_have_text(texts.COPIED)
    assert "[^1]: “" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name=texts.SHARE).click()
    expect(page.locator("[role=status].fn-sr")).to_have_text(texts.LINKED)
    other = open_page(page.evaluate("navigator.clipboard.readText()"))
    expect(other.locator("#fn-chat .user-row")).to_contain_text(FACT)
    expect(other.locator(".fn-foot")).to_have_count(1)


def test_conversations_are_kept_renamed_and_deleted(site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(site)
    asked(page, FACT)
    asked(page, UNKNOWN)
    page.get_by_role("button", name="Toggle Sidebar").click()
    expect(page.get_by_role("radio", name=FACT)).to_be_checked()
    page.reload()
    page.get_by_role("button", name="Toggle Sidebar").click()
    page.get_by_role("radio", name=FACT).check()
    expect(page.locator(".fn-foot")).to_have_count(2)
    page.get_by_label(texts.RENAME_LABEL).fill("Negotiators")
    page.get_by_role("button", name=texts.RENAME, exact=True).click()
    expect(page.get_by_role("radio", name="Negotiators")).to_be_checked()
    page.get_by_role("button", name=texts.NEW).click()
    expect(page.locator(".fn-foot")).to_have_count(0)
    page.get_by_role("radio", name="Negotiators").check()
    expect(page.locator(".fn-foot")).to_have_count(2)
    page.get_by_role("button", name=texts.DELETE, exact=True).click()
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.locator(".fn-foot")).to_have_count(0)


@pytest.mark.parametrize("label", [texts.EXPORT_MARKDOWN, texts.EXPORT_JSON])
def test_export(site: str, open_page: Open, asked: Ask, label: str) -> None:
    page = open_page(site)
    asked(page, FACT)
    page.get_by_role("button", name="Toggle Sidebar").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    written = Path(download.value.path()).read_text("utf-8")
    if label == texts.EXPORT_JSON:
        assert json.loads(written)[0]["question"] == FACT
    else:
        assert f"## {FACT}" in written
        assert "[^1]: “" in written


def test_feedback_becomes_a_row(site: str, open_page: Open, asked: Ask, data: Path) -> None:
    page = open_page(site)
    answer = asked(page, FACT)
    answer.get_by_text(texts.FEEDBACK).click()
    answer.get_by_label(texts.FEEDBACK_NOTE).fill("the other article says it better")
    answer.get_by_role("button", name=texts.FEEDBACK_KINDS["wrong_source"]).click()
    expect(page.get_by_text(texts.FEEDBACK_THANKS)).to_be_visible()
    row = json.loads((data / "feedback.jsonl").read_text("utf-8").splitlines()[-1])
    assert (row["kind"], row["question"], row["note"]) == ("wrong_source", FACT, "the other article says it better")


def test_sessions_are_apart(site: str, open_page: Open, asked: Ask) -> None:
    mine, yours = open_page(site), open_page(site)
    asked(mine, FACT)
    expect(yours.locator(".fn-answer")).to_have_count(0)
    asked(yours, UNKNOWN)
    expect(yours.locator("#fn-chat .user-row")).to_have_count(1)
    expect(mine.locator("#fn-chat .user-row")).to_have_count(1)


def test_upload_ask_and_remove(own_site: str, open_page: Open, asked: Ask, tmp_path: Path) -> None:
    page = open_page(own_site)
    page.get_by_role("tab", name=texts.ARTICLES_TAB).click()
    good, bad = tmp_path / "tides.txt", tmp_path / "empty.txt"
    good.write_text("The lighthouse keeper Marta Vell retired in Dover on Monday.\n\nNobody has replaced her yet.")
    bad.write_text("")
    page.locator("input[type=file][multiple]").set_input_files([good, bad])
    expect(page.get_by_text("1 added")).to_be_visible()
    expect(page.get_by_role("gridcell", name="empty.txt", exact=True)).to_be_visible()
    expect(page.locator(".fn-line")).to_contain_text("2 articles")
    page.get_by_role("tab", name=texts.ASK_TAB).click()
    expect(asked(page, "Who retired in Dover on Monday?").locator(".fn-cite").first).to_be_visible()
    page.get_by_role("tab", name=texts.ARTICLES_TAB).click()
    page.get_by_role("grid", name=texts.LIST_LABEL).get_by_role("gridcell", name="tides.txt").click()
    expect(page.locator(".fn-reader article")).to_contain_text("Nobody has replaced her yet.")
    page.get_by_role("button", name=texts.REMOVE).click()
    page.get_by_role("button", name=texts.REMOVE_SURE).click()
    expect(page.locator(".fn-line")).to_contain_text("1 article ")


def test_hostile_articles_change_nothing(own_site: str, open_page: Open, asked: Ask) -> None:
    page = open_page(f"{own_site}?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    expect(page.locator("#fn-chat .user-row")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator(".fn-foot")).to_have_count(1)  # the link's own question is answered first
    answer = asked(page, "When did the harbour of Ostend close?")
    answer.locator("[data-do=read]").first.click()
    expect(page.locator("#fn-side mark").first).to_be_visible()
    expect(page.locator("#fn-side h2")).to_contain_text("<b onmouseover=alert(1)>")
    expect(page.locator("#fn-side article")).to_contain_text('<script>document.title="owned"</script>')
    expect(page.locator("#fn-side article")).to_contain_text("{{value}} ${document.title}")
    page.get_by_role("tab", name=texts.ARTICLES_TAB).click()
    expect(page.get_by_role("gridcell", name="<i>Wire</i>")).to_be_visible()
    assert page.title() == texts.NAME
    assert page.locator(".fn-panel img, .fn-answer img, .fn-panel script, .fn-panel [onmouseover]").count() == 0
    assert _fits(page)


@pytest.mark.parametrize("width", [360, 1600])
def test_it_fits(site: str, open_page: Open, asked: Ask, width: int) -> None:
    page = open_page(site, viewport={"width": width, "height": 740})
    assert _fits(page)
    answer = asked(page, FACT)
    assert _fits(page)
    answer.locator(".fn-cite").first.click()
    expect(page.locator("#fn-side mark").first).to_be_in_viewport()
    assert _fits(page)
    if width < 900:
        page.get_by_role("button", name=texts.CLOSE).click()
        expect(page.locator("#fn-side")).to_be_hidden()
        expect(answer.locator(".fn-cite").first).to_be_focused()


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_our_markup(site: str, open_page: Open, asked: Ask, scheme: str) -> None:
    page = open_page(site, color_scheme=scheme, reduced_motion="reduce")
    views = [_serious(page)]
    answer = asked(page, f"{FACT} disagree")
    answer.get_by_text(texts.FEEDBACK).click()
    views.append(_serious(page))
    answer.locator(".fn-cite").first.click()
    expect(page.locator("#fn-side mark").first).to_be_visible()
    views.append(_serious(page))
    asked(page, UNKNOWN)
    views.append(_serious(page))
    page.get_by_role("tab", name=texts.ARTICLES_TAB).click()
    expect(page.get_by_role("gridcell").first).to_be_visible()
    views.append(_serious(page))
    assert views == [[]] * 5


def _serious(page: Page) -> list[tuple[str, str]]:
    """Serious and critical findings on elements that are ours (`fn-`), as rule and element."""
    found = Axe().run(page).response["violations"]
    nodes = [
        (rule["id"], node["html"])
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
    return [(rule, html) for rule, html in nodes if "fn-" in html.split(">")[0]]


def test_our_own_weight() -> None:
    assert sum((the_page.HERE / name).stat().st_size for name in ("page.css", "page.js")) < 40_000
