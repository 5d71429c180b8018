"""What comes from articles is text in the page, whatever it looks like."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Article, Filters
from qa.records import NEAREST, PERHAPS, Answer, Citation, Claim, Evidence, Note, ShortAnswer
from tests.ui.conftest import FIRST, SECOND
from ui.catalogue import Catalogue, Listed
from ui.panel import Panel
from ui.render import Render
from ui.sources import Sources
from ui.texts import ENGLISH as SAY

SHOW, PANEL, LIST, SOURCES = Render(), Panel(), Catalogue(), Sources()

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp;",
    "{{value}} ${value} `",
    "\u202eabc\u202c",
    "'",
)
TAGS = {
    *(
        "article",
        "b",
        "bdi",
        "blockquote",
        "button",
        "details",
        "div",
        "h2",
        "h3",
        "input",
        "label",
        "li",
        "mark",
        "p",
    ),
    *("section", "small", "span", "summary", "ul", "ol", "a", "i", "header", "svg", "rect"),
}


class Reader(HTMLParser):
    """Collects the visible text, the tags and the attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = "", set[str](), list[tuple[str, str]]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


text = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80),
)


@settings(deadline=None)
@given(text, text, text, text)
def test_text_stays_text(sentence: str, title: str, source: str, question: str) -> None:
    cited = Citation(
        1, title, title, source, "javascript:alert(1)", source, 0, len(sentence), sentence
    )
    claim = Claim(sentence, 0, len(sentence), "partly", 0.5, title, (1,))
    seen = Evidence(title, title, source, source, 0, len(sentence), sentence, 0.5, False, source)
    record = Answer(
        "i",
        question,
        question,
        "answered",
        1.0,
        f"{sentence} [1]",
        None,
        (claim,),
        (cited,),
        (seen,),
        (title,),
        (Note(title, title),),
    )
    near = replace(seen, why=NEAREST)
    refused = replace(record, status="no_answer", claims=(), citations=(), evidence=(near, seen))
    spoken = replace(record, claims=(), citations=(), answer=f"Hello! {sentence}\n{title}")
    tailed = replace(record, answer=f"{sentence} [1] {title}\n{source}")
    stored = Article(title, sentence, title, source, "javascript:alert(1)")
    for html in (
        SHOW.answer(record, 0),
        SHOW.answer(record, 0, done=False),
        SHOW.answer(refused, 0),
        SHOW.answer(spoken, 0),
        SHOW.answer(tailed, 0),
        SHOW.answer(replace(tailed, notes=(Note("sources_disagree", title),)), 0),
        PANEL.sources(record, 0),
        PANEL.found(question, [seen], 0),
        PANEL.message(sentence),
        PANEL.article(stored, {"mark": (0, len(sentence)), "near": (0, len(sentence))}),
        SHOW.follow_ups([question, title]),
        LIST.listing(Listed([stored], 2, 1, {"2025-10-01": 1, "2025-10-02": 3})),
        LIST.outcomes([(title, sentence)], source),
        LIST.welcome([question]),
    ):
        read = Reader(html)
        assert read.tags <= TAGS
        assert not [
            name for name, _ in read.attributes if name.startswith("on") or name in ("src", "style")
        ]
        assert not [value for name, value in read.attributes if name == "href"]
    assert " ".join(sentence.split()) in " ".join(Reader(SHOW.answer(record, 0)).text.split())


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300), st.data())
def test_the_marked_words_are_the_cited_ones(body: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    html = PANEL.article(Article("i", body, "t"), {"mark": (start, end)})
    marked = "".join(
        Reader(part.split("</mark>")[0]).text for part in html.split('<mark tabindex="-1">')[1:]
    )
    kept = body[start:end]
    assert "".join(marked.split()).lstrip("#") == "".join(kept.split()).lstrip("#")


def test_a_citation_is_a_button_that_says_its_source(answered: Answer) -> None:
    html = SHOW.citation(answered.citations[0], 3)
    assert html.startswith("<button type=")
    assert 'aria-label="Source 1: Talks, 17 October 2025"' in html
    assert dict(Reader(html).attributes)["data-start"] == str(answered.citations[0].start)


def test_the_short_answer_is_strong_inside_its_sentence(answered: Answer) -> None:
    assert "<b>Sergey Lavrov</b> leads the Russian side." in SHOW.answer(answered, 0)


def test_support_is_said_in_words_where_an_answer_is_written(answered: Answer) -> None:
    assert "supported by the source" not in Reader(SHOW.answer(answered, 0)).text  # a quotation
    read = Reader(SHOW.answer(replace(answered, writer="llm", model="some"), 0)).text
    assert "supported by the source" in read
    assert "partly supported" in read
    assert "no date in the source" in read


def test_a_refusal_looks_like_one_and_shows_the_nearest(refused: Answer) -> None:
    html = SHOW.answer(refused, 0)
    assert 'data-status="no_answer"' in html
    assert SAY.no_answer in html
    assert html.count("fn-near-button") == 1
    assert SECOND not in html  # the nearest sentence alone, not the passages
    assert 'data-do="search"' in html
    assert 'data-do="save"' in html


def test_disagreeing_sources_stand_side_by_side_with_their_dates(answered: Answer) -> None:
    html = SHOW.answer(
        replace(answered, notes=(Note("sources_disagree", "The sources disagree."),)), 0
    )
    assert 'class="fn-disagree"' in html
    assert html.count("17 October 2025</bdi></small>") == 2


def test_the_short_answer_comes_first_and_the_sources_by_name(answered: Answer) -> None:
    html = SHOW.answer(answered, 0)
    assert html.index('<p class="fn-short">') < html.index("fn-claim") < html.index("fn-chips")
    assert html.count('class="fn-chip"') == 1  # both sentences are of one article
    assert "<b>1 2</b> <bdi>Gazette</bdi> · <bdi>17 October 2025</bdi>" in html
    assert "fn-short" not in SHOW.answer(
        replace(answered, short_answer=ShortAnswer(FIRST, 1, 26, 26 + len(FIRST))), 0
    )


def test_the_time_is_told_on_demand_only(answered: Answer) -> None:
    html = SHOW.answer(answered, 0)
    assert 'data-tip="0.0 seconds"' in html
    assert "ms" not in Reader(html).text


def test_the_sources_repeat_no_quotation_and_the_rest_is_folded(answered: Answer) -> None:
    html = PANEL.sources(answered, 0)
    shown, folded = html[: html.index("<details>")], html[html.index("<details>") :]
    assert FIRST not in shown
    assert shown.count('class="fn-row"') == 1
    assert "<blockquote>" in folded


def test_a_refusal_says_what_was_looked_for_and_marks_the_common_words(refused: Answer) -> None:
    record = replace(refused, standalone_question="Who is Sergey?")
    html = SHOW.answer(record, 0)
    assert "Looked for: <bdi>Who is Sergey?</bdi>" in html
    assert "<i>Sergey</i> Lavrov leads" in html


def test_a_common_word_is_marked_however_it_is_spelt(refused: Answer) -> None:
    seen = replace(refused.evidence[0], text="Viktor Orbán spoke in Pécs.", why=NEAREST)
    record = replace(refused, standalone_question="Where did Orban speak?", evidence=(seen,))
    assert "Viktor <i>Orbán</i> spoke" in SHOW.answer(record, 0)


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        ("language", SAY.no_answer_language),
        ("no_last_answer", SAY.no_answer_alone),
        ("told_already", SAY.no_answer_more),
    ],
)
def test_what_was_not_looked_for_has_a_heading_of_its_own(
    refused: Answer, code: str, heading: str
) -> None:
    html = SHOW.answer(replace(refused, evidence=(), notes=(Note(code, "Because."),)), 0)
    assert heading in html
    assert SAY.no_answer not in html
    assert "Looked for" not in html
    assert 'data-do="save"' not in html


