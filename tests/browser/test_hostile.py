"""Articles, names, questions and links that would like to be something else than text."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from qa.pipeline import Pipeline
from qa.reading.reader import Reader
from qa.reading.scales import Scales
from tests.browser.conftest import serving
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
    expect(side.locator("#fn-panel h2")).to_contain_text("<b onmouseover=alert(1)>")
    for text in (
        '<script>document.title="owned"</script>',
        "[read](javascript:alert(1))",
        "&lt;b&gt;bold&lt;/b&gt;",
        "{{value}} ${document.title}",
        "# Not a heading",
    ):
        expect(side.locator("article")).to_contain_text(text)
    assert _fits(page)
    page.get_by_role("button", name=SAY.conversations).click()
    kept = page.locator("[data-kept]")
    expect(kept).to_contain_text(IMAGE)
    kept.hover()
    kept.get_by_role("button", name=SAY.rename).click()
    page.keyboard.type(f"{IMAGE} __i18n__")
    page.keyboard.press("Enter")
    expect(kept).to_contain_text(f"{IMAGE} __i18n__")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=SAY.all_articles).click()
    expect(page.locator(".fn-list .fn-row")).to_contain_text("<i>Wire</i>")
    page.locator(".fn-list .fn-row").click()
    expect(page.locator("#fn-side article")).to_contain_text("[read](javascript:alert(1))")
    assert page.title() == texts.NAME
    assert (
        page.locator(
            "[onmouseover], [onerror], a[href^=javascript], .fn-panel img, .fn-answer img, .fn-list img, #fn-kept img"
        ).count()
        == 0
    )
    assert _fits(page)


KINDS = (
    "hello",
    "thank you",
    "What can you do?",
    "Summarize the articles",
    "What is the news?",
    "Which harbours were closed?",
    "Who invented the paperclip?",
    "How many boats were at Ostend and who won the chess final?",
    "How many boats lay in Ostend?",
    "What did Ann Holm say about Ostend?",
    "Quels bateaux sont dans le port?",
)


@pytest.fixture
def hostile_site(tmp_path: Path, embedder: MiniLMEmbedding, reader: Reader) -> Iterator[str]:
    """The real pipeline over articles whose titles, sources and sentences are markup, newest first among all."""
    rows = (
        (
            f"{IMAGE} boats",
            "2099-12-30",
            "Twelve boats lay in Ostend when the harbour was closed on Monday.",
        ),
        (
            f"Harbour {IMAGE}",
            "2099-12-31",
            "Fourteen boats lay in Ostend when the harbour was closed on Monday.",
        ),
        (
            IMAGE,
            "2099-12-29",
            f'Ann Holm said: "Ostend is {IMAGE} closed." Zeebrugge was closed too.',
        ),
    )
    with Index.open(tmp_path, embedder) as index:
        index.ingest(
            make_article(text, title=title, source=IMAGE, published=day, id=f"{IMAGE}{day}")
            for title, day, text in rows
        )
        with serving(Pipeline(index, reader, Scales.load()), tmp_path) as address:
            yield address


def test_no_kind_of_answer_runs_what_a_title_holds(
    hostile_site: str, open_page: Callable[..., Page], asked: Callable[[Page, str], Any]
) -> None:
    page = open_page(hostile_site)
    for question in KINDS:
        asked(page, question)
    expect(page.locator(".fn-answer", has_text="<img src=x").first).to_be_visible()
    assert page.title() == texts.NAME
    assert page.locator(".fn-answer img, .fn-panel img, [onerror]").count() == 0


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
