"""The fixed question set, asked once: the invariants hold for every answer, and the quality is not below the baseline."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.records import Article, Sentence
from qa.evaluation import evaluate, questions
from qa.pipeline import Pipeline
from qa.records import Answer, Event, Turn

TESTS = Path(__file__).parent
QUESTIONS, BASELINE = TESTS / "questions.jsonl", TESTS / "baseline.json"


class Listening:
    """The pipeline as the evaluation asks it, keeping the events of every question."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self.heard: list[tuple[str, Sequence[Turn], list[Event]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pipeline, name)

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        events = list(self._pipeline.stream(question, history))
        self.heard.append((question, history, events))
        assert events[-1].answer is not None
        return events[-1].answer


@pytest.fixture(scope="module")
def listening(pipeline: Pipeline) -> Listening:
    return Listening(pipeline)


@pytest.fixture(scope="module")
def verdict(listening: Listening) -> int:
    """1 for a drop in quality; -1 when there is nothing to compare with, the questions being asked all the same."""
    code = evaluate.main(listening, QUESTIONS, baseline=BASELINE if BASELINE.exists() else None)
    return code if BASELINE.exists() else -1


@pytest.fixture(scope="module")
def answers(verdict: int, listening: Listening) -> list[Answer]:
    return [events[-1].answer for _, _, events in listening.heard if events[-1].answer]


@pytest.fixture(scope="module")
def articles(pipeline: Pipeline) -> dict[str, tuple[Article, list[Sentence]]]:
    return {one.id: (one, pipeline.index.sentences(one.id)) for one in pipeline.index.articles()}


def test_the_quality_is_not_below_the_baseline(verdict: int) -> None:
    assert verdict >= 0, (
        f"{BASELINE} is missing; write it with `footnote evaluate --write-baseline`"
    )
    assert verdict == 0, "worse than the baseline; the report above names the questions"


def test_every_question_was_asked(answers: list[Answer]) -> None:
    assert len(answers) == len(questions.load(QUESTIONS))


def test_citations_are_sentences_of_their_articles(answers, articles) -> None:
    for answer in answers:
        for c in answer.citations:
            article, sentences = articles[c.article_id]
            assert article.text[c.start : c.end] == c.text
            assert (c.start, c.end) in {(s.start, s.end) for s in sentences}
            assert (c.title, c.source, c.url, c.published) == (
                article.title,
                article.source,
                article.url,
                article.published,
            )


def test_citations_lie_in_a_passage_that_was_looked_at(answers) -> None:
    for answer in answers:
        for c in answer.citations:
            assert any(
                e.article_id == c.article_id and e.start <= c.start < c.end <= e.end
                for e in answer.evidence
            )


def test_evidence_is_verbatim_and_used_exactly_where_something_is_cited(answers, articles) -> None:
    for answer in answers:
        places = [(e.article_id, e.start, e.end) for e in answer.evidence]
        assert len(set(places)) == len(places)
        for e in answer.evidence:
            assert articles[e.article_id][0].text[e.start : e.end] == e.text
            cited = [
                c
                for c in answer.citations
                if c.article_id == e.article_id and e.start <= c.start < c.end <= e.end
            ]
            assert e.used == bool(cited)
            assert (e.why == "cited") == e.used


def test_claims_are_the_cited_sentences_word_for_word(answers) -> None:
    for answer in answers:
        for claim in answer.claims:
            assert answer.answer[claim.start : claim.end] == claim.text
            assert claim.support == "supported"
            assert [answer.citations[n - 1].text for n in claim.citations] == [claim.text]


def test_citations_are_numbered_in_order_and_each_is_used(answers) -> None:
    for answer in answers:
        used = list(dict.fromkeys(n for claim in answer.claims for n in claim.citations))
        assert (
            used
            == [c.number for c in answer.citations]
            == list(range(1, len(answer.citations) + 1))
        )


def test_the_answer_is_its_claims_with_their_markers(answers) -> None:
    for answer in answers:
        last = 0
        for claim in answer.claims:
            marked = f"{claim.text} " + "".join(f"[{n}]" for n in claim.citations)
            assert answer.answer.startswith(marked, claim.start)
            assert claim.start >= last  # a day or an outlet may stand between
            last = claim.start + len(marked)
        assert not answer.claims or last == len(answer.answer)


def test_short_answers_lie_inside_their_citation(answers, articles) -> None:
    marked = [answer for answer in answers if answer.short_answer]
    assert marked
    for answer in marked:
        short, cited = answer.short_answer, answer.citations[answer.short_answer.citation - 1]
        assert cited.start <= short.start < short.end <= cited.end
        assert articles[cited.article_id][0].text[short.start : short.end] == short.text


def test_a_status_says_what_the_record_holds(answers) -> None:
    for answer in answers:
        assert 0.0 <= answer.probability <= 1.0
        assert (answer.status == "partial") == bool(answer.missing)
        if answer.status == "no_answer":
            assert (answer.claims, answer.citations, answer.short_answer, answer.missing) == (
                (),
                (),
                None,
                (),
            )
            assert answer.notes
    assert {"answered", "no_answer"} <= {answer.status for answer in answers}


def test_streams_tell_the_same_in_order(listening: Listening, answers) -> None:
    for (question, _, events), answer in zip(listening.heard, answers, strict=True):
        first, *middle, last = events
        assert [e.kind for e in events] == ["evidence", *(["claim"] * len(middle)), "done"]
        assert answer.question == question
        assert last.answer is answer
        assert tuple(e.claim for e in middle) == answer.claims
        assert tuple(c for e in middle for c in e.citations) == answer.citations
        assert [e.text for e in first.evidence] == [e.text for e in answer.evidence]


def sampled(listening: Listening) -> Iterator[tuple[str, Sequence[Turn], Answer]]:
    for question, history, events in listening.heard[::12]:
        if events[-1].answer:
            yield question, history, events[-1].answer


def test_asking_again_gives_the_same(listening: Listening, pipeline: Pipeline, answers) -> None:
    for question, history, before in sampled(listening):
        again, told = pipeline.answer(question, history).to_dict(), before.to_dict()
        for record in (again, told):
            del record["id"], record["timings_ms"]
        assert again == told


def test_summaries_and_news_begin_with_the_newest(listening: Listening, answers) -> None:
    rows = questions.load(QUESTIONS)
    told = [
        answer
        for row, answer in zip(rows, answers, strict=True)
        if row["kind"] in ("summary", "news")
    ]
    assert len(told) >= 6
    for answer in told:
        days = [c.published or "" for c in answer.citations]
        assert days == sorted(days, reverse=True)