def test_the_list_has_a_row_for_each_article_and_counts_the_undated(article: Article) -> None:
    undated = replace(article, id="x", published=None)
    html = LIST.listing(Listed([article, undated], 5, 1, {"2025-10-17": 1}))
    assert html.count('data-do="open"') == 2
    assert "5 articles · 1 without a date" in html
    assert SAY.more.format(2) in html
    assert "fn-timeline" not in html  # one day is no course of time
    assert SAY.none_listed in LIST.listing(Listed([], 0, 0, {}))


def test_the_timeline_takes_the_finest_period_that_fits() -> None:
    def columns(days: dict[str, int]) -> list[str]:
        html = LIST.listing(Listed([], 1, 0, days))
        return [value for name, value in Reader(html).attributes if name == "data-period"]

    assert columns({"2025-10-02": 1, "2025-10-01": 2}) == ["2025-10-01", "2025-10-02"]
    months = {f"2025-{month:02}-{day:02}": 1 for month in range(1, 4) for day in range(1, 29)}
    assert columns(months) == ["2025-01", "2025-02", "2025-03"]
    years = {f"{year}-{month:02}-01": 1 for year in range(1950, 2026) for month in range(1, 13)}
    assert columns(years) == [str(year) for year in range(1995, 2026)]


def test_headings_of_an_article_lose_their_marks() -> None:
    html = PANEL.article(Article("i", "# Title\n\nText *as written*.", "Title"), {})
    assert ">Title</h3>" in html
    assert ">Text *as written*.</p>" in html


