"""What comes from articles is text in the page, whatever it looks like."""

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Article, Filters
from qa.records import Answer, Citation, Claim, Evidence, Note
from ui.render import Render
from ui.texts import ENGLISH as SAY

SHOW = Render()

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
    *("section", "small", "span", "summary", "ul", "a"),
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
    refused = replace(record, status="no_answer", claims=(), citations=())
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
        SHOW.sources(record, 0),
        SHOW.found(question, [seen], 0),
        SHOW.message(sentence),
        SHOW.article(stored, {"mark": (0, len(sentence)), "near": (0, len(sentence))}),
    ):
        read = Reader(html)
        assert read.tags <= TAGS
        assert not [
            name for name, _ in read.attributes if name.startswith("on") or name in ("src", "style")
        ]
        assert not [value for name, value in read.attributes if name == "href"]
    assert " ".join(sentence.split()) in " ".join(Reader(SHOW.sources(record, 0)).text.split())


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300), st.data())
def test_the_marked_words_are_the_cited_ones(body: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    html = SHOW.article(Article("i", body, "t"), {"mark": (start, end)})
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


def test_support_is_said_in_words(answered: Answer) -> None:
    read = Reader(SHOW.answer(answered, 0)).text
    assert "supported by the source" in read
    assert "partly supported" in read
    assert "no date in the source" in read


def test_a_refusal_looks_like_one_and_shows_the_nearest(refused: Answer) -> None:
    html = SHOW.answer(refused, 0)
    assert 'data-status="no_answer"' in html
    assert SAY.no_answer in html
    assert html.count("fn-near-button") == 2
    assert 'data-do="search"' in html


def test_disagreeing_sources_stand_side_by_side_with_their_dates(answered: Answer) -> None:
    html = SHOW.answer(
        replace(answered, notes=(Note("sources_disagree", "The sources disagree."),)), 0
    )
    assert 'class="fn-disagree"' in html
    assert html.count("17 October 2025</bdi></small>") == 2


def test_cited_articles_are_open_and_the_rest_is_folded_with_the_reason(answered: Answer) -> None:
    html = SHOW.sources(answered, 0)
    assert html.index("<blockquote>") < html.index("<details>")
    assert "below the threshold" in html[html.index("<details>") :]
    assert "score 0.20" in html


def test_headings_of_an_article_lose_their_marks() -> None:
    html = SHOW.article(Article("i", "# Title\n\nText *as written*.", "Title"), {})
    assert ">Title</h3>" in html
    assert ">Text *as written*.</p>" in html


def test_a_heading_ends_with_its_line() -> None:
    body = "# Title\nText stands here.\n# No heading\n\n## Next\nMore."
    html = SHOW.article(Article("i", body, "Title"), {"mark": (8, 25)})
    assert (
        '>Title</h3><p lang="en"><mark tabindex="-1">Text stands here.</mark>\n# No heading</p>'
        in html
    )
    assert '>Next</h3><p lang="en">More.</p>' in html


def test_only_web_addresses_become_links(article: Article) -> None:
    assert 'href="https://example.org/t"' in SHOW.article(article, {})
    assert "href" not in SHOW.article(replace(article, url="javascript:alert(1)"), {})


def test_what_limited_the_articles_is_said(answered: Answer) -> None:
    limited = replace(answered, filters=Filters(None, "2025-10-16", ("<b>Wire",)))
    html = Render().answer(limited, 0)
    assert "&lt;b&gt;Wire" in html
    assert "until 16 October 2025" in html
    assert "fn-limits" not in Render().answer(answered, 0)
