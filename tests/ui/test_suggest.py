"""What the page offers to ask is made from the articles' sentences and is answered by them, over the seeds."""

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from index.records import Filters
from qa.endpoint.observe import Observer
from qa.endpoint.service import Service
from qa.pipeline import Pipeline
from qa.records import Answer
from qa.settings import Settings
from ui.offers import EXAMPLES, Offers
from ui.suggest import Offer, follow_ups, instead, made


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        (
            "His adviser Yuri Ushakov added that nothing would change in Moscow.",
            ["Who added that nothing would change in Moscow?"],
        ),
        ("Donald Trump has not decided about Kyiv.", ["Who has not decided about Kyiv?"]),
        ("57 people were injured in Kharkiv.", ["How many people were injured in Kharkiv?"]),
        ("The Alaska summit will end in Budapest.", ["Where will the Alaska summit end?"]),
        (
            "The Ostend harbour was closed for repairs on Monday.",
            ["When was the Ostend harbour closed for repairs?"],
        ),
        (
            "The Dover ferry was cancelled because the harbour was closed.",
            ["Why was the Dover ferry cancelled?"],
        ),
        ("Marco Rubio has voiced concern about the idea.", []),  # nobody knows which
        ("The ferry was cancelled because the harbour was closed.", []),
        ("He was closed in his room on Monday.", []),  # nobody knows who
        ("Energy sites are not the only places.", []),
        ("It lasted two hours.", []),
        ("Will Ukraine get missiles?", []),
    ],
)
def test_sentences_are_turned_into_questions(sentence: str, questions: list[str]) -> None:
    article = make_article(sentence, title="T", id="t")
    assert [offer.question for offer in made(article)] == questions


def test_follow_ups_are_offers_from_the_articles_looked_at(answered: Answer) -> None:
    offers = [
        Offer("Who speaks for Washington?", "talks.md", "Another sentence.", "Marco Rubio"),
        Offer("Who leads the Russian side?", "talks.md", "One more.", "Sergey Lavrov"),
        Offer("Who is told already?", "talks.md", answered.citations[0].text, "Sergey Lavrov"),
        Offer("Who stands elsewhere?", "other.md", "Elsewhere.", "Nobody"),
    ]
    assert follow_ups(answered, offers) == ["Who speaks for Washington?"]
    assert follow_ups(answered, offers, ["Who speaks for Washington?"]) == []
    assert follow_ups(replace(answered, status="no_answer"), offers) == []


def test_a_refusal_offers_what_the_nearest_articles_answer_in_its_words(refused: Answer) -> None:
    record = replace(refused, standalone_question="Who speaks for the city of Washington?")
    offers = [
        Offer("Who leads the Russian side?", "talks.md", "One.", "Sergey Lavrov"),
        Offer("Who flew to Washington?", "talks.md", "Two.", "Nobody"),
        Offer("Who speaks for Washington?", "talks.md", "Three.", "Marco Rubio"),
        Offer("Who speaks for Washington now?", "other.md", "Elsewhere.", "Nobody"),
    ]
    assert instead(record, offers) == ["Who speaks for Washington?", "Who flew to Washington?"]
    assert instead(record, offers, ["Who flew to Washington?"]) == ["Who speaks for Washington?"]
    assert instead(replace(record, status="answered"), offers) == []


def test_only_what_the_articles_answer_is_offered_and_kept(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path)
    service = Service(pipeline, settings, Observer(settings))

    async def grown(offers: Offers) -> list[str]:
        *_, last = [examples async for examples in offers.grow()]
        return last

    first = Offers(service, tmp_path)
    examples = asyncio.run(grown(first))
    again = Offers(service, tmp_path)
    assert asyncio.run(grown(again)) == examples  # from the file, asked no more
    service.close()
    assert len(examples) == EXAMPLES
    assert len({offer.article_id for offer in first.kept if offer.question in examples}) >= 3
    for offer in first.kept:
        answer = pipeline.answer(offer.question)
        assert answer.citations[0].text == offer.sentence
    assert not [asked for asked in examples if asked.startswith("What do the articles say")]


def test_a_bound_key_is_offered_questions_of_its_own_articles_only(
    embedder: MiniLMEmbedding, tmp_path: Path
) -> None:
    with Index.open(tmp_path, embedder) as index:
        for name in ("war", "sport"):
            index.ingest([make_article(f"News of {name}.", id=name, collections=[name])])
        pipeline = SimpleNamespace(index=index, quoting=lambda: None)
        offers = Offers(SimpleNamespace(pipeline=pipeline), tmp_path)  # type: ignore[arg-type]
        offers.kept = [Offer(f"What of {name}?", name, "S.", "W") for name in ("war", "sport")]
        assert offers.examples(Filters(within=("war",))) == ["What of war?"]
        assert len(offers.examples()) == 2