def test_a_heading_ends_with_its_line() -> None:
    body = "# Title\nText stands here.\n# No heading\n\n## Next\nMore."
    html = PANEL.article(Article("i", body, "Title"), {"mark": (8, 25)})
    assert (
        '>Title</h3><p lang="en"><mark tabindex="-1">Text stands here.</mark>\n# No heading</p>'
        in html
    )
    assert '>Next</h3><p lang="en">More.</p>' in html


def test_only_web_addresses_become_links(article: Article) -> None:
    assert 'href="https://example.org/t"' in PANEL.article(article, {})
    assert "href" not in PANEL.article(replace(article, url="javascript:alert(1)"), {})


def test_what_limited_the_articles_is_said(answered: Answer) -> None:
    limited = replace(answered, filters=Filters(None, "2025-10-16", ("<b>Wire",)))
    html = Render().answer(limited, 0)
    assert "&lt;b&gt;Wire" in html
    assert "until 16 October 2025" in html
    assert html.index("fn-limits") < html.index("fn-short")  # before it is believed
    assert "fn-limits" not in Render().answer(answered, 0)


def test_each_limit_can_be_dropped(answered: Answer) -> None:
    chosen = Filters("2025-10-01", "2025-10-16", ("Wire",), ("war",), authors=("Jane Holm",))
    html = SHOW.answer(replace(answered, filters=chosen, as_of="2025-10-17"), 3)
    rows = [dict(Reader(f"<button{part}").attributes) for part in html.split("<button")[1:6]]
    assert [(row["data-limit"], row["data-value"]) for row in rows] == [
        ("sources", "Wire"),
        ("collections", "war"),
        ("authors", "Jane Holm"),
        ("published_after", "2025-10-01"),
        ("published_before", "2025-10-16"),
    ]
    assert {(row["data-do"], row["data-turn"]) for row in rows} == {("unlimit", "3")}
    assert rows[0]["aria-label"] == SAY.unlimited.format("Wire")
    assert rows[2]["aria-label"] == SAY.unlimited.format("by Jane Holm")
    assert rows[3]["data-tip"] == SAY.counted.format("17 October 2025")
    assert "data-tip" not in rows[0]


