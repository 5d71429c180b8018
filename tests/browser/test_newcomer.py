"""A first visit, over the real pipeline, with nothing read before."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa.pipeline import Pipeline
from ui.texts import ENGLISH as SAY

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
ARTICLE = (
    "Dover loses its lighthouse keeper\n\nThe lighthouse keeper Marta Vell retired in Dover on Monday after 31 years. "
    "The harbour office has not named anybody to replace her."
)


def test_a_first_visit(
    real_site: str,
    open_page: Callable[..., Page],
    asked: Callable[[Page, str], Any],
    pipeline: Pipeline,
    tmp_path: Path,
) -> None:
    page = open_page(real_site)
    expect(page.get_by_role("button", name="Select example 4")).to_be_visible()
    answer = asked(page, "How far can a Tomahawk fly?")  # one fact
    expect(answer).to_contain_text("1,600 kilometers")
    expect(page.locator(".fn-foot")).to_have_count(1)
    answer.locator(".fn-cite").first.click()  # its source
    expect(page.locator("#fn-side mark").first).to_contain_text("1,600 kilometers")
    refusal = asked(page, "Who won the chess tournament in Reykjavik?")  # a refusal
    expect(refusal.get_by_text(SAY.no_answer)).to_be_in_viewport()
    page.get_by_role("tab", name=SAY.articles_tab).click()  # an article of one's own
    file = tmp_path / "dover.txt"
    file.write_text(ARTICLE)
    try:
        page.locator("input[type=file][multiple]").set_input_files(file)
        expect(page.get_by_role("gridcell", name=SAY.added.format(1))).to_be_visible()
        page.get_by_role("tab", name=SAY.ask_tab).click()
        answer = asked(page, "Who retired as lighthouse keeper in Dover?")
        expect(answer.locator(".fn-claim").first).to_contain_text("Marta Vell")
        answer.locator(".fn-cite").first.click()
        expect(page.locator("#fn-side mark").first).to_contain_text("Marta Vell")
    finally:
        pipeline.index.remove(["dover.txt"])
