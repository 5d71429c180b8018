"""Questions to the archive of the seeds: the right articles, counted; days in order; each side with
its own words."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from index.records import Filters
from qa.archive.compare import subject
from qa.archive.kinds import EXAMPLES, Kinds, topic
from qa.archive.limits import Limits, Names, dated
from qa.archive.naming import Meant, Naming
from qa.checking.sides import LearnedSides
from qa.pipeline import Pipeline
from qa.reading.reader import Reader
from qa.reading.scales import Scales
from qa.records import Answer

HERE = Path(__file__).parent
ROWS = [
    json.loads(line)
    for line in (HERE.parents[1] / "archive.jsonl").read_text(encoding="utf-8").splitlines()
]
HELD_OUT = [
    line.split("\t") for line in (HERE / "questions.tsv").read_text(encoding="utf-8").splitlines()
]
NAMED = [
    line.split("\t") for line in (HERE / "naming.tsv").read_text(encoding="utf-8").splitlines()
]
LEAST = 0.9  # of all questions that must be answered right


def lines(answer: Answer) -> list[str]:
    return answer.answer.split("\n")


def right(row: dict[str, Any], answer: Answer) -> bool:
    """Whether the answer has what the row says."""
    if not row["answerable"] or answer.status != "answered":
        return answer.status == ("answered" if row["answerable"] else "no_answer")
    return bool(FITS[row["kind"]](row, answer))


def articles_of(answer: Answer) -> list[str]:
    return [cited.article_id for cited in answer.citations]


def mentions(row: dict[str, Any], answer: Answer) -> bool:
    number = answer.claims[0].text.split()[0]
    return articles_of(answer) == row["article_ids"] and number == str(len(row["article_ids"]))


def timeline(row: dict[str, Any], answer: Answer) -> bool:
    days = [line[:10] for line in lines(answer)]
    wanted = any(cited.text == row["quotes"][0][0] for cited in answer.citations)
    return days == sorted(days) and set(row["days"]) <= set(days) and wanted


def compare(row: dict[str, Any], answer: Answer) -> bool:
    sides = list(dict.fromkeys(line.partition(": ")[0] for line in lines(answer)))
    return sorted(sides) == sorted(row["sides"])


def article(row: dict[str, Any], answer: Answer) -> bool:
    starts = [cited.start for cited in answer.citations]
    return set(articles_of(answer)) == set(row["article_ids"]) and starts == sorted(starts)


def latest(row: dict[str, Any], answer: Answer) -> bool:
    days = [cited.published or "" for cited in answer.citations]
    return days == sorted(days, reverse=True) and row["article_ids"][0] in articles_of(answer)


FITS: dict[str, Callable[[dict[str, Any], Answer], bool]] = {
    "mentions": mentions,
    "timeline": timeline,
    "compare": compare,
    "article": article,
    "latest": latest,
}


@pytest.fixture(scope="module")
def answers(pipeline: Pipeline) -> list[Answer]:
    return [pipeline.answer(row["question"]) for row in ROWS]


def test_most_questions_are_answered_right(answers: list[Answer]) -> None:
    wrong = [r["question"] for r, a in zip(ROWS, answers, strict=True) if not right(r, a)]
    assert len(ROWS) >= 60
    assert len(wrong) <= (1 - LEAST) * len(ROWS), "\n".join(wrong)
    counted = [r for r in ROWS if r["kind"] == "mentions" and r["question"] in wrong]
    assert counted == []  # a count is exact or it is nothing


@pytest.mark.parametrize(
    "question",
    [
        "Everything about Putin is known, but who is his dentist?",
        "Tell me about Angela Merkel.",
        "Tell me about the Hungarian opposition.",
        "What is known about the Patriot missiles?",
        "What's new on the grain deal?",
        "What is the latest on Trump's tariffs?",
        "Timeline of the Istanbul talks",
        "Summarise the article about the Crimean bridge.",
        "Which articles mention the Nord Stream pipeline?",
        "What does Footnote Energy say about the Patriot missiles?",
    ],
)
def test_what_the_articles_do_not_tell_of_is_refused(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.answer(question)
    assert (answer.status, answer.claims) == ("no_answer", ())
    assert answer.probability < pipeline.scales.answer
    assert answer.evidence


def test_a_day_has_what_happened_on_it(pipeline: Pipeline) -> None:
    answer = pipeline.answer("What happened on 16 October?")
    assert "phone call on October 16" in answer.answer
    assert "agreed on a second summit" in answer.answer


def test_every_line_is_cited_from_what_was_retrieved(
    answers: list[Answer], seed_index: Index
) -> None:
    for answer in answers:
        used = [one for one in answer.evidence if one.used]
        for claim in answer.claims:
            assert answer.answer[claim.start : claim.end] == claim.text
            assert claim.citations
        for cited in answer.citations:
            source = seed_index.article(cited.article_id)
            assert source
            assert source.text[cited.start : cited.end] == cited.text
            around = [one for one in used if one.article_id == cited.article_id]
            assert any(one.start <= cited.start and cited.end <= one.end for one in around)


def test_kinds_are_known_on_questions_that_were_held_out(embedder: MiniLMEmbedding) -> None:
    kinds = Kinds(embedder)
    told, taken = Counter[bool](), 0
    for kind, question in HELD_OUT:
        found = kinds.asked(question)
        told[kind == (found.kind if found else "other")] += 1
        taken += kind == "other" and found is not None
    assert taken <= 1  # of the ordinary questions
    assert told[True] >= 0.93 * len(HELD_OUT)
    assert not {EXAMPLES.masked(q) for _, q in HELD_OUT} & {""}
    assert not {q for _, q in HELD_OUT} & {q for _, q in EXAMPLES.pairs}


def test_ordinary_questions_of_the_fixed_set_stay_ordinary(embedder: MiniLMEmbedding) -> None:
    kinds = Kinds(embedder)
    text = (HERE.parents[1] / "questions.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    taken = [r["question"] for r in rows if kinds.asked(r["question"]) and r["kind"] != "news"]
    assert len(taken) <= 1, taken


def test_a_topic_is_in_the_words_of_the_question() -> None:
    assert topic("How many articles mention the war in Ukraine?") == "war in Ukraine"
    assert topic("Which articles?") == ""


WIRE = ("Footnote Wire",)


@pytest.mark.parametrize(
    ("question", "limits", "rest"),
    [
        ("Which articles before 17 October?", (None, "2025-10-16", ()), "Which articles?"),
        ("Articles until 17 October 2025?", (None, "2025-10-17", ()), "Articles?"),
        ("Articles since October 17?", ("2025-10-17", None, ()), "Articles?"),
        ("Articles after 2025-10-17?", ("2025-10-18", None, ()), "Articles?"),
        ("Articles from last week?", ("2025-10-06", "2025-10-12", ()), "Articles?"),
        ("Articles in January?", ("2025-01-01", "2025-01-31", ()), "Articles?"),
        ("Of the Footnote Wire?", (None, None, WIRE), "Of the articles?"),
    ],
)
def test_dates_and_outlets_become_filters(
    seed_index: Index, question: str, limits: tuple[Any, ...], rest: str
) -> None:
    limited = Names(seed_index).limits(question, Filters())
    found = dated(limited, "2025-10-18", Filters(), LearnedSides(seed_index.embedder))
    chosen = found.filters
    assert (chosen.published_after, chosen.published_before, chosen.sources) == limits
    assert found.question.replace(" ?", "?") == rest


def test_filters_are_in_the_record(pipeline: Pipeline) -> None:
    answer = pipeline.answer("How many articles from before 17 October mention Tomahawks?")
    assert (answer.filters.published_before, answer.as_of) == ("2025-10-16", "2025-10-18")
    given = Filters(sources=("Footnote Energy",))
    limited = pipeline.answer("How many articles mention Saratov?", filters=given)
    assert limited.filters == given
    assert {cited.source for cited in limited.citations} == {"Footnote Energy"}


def test_a_line_streams_with_what_stands_before_it(pipeline: Pipeline) -> None:
    *claims, done = [
        event
        for event in pipeline.stream("Timeline of the Budapest summit")
        if event.kind != "evidence"
    ]
    assert done.answer
    parts = [
        event.lead + event.claim.text + "".join(f" [{n}]" for n in event.claim.citations)
        for event in claims
        if event.claim
    ]
    assert "\n".join(parts) == done.answer.answer


def test_an_ordinary_question_that_names_an_outlet_is_kept_to_it(pipeline: Pipeline) -> None:
    answer = pipeline.answer("What does Footnote Energy say about Hungary's natural gas?")
    assert answer.filters == Filters(sources=("Footnote Energy",))
    assert {one.source for one in answer.evidence} == {"Footnote Energy"}
    free = pipeline.answer("What does Footnote Energy say about Hungary's natural gas?", alone=True)
    assert free.filters == Filters()
    assert len({one.source for one in free.evidence}) > 1


def test_days_and_outlets_in_a_question_to_the_archive_can_be_left_out(shared: Pipeline) -> None:
    question = "Timeline of the bridge of Varn before 15 October 2025."
    assert len(shared.answer(question).citations) == 1
    free = shared.answer(question, alone=True)
    assert (free.filters, len(free.citations)) == (Filters(), 2)
    kept = shared.answer(question, filters=Filters(sources=("Cup Mirror",)), alone=True)
    assert [one.source for one in kept.citations] == ["Cup Mirror"]


@pytest.mark.parametrize(("label", "only_named"), [("author", "person"), ("collection", "subject")])
def test_whether_a_name_is_meant_is_known_on_questions_that_were_held_out(
    embedder: MiniLMEmbedding, label: Meant, only_named: str
) -> None:
    naming = Naming(embedder)
    rows = [row for row in NAMED if row[0] in (label, only_named)]
    wrong = []
    for meant, pattern in rows:
        before, _, rest = pattern.partition("{")
        name, _, after = rest.partition("}")
        end = len(before) + len(name)
        if naming.means(label, before + name + after, len(before), end) != (meant == label):
            wrong.append(pattern)
    assert min(Counter(row[0] for row in rows).values()) >= 30
    assert len(wrong) <= 0.12 * len(rows), wrong


@pytest.mark.parametrize(
    ("question", "authors", "collections", "ids"),
    [
        ("What did Jane Holm write about the bridge?", ("Jane Holm",), (), {"holm"}),
        ("Summarise the article by jane holm about the bridge.", ("Jane Holm",), (), {"holm"}),
        ("How many articles by Tomas Reyes mention a bridge?", ("Tomás Reyes",), (), {"reyes"}),
        ("Which articles are by Jane Holm?", ("Jane Holm",), (), {"holm"}),
        ("Who opened the bridge, according to Jane Holm's article?", ("Jane Holm",), (), {"holm"}),
        ("What do the election articles say about the bridge?", (), ("Election",), {"reyes"}),
        (
            "How many articles in the collection election mention Varn?",
            (),
            ("Election",),
            {"reyes"},
        ),
        ("What did Jane Holm say about the bridge?", (), (), None),
        ("How many articles mention Jane Holm?", (), (), None),
        ("Who won the election?", (), (), None),
    ],
)
def test_authors_and_collections_limit_where_their_articles_are_meant(
    written: Pipeline,
    question: str,
    authors: tuple[str, ...],
    collections: tuple[str, ...],
    ids: set[str] | None,
) -> None:
    answer = written.answer(question)
    assert (answer.filters.authors, answer.filters.collections) == (authors, collections)
    if ids is not None:
        assert set(articles_of(answer)) == ids
    free = written.answer(question, alone=True)
    assert free.filters == Filters()


WRITTEN = {  # who wrote it, and its text
    "holm": ("Jane Holm", "sport", "The bridge of Varn was opened by runners, the mayor said."),
    "reyes": ("Tomás Reyes", "Election", "The bridge of Varn costs votes, a candidate said."),
    "lund": ("Ada Lund", "sport", "Jane Holm won the race. The bridge was too narrow, Holm said."),
}


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory, embedder: MiniLMEmbedding, readers: dict[str, Reader]
) -> Any:
    with Index.open(tmp_path_factory.mktemp("written"), embedder) as index:
        index.ingest(
            make_article(text, id=id, title="The bridge", author=author, collections=[collection])
            for id, (author, collection, text) in WRITTEN.items()
        )
        yield Pipeline(index, readers["small"], Scales.load(), strong=readers["strong"])


BRIDGE = {  # each collection's outlet tells of the bridge on a day of its own
    "war": (
        "Front Post",
        "The bridge of Varn was blown up on 14 October 2025, general Ilya Maretz said.",
    ),
    "sport": (
        "Cup Mirror",
        "The bridge of Varn was crossed by runners on 16 October 2025, Ana Dovel said.",
    ),
}


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, embedder: MiniLMEmbedding, reader: Reader
) -> Any:
    with Index.open(tmp_path_factory.mktemp("shared"), embedder) as index:
        index.ingest(
            make_article(
                text,
                id=name,
                title=f"The bridge of Varn: {name}",
                source=outlet,
                published="2025-10-17",
                collections=[name],
            )
            for name, (outlet, text) in BRIDGE.items()
        )
        yield Pipeline(index, reader, Scales.load())


@pytest.mark.parametrize("limit", ["within", "collections"])
@pytest.mark.parametrize(
    "question",
    [
        "How many articles mention the bridge of Varn?",
        "Give me a timeline of the bridge of Varn.",
        "What is the latest on the bridge of Varn?",
        "Compare what the Front Post and the Cup Mirror say about the bridge of Varn.",
        "Compare what Ilya Maretz and Ana Dovel say about the bridge of Varn.",
        "Summarise the article about the bridge of Varn.",
        "What does the Cup Mirror say about the bridge of Varn?",
    ],
)
def test_no_kind_of_question_reaches_beyond_its_collections(
    shared: Pipeline, question: str, limit: str
) -> None:
    free, bound = (
        shared.answer(question),
        shared.answer(question, filters=Filters(**{limit: ("war",)})),
    )
    assert "sport" in {one.article_id for one in free.evidence}, "the question must tempt"
    seen = [*bound.citations, *bound.evidence]
    assert {one.article_id for one in seen} <= {"war"}
    assert "Dovel" not in bound.answer


@pytest.mark.parametrize(
    ("about", "outlets", "told"),
    [
        ("Trump and the Kremlin say about abortion", (), "abortion"),
        ("Merkel and Macron", (), ""),
        ("refinery in Saratov", ("The Wire", "The Desk"), "refinery in Saratov"),
        ("refinery in Saratov", ("The Wire",), "refinery"),
    ],
)
def test_what_two_sides_are_to_tell_of(about: str, outlets: tuple[str, ...], told: str) -> None:
    assert subject(about, Limits(Filters(), about, outlets)) == told
