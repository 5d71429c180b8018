"""Text, claims and citations of an answer are built together: every offset is right, whatever the
texts are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import make_article
from index.sentences import split
from qa.writing.compose import Composer

ARTICLES = [
    make_article(
        "Rain fell. Rain fell. Nobody was hurt.", title="Rain", id="rain", source="Gazette"
    ),
    make_article("Rain fell. The sea – 🌊 – rose.", title="Sea", id="sea", published="2025-10-17"),
]
PLACES = [(article, sentence) for article in ARTICLES for sentence in split(article.text)]


@given(
    st.lists(
        st.tuples(
            st.text(min_size=1),
            st.lists(st.sampled_from(range(len(PLACES))), min_size=1, max_size=4),
            st.booleans(),
        ),
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_offsets_numbers_and_events_agree(claims):
    composer, told = Composer(), []
    for text, cited, line in claims:
        before = composer.text
        event = composer.add(text, [PLACES[n] for n in cited], line=line)
        told += event.citations
        assert event.kind == "claim"
        assert event.claim == composer.claims[-1]
        assert composer.text[len(before) : event.claim.start] == (
            "" if not before else "\n" if line else " "
        )
        assert composer.text[event.claim.end :] == " " + "".join(
            f"[{n}]" for n in event.claim.citations
        )
        places = [
            (c.article_id, c.start)
            for n in event.claim.citations
            for c in [composer.citations[n - 1]]
        ]
        assert places == list(dict.fromkeys((PLACES[n][0].id, PLACES[n][1].start) for n in cited))
    assert told == composer.citations
    assert [c.number for c in composer.citations] == list(range(1, len(composer.citations) + 1))
    assert len({(c.article_id, c.start) for c in composer.citations}) == len(composer.citations)
    articles = {article.id: article for article in ARTICLES}
    for c in composer.citations:
        assert articles[c.article_id].text[c.start : c.end] == c.text
    assert all(composer.text[claim.start : claim.end] == claim.text for claim in composer.claims)
    assert [claim.text for claim in composer.claims] == [text for text, _, _ in claims]


def test_a_repeated_sentence_is_another_citation_and_the_same_one_is_not():
    composer = Composer()
    (rain, first), (_, second) = PLACES[0], PLACES[1]
    assert first.text == second.text
    composer.add(first.text, [(rain, first)])
    composer.add(second.text, [(rain, second)])
    composer.add(first.text, [(rain, first)])
    assert composer.text == "Rain fell. [1] Rain fell. [2] Rain fell. [1]"
    assert [c.start for c in composer.citations] == [0, 11]


def test_a_citation_says_where_it_is_from_and_a_claim_how_sure_it_is():
    composer = Composer()
    sea, sentence = PLACES[-1]
    event = composer.add("The sea rose.", [(sea, sentence)], ("partly", 0.4, "no date"))
    (cited,) = event.citations
    assert (cited.article_id, cited.title, cited.published, cited.url) == (
        "sea",
        "Sea",
        "2025-10-17",
        None,
    )
    assert cited.text == "The sea – 🌊 – rose."
    assert (event.claim.support, event.claim.probability, event.claim.reason) == (
        "partly",
        0.4,
        "no date",
    )
