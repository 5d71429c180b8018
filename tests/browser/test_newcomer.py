"""What somebody does who has read nothing: each task over the real pipeline, by what can be seen and read alone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from index.articles import make_article
from qa.pipeline import Pipeline

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Open = Callable[..., Page]
ARTICLE = (
    "Dover loses its lighthouse keeper\n\nThe lighthouse keeper Marta Vell retired in Dover on Monday after 31 years. "
    "The harbour office has not named anybody to replace her."
)
FIGURE = "{number} people were evacuated from the flooded town of Halden, said the fire service."


def type_question(page: Page, question: str) -> Locator:
    """The answer to a question typed into the one box there is."""
    page.get_by_placeholder("Ask about the articles").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("button", name="Copy", exact=True).last).to_be_visible()
    return page.get_by_role("log")


def test_find_a_fact_and_check_it(real_site: str, open_page: Open) -> None:
    page = open_page(real_site)
    talk = type_question(page, "How far can a Tomahawk fly?")
    expect(talk).to_contain_text("1,600 kilometers")
    talk.get_by_role("button", name=re.compile("^Source 1")).click()
    source = page.get_by_role("region", name="Sources")
    expect(source.get_by_role("heading").first).to_be_in_viewport()
    expect(source.get_by_role("mark").or_(source.locator("mark")).first).to_contain_text(
        "The Tomahawk flies about 1,600 kilometers"
    )


def test_notice_a_refusal(real_site: str, open_page: Open) -> None:
    page = open_page(real_site)
    talk = type_question(page, "Who won the chess tournament in Reykjavik?")
    expect(talk.get_by_text("Not in these articles")).to_be_in_viewport()
    expect(talk.get_by_text("Looked for: Who won the chess tournament")).to_be_visible()


def test_add_an_article_and_ask(
    real_site: str, open_page: Open, pipeline: Pipeline, tmp_path: Path
) -> None:
    page = open_page(real_site)
    file = tmp_path / "dover.txt"
    file.write_text(ARTICLE)
    try:
        page.get_by_label("Add files").set_input_files(file)
        expect(page.get_by_text("dover.txt")).to_be_visible()
        expect(page.get_by_text("1 added")).to_be_visible()
        talk = type_question(page, "Who retired as lighthouse keeper in Dover?")
        expect(talk).to_contain_text("Marta Vell")
    finally:
        pipeline.index.remove(["dover.txt"])


@pytest.fixture
def two_days(pipeline: Pipeline) -> Iterator[None]:
    """The same figure in the news of two days."""
    days = {"2025-11-03": 140, "2025-11-04": 220}
    articles = [
        make_article(
            FIGURE.format(number=number), title=f"Halden, {day}", published=day, id=f"halden-{day}"
        )
        for day, number in days.items()
    ]
    pipeline.index.ingest(articles)
    yield
    pipeline.index.remove([article.id for article in articles])


def test_see_how_a_figure_changed(real_site: str, open_page: Open, two_days: None) -> None:
    """Both reports are found by their titles, the newer one first, and read one after the other."""
    page = open_page(real_site)
    page.get_by_placeholder("Find an article by its title").fill("halden")
    for number, day in (("220", "2025-11-04"), ("140", "2025-11-03")):
        page.get_by_role("button", name=f"Halden, {day}").click()
        source = page.get_by_role("region", name="Sources")
        expect(source.get_by_text(f"{number} people were evacuated")).to_be_visible()
        page.get_by_role("button", name="All articles").click()