def test_what_nearly_was_an_answer_is_shown_as_none(refused: Answer) -> None:
    seen = refused.evidence[0]
    start = seen.start + len(FIRST) + 1
    nearly = replace(seen, start=start, end=start + len(SECOND), text=SECOND, why=PERHAPS)
    record = replace(refused, evidence=(nearly, *refused.evidence))
    html = SHOW.answer(record, 0)
    assert html.index(SAY.not_sure) < html.index(SAY.perhaps) < html.index(SAY.no_answer_help)
    assert "fn-claim" not in html
    assert "fn-cite" not in html
    row = html.split("fn-perhaps")[1].split("</ul>")[0]
    assert SECOND in Reader(row).text
    assert f'data-start="{start}"' in row
    repeated = SHOW.answer(replace(record, standalone_question="Washington?"), 0)
    assert repeated.count(SECOND) == 1  # it is not among the closest again
    assert SAY.perhaps not in SHOW.answer(refused, 0)


def test_shared_words_are_spoken_of_only_where_some_are_marked(refused: Answer) -> None:
    shared = SHOW.answer(replace(refused, standalone_question="Who is Sergey?"), 0)
    assert SAY.no_answer_shared in shared
    strange = SHOW.answer(replace(refused, standalone_question="Who eats pizza?"), 0)
    assert "<i>" not in strange
    assert SAY.no_answer_help in strange
    assert SAY.no_answer_shared not in strange


def test_only_what_quotes_is_called_quoted(answered: Answer, refused: Answer) -> None:
    assert SAY.quoted in SHOW.answer(answered, 0)
    hello = replace(answered, answer="Hello!", claims=(), citations=(), short_answer=None)
    for record in (refused, hello):
        assert SAY.quoted not in SHOW.answer(record, 0)
        assert "fn-took" not in SHOW.answer(record, 0)


def test_what_was_put_right_is_shown_and_can_be_asked_as_typed(answered: Answer) -> None:
    record = replace(
        answered,
        question="who recieved the prize?",
        standalone_question="who received the prize?",
        notes=(Note("spelling", "put right"),),
    )
    html = SHOW.answer(record, 0)
    assert "Showing results for who received the prize?" in " ".join(Reader(html).text.split())
    asked = [value for name, value in Reader(html).attributes if name == "data-question"]
    assert 'who "recieved" the prize?' in asked
    later = SHOW.answer(replace(record, question="and who else?"), 0)
    assert "Showing results for" in later
    assert SAY.as_typed not in later  # it would ask the same again
    refusal = SHOW.answer(replace(record, status="no_answer", claims=(), citations=()), 0)
    assert SAY.as_typed in refusal
    assert "Showing results for" not in refusal  # it says what was looked for


def test_the_sources_are_summed_up_in_one_line(answered: Answer) -> None:
    first = replace(answered.citations[0], published="2025-10-16", source="The Wire")
    other = replace(first, number=2, article_id="other", published="2025-10-18", source="The Post")
    copy = Evidence("third", "t", "s", None, 0, 9, f"Before. {first.text} After.", 0.5, False, "")
    cited = replace(copy, article_id="other")

    def line(record: Answer) -> str:
        return Reader(str(SOURCES.line(record))).text

    several = replace(answered, citations=(first, other), evidence=(copy, cited))
    assert line(several) == (
        "2 outlets · 16 October 2025 to 18 October 2025 · 1 more article has the same sentence"
    )
    assert line(several) in Reader(SHOW.answer(several, 0)).text
    assert line(replace(several, evidence=())) == "2 outlets · 16 October 2025 to 18 October 2025"
    same_day = replace(several, citations=(first, replace(first, article_id="b")), evidence=())
    assert line(same_day) == "1 outlet · 16 October 2025"
    assert line(replace(answered, citations=(first,), evidence=())) == ""
    unknown = replace(first, source="", published=None)
    assert line(replace(answered, citations=(unknown,), evidence=(copy,))) == (
        "1 more article has the same sentence"
    )
