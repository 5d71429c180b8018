"""A text of the reader's own, compared with the articles sentence by sentence."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ui.texts import ENGLISH as SAY

TRUE = "The Tomahawk flies about 1,600 kilometers, or 1,000 miles."
FALSE = "The mayor of Lisbon ate <b>figs</b> on the moon."
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]


def test_each_sentence_of_a_text_is_checked(real_site: str, open_page: Open) -> None:
    page = open_page(real_site)
    page.get_by_role("button", name=SAY.check_text, exact=True).click()
    page.get_by_label(SAY.draft, exact=True).fill(f"{TRUE} {FALSE}")
    page.get_by_role("button", name=SAY.check, exact=True).click()
    cards = page.locator("#fn-side .fn-card")
    expect(cards).to_have_count(2, timeout=60_000)
    expect(cards.first).to_contain_text(TRUE)
    expect(cards.first).to_have_attribute("data-finding", "supported")
    expect(cards.last).to_contain_text("<b>figs</b>")
    expect(cards.last).not_to_have_attribute("data-finding", "supported")
    with page.context.expect_page() as opened:
        cards.first.get_by_role("link").first.click()
    expect(opened.value.locator("mark")).to_have_text(TRUE)
    opened.value.close()
    page.get_by_role("button", name=SAY.all_articles).click()
    expect(page.locator(".fn-list .fn-row").first).to_be_visible()
