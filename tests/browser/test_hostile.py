"""Articles, names, questions and links that would like to be something else than text."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from ui import texts
from ui.texts import ENGLISH as SAY

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
IMAGE = "<img src=x onerror='document.title=\"owned\"'>"


def test_hostile_articles_change_nothing(
    own_site: str, open_page: Callable[..., Page], asked: Callable[[Page, str], Any]
) -> None:
    page = open_page(f"{own_site}?q={quote(IMAGE)}")
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    expect(page.locator("#fn-chat .user-row")).to_contain_text(IMAGE)
    expect(page.locator(".fn-foot")).to_have_count(1)  # the link's own question is answered first
    answer = asked(page, "When did the harbour of Ostend close?")
    answer.locator("[data-do=read]").first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("Ostend")
    answer.locator("[data-do=read]").first.click()
    side = page.locator("#fn-side")
    expect(side.locator("mark").first).to_be_visible()
    expect(side.locator("h2")).to_contain_text("<b onmouseover=alert(1)>")
    for text in (
        '<script>document.title="owned"</script>',
        "[read](javascript:alert(1))",
        "&lt;b&gt;bold&lt;/b&gt;",
        "{{value}} ${document.title}",
        "# Not a heading",
    ):
        expect(side.locator("article")).to_contain_text(text)
    assert _fits(page)
    page.get_by_role("button", name="Toggle Sidebar").click()
    expect(page.get_by_role("radio", name=IMAGE)).to_be_checked()
    page.get_by_label(SAY.name).fill(f"{IMAGE} __i18n__")
    page.get_by_role("button", name=SAY.rename, exact=True).click()
    expect(page.get_by_role("radio", name=f"{IMAGE} __i18n__")).to_be_checked()
    page.get_by_role("tab", name=SAY.articles_tab).click()
    expect(page.get_by_role("gridcell", name="<i>Wire</i>")).to_be_visible()
    page.get_by_role("gridcell", name="Ostend").click()
    expect(page.locator(".fn-reader article")).to_contain_text("[read](javascript:alert(1))")
    assert page.title() == texts.NAME
    assert page.locator("[onmouseover], [onerror], a[href^=javascript], .fn-panel img, .fn-answer img").count() == 0
    assert _fits(page)


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
