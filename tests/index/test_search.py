"""Search finds by meaning and by words, within the filters, and copies do not crowd out the rest."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.articles import make_article
from index.embedder import MiniLMEmbedding, embed_query
from index.index import Index
from index.records import Article, Filters

Fresh = Callable[..., Index]
WIRE = (
    "A storm over the Gulf of Riga tore 57 fishing boats from their moorings on Monday night. The coast guard of Latvia said that"
    " nobody was missing. Harbour masters had warned the owners on Sunday. Insurers expect claims of 1,200,000 euros."
)
TEXTS = {
    "summit": (
        "Budapest summit",
        "Viktor Orbán offered to host the presidents. Volodymyr Zelenskyy was not invited.",
        "Kyiv Post",
        "2025-10-17",
    ),
    "truce": (
        "Truce fails",
        "The cease-fire ended after 3 days. Shelling was heard near Kharkiv at night.",
        "Reuters",
        "2025-10-18",
    ),
    "cats": (
        "On cats",
        "A cat sleeps for most of the day. Felines hunt at dusk.",
        "Nature",
        "2024-02-01",
    ),
    "wire": ("Storm tears boats loose", WIRE, "AP", "2025-09-01"),
    "again": ("Boats torn loose by storm", WIRE, "Daily", "2025-09-02"),
    "third": ("Storm on the gulf", "From our newsroom. " + WIRE, "Weekly", "2025-09-03"),
    "update": ("Storm tears boats loose", WIRE.replace("57", "61"), "AP", "2025-09-04"),
    "weather": (
        "Weather",
        "Meteorologists had forecast gusts over the Gulf of Riga. The storm moved on to Estonia.",
        "Met",
        None,
    ),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: MiniLMEmbedding) -> Iterator[Index]:
    with Index.open(tmp_path_factory.mktemp("search"), embedder) as index:
        index.ingest(
            make_article(text, title=title, source=source, published=published, id=id)
            for id, (title, text, source, published) in TEXTS.items()
        )
        yield index


def ids(index: Index, query: str, k: int = 8, **filters: object) -> list[str]:
    return [one.article.id for one in index.find(query, k, Filters(**filters))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Zelensky", "summit"),
        ("What did Orban offer?", "summit"),
        ("When did the ceasefire end?", "truce"),
        ("How long do kittens rest?", "cats"),
        ("tuxedo pets napping", "cats"),
        ("shelling in Kharkov", "truce"),
        ("Budapest", "summit"),
        ("meterologists", "weather"),
    ],
)
def test_the_right_passage_is_first(index: Index, query: str, first: str) -> None:
    assert ids(index, query)[0] == first


def test_what_is_found_is_whole(index: Index) -> None:
    found = index.find("Who was not invited?", 3)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.article == index.article(one.article.id)
        assert one.passage.article_id == one.article.id
        assert [*one.passage.sentences] == index.sentences(one.article.id)
        for part in (one.passage, *one.passage.sentences):
            assert one.article.text[part.start : part.end] == part.text
    assert -1 <= found[-1].cosine <= found[0].cosine <= 1
    assert found[0].bm25 > 0
    assert index.find("kittens", 1)[0].bm25 == 0


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        ({"published_after": "2025-10-17"}, {"summit", "truce"}),
        ({"published_before": "2025-09-01"}, {"cats", "wire"}),
        ({"published_after": "2025-09-02", "published_before": "2025-09-03"}, {"again", "third"}),
        ({"sources": ("AP", "Nature")}, {"wire", "update", "cats"}),
        ({"sources": ("AP",), "published_after": "2025-09-02"}, {"update"}),
        ({"sources": ("Nobody",)}, set()),
    ],
)
@pytest.mark.parametrize("few", [2000, 0])  # compared here, or asked of Chroma
def test_filters_hold_in_both_searches(
    index: Index,
    filters: dict[str, object],
    allowed: set[str],
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.search.FEW", few)
    assert set(ids(index, "storm cat summit cease-fire", 8, **filters)) == allowed
    assert {one.id for one in index.articles(filters=Filters(**filters))} == allowed  # type: ignore[arg-type]
    assert index.has_articles(Filters(**filters)) == bool(allowed)  # type: ignore[arg-type]


def test_where_many_pass_a_filter_chroma_is_asked_without_it(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, vectors, filters = index._search, index.vectors, Filters(published_before="2025-10-17")
    assert search
    assert vectors
    asked = []
    ask = vectors.ask
    monkeypatch.setattr(vectors, "ask", lambda *given: asked.append(given[2:]) or ask(*given))
    monkeypatch.setattr("index.search.DEPTH", 2)
    vector = embed_query(index.embedder, "Who offered to host a summit after the cease-fire?")
    compared = search.dense(vector, filters)
    assert asked == []
    monkeypatch.setattr("index.search.FEW", 0)
    found = search.dense(vector, filters)
    assert asked == [()]
    assert [id for id, _ in found] == [id for id, _ in compared]
    monkeypatch.setattr("index.search.MOST", 0)
    assert [id for id, _ in search.dense(vector, filters)] == [id for id, _ in compared]
    assert asked[1:] == [(filters,)]


def test_copies_come_last_but_an_update_stays(index: Index) -> None:
    found = ids(index, "How many boats did the storm over the Gulf of Riga tear loose?", 3)
    assert "weather" in found
    assert len({"wire", "again", "third"} & set(found)) == 1
    assert "update" in found
    assert len(ids(index, "How many boats did the storm over the Gulf of Riga tear loose?", 8)) == 8


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "?!",
        '"',
        "NEAR(a b) OR *",
        "'; DROP TABLE articles; --",
        "a" * 5000,
        "\ud800 storm",
        "naïve\x00 storm",
        "日本",
    ],
)
def test_any_query_is_only_words(index: Index, query: str) -> None:
    assert len(index.find(query, 2)) in (0, 2)


def test_dates_in_words_find_what_was_published_then(index: Index) -> None:
    assert ids(index, "What was published on 1 February 2024?")[0] == "cats"


def test_many_threads_get_the_same(index: Index) -> None:
    wanted = ids(index, "storm over the gulf")
    with ThreadPoolExecutor(8) as pool:
        assert all(
            found == wanted
            for found in pool.map(lambda _: ids(index, "storm over the gulf"), range(24))
        )


def test_the_retriever_of_llama_index(index: Index) -> None:
    [node] = index.retriever(1, Filters(sources=("Nature",))).retrieve("cats")
    assert node.node.get_content() == TEXTS["cats"][1]
    assert node.node.metadata == {
        "article_id": "cats",
        "title": "On cats",
        "source": "Nature",
        "published": "2024-02-01",
    }
    assert node.score is not None


def test_an_empty_index_finds_nothing(fresh: Fresh) -> None:
    with fresh() as index:
        assert index.find("anything") == []
        assert not index.has_articles()
        assert (index.count(), index.articles(), index.article("a"), index.generation) == (
            0,
            [],
            None,
            0,
        )


def test_articles_come_newest_first_in_pages(index: Index) -> None:
    whole = [one.id for one in index.articles()]
    assert whole[:2] == ["truce", "summit"]
    assert whole[-1] == "weather"
    assert [one.id for one in index.articles(3, 2)] == whole[2:5]


def test_sources_and_days_are_counted_without_the_texts(index: Index) -> None:
    articles = index.articles()
    assert index.sources() == sorted({one.source for one in articles} - {""})
    dated = [one.published for one in articles if one.published]
    assert index.days() == {day: dated.count(day) for day in dated}
    chosen = Filters(published_after=max(dated), sources=(articles[0].source,))
    assert sum(index.days(chosen).values()) == len(index.articles(filters=chosen)) > 0


def test_a_long_article_is_found_by_its_passages(fresh: Fresh, stories: list[Article]) -> None:
    with fresh() as index:
        index.ingest(stories)
        found = index.find("story 3 matter 163", 4)
        assert found[0].article.id == "s3"
        assert len({one.passage.id for one in found}) == 4
