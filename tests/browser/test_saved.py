"""A question is saved under its answer, tells what is new since the last look, and is removed."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from ui.texts import ENGLISH as SAY

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
QUESTION = "When does the harbour of Ostend open again?"
NEW = "The harbour of Ostend will open again on <b>Friday</b> at noon."


def test_a_saved_question_tells_what_is_new(
    own_site: str, open_page: Open, asked: Callable[[Page, str], Any]
) -> None:
    page = open_page(own_site)
    answer = asked(page, QUESTION)
    answer.get_by_role("button", name=SAY.save_question, exact=True).click()
    expect(page.get_by_text(SAY.question_saved)).to_be_visible()
    page.get_by_role("button", name=SAY.saved_head, exact=True).click()
    row = page.locator("#fn-panel .fn-row")
    expect(row).to_contain_text(QUESTION)
    expect(row).to_contain_text(SAY.saved_nothing)
    body = {"text": NEW, "title": "Open"}
    assert httpx.put(f"{own_site}v1/articles/open", json=body).status_code == 201
    row.click()
    card = page.locator("#fn-panel .fn-card").filter(has_text="Friday")
    expect(card).to_contain_text(NEW)
    card.get_by_role("button", name=SAY.read).click()
    expect(page.locator(".fn-reading mark")).to_have_text(NEW)
    page.get_by_role("button", name=SAY.saved_head, exact=True).click()
    expect(row).to_contain_text(SAY.saved_nothing)
    row.click()
    page.locator(".fn-remove summary").click()
    page.get_by_role("button", name=SAY.remove_sure, exact=True).click()
    expect(page.locator("#fn-panel")).to_contain_text(SAY.saved_none)
