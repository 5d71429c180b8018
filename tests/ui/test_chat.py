"""The chat's events, as Gradio calls them."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from markupsafe import escape

from index.records import Filters
from qa.endpoint.observe import Observer
from qa.endpoint.schemas import MAX_QUESTION
from qa.endpoint.service import Service
from qa.records import Answer, Turn
from qa.settings import Settings
from ui.chat import Chat
from ui.feedback import Feedback
from ui.filters import filters
from ui.offers import Offers
from ui.reading import Reading
from ui.suggest import Offer
from ui.texts import ENGLISH as SAY
from ui.texts import languages
from ui.turns import messages


@pytest.fixture
def chat(scripted: Any, tmp_path: Path) -> Iterator[Chat]:
    settings = Settings(data=tmp_path, concurrency=1, queue=0)
    service = Service(scripted, settings, Observer(settings))
    yield Chat(service, Feedback(tmp_path), Offers(service, tmp_path))
    service.close()


def steps(events: AsyncGenerator[Any], count: int = 1_000) -> list[Any]:
    """What Gradio gets before it has read so many."""

    async def read() -> list[Any]:
        got: list[Any] = []
        async with aclosing(events):
            async for step in events:
                got.append(step)
                if len(got) == count:
                    break
        return got

    return asyncio.run(read())


GATED = SimpleNamespace(state=SimpleNamespace())
ENGLISH: Any = SimpleNamespace(headers={"accept-language": "en-GB,en;q=0.9"}, request=GATED)
GERMAN: Any = SimpleNamespace(headers={"accept-language": "de-DE,de;q=0.9"}, request=GATED)


def event(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


def test_an_answer_grows_claim_by_claim(chat: Chat, answered: Answer) -> None:
    got = steps(chat.ask(ENGLISH, answered.question, None, None, "", ""))
    assert [len(step[1][-1].claims) for step in got] == [0, 0, 1, 2, 2]
    assert got[-1][1] == [answered]
    for step in got:
        partial = step[1][-1]
        assert all(partial.answer[c.start : c.end] == c.text for c in partial.claims)


def test_nothing_is_asked_for_an_empty_question(chat: Chat, scripted: Any) -> None:
    assert steps(chat.ask(ENGLISH, "  ", None, None, "", "")) == []
    assert scripted.asked == []


def test_no_question_is_longer_than_over_http(chat: Chat, scripted: Any) -> None:
    long = "Who leads the Russian side? " * 1_000
    steps(chat.ask(ENGLISH, long, None, None, "", ""))
    steps(chat.follow(ENGLISH, event(question=long), None, None, "", ""))
    steps(chat.edit(ENGLISH, SimpleNamespace(index=0, value=long), [], None, "", ""))  # type: ignore[arg-type]
    assert [len(question) for question, *_ in scripted.asked] == [MAX_QUESTION] * 3


def test_the_conversation_and_the_limits_go_along(
    chat: Chat, scripted: Any, answered: Answer
) -> None:
    steps(chat.ask(ENGLISH, "And then?", [answered], ["Gazette"], "2025-01-01", " "))
    assert scripted.asked == [
        (
            "And then?",
            [Turn("user", answered.question), Turn("assistant", answered.answer)],
            Filters("2025-01-01", None, ("Gazette",)),
        )
    ]


def test_a_bad_date_is_said() -> None:
    with pytest.raises(gr.Error, match="soon"):
        filters(ENGLISH, None, "soon", "")


def test_sessions_do_not_share_answers(chat: Chat, answered: Answer) -> None:
    mine: list[Answer] = []
    steps(chat.ask(ENGLISH, "One?", mine, None, "", ""))
    assert mine == []
    assert steps(chat.ask(ENGLISH, "Two?", None, None, "", ""))[-1][1] == [answered]


def test_retry_and_edit_replace_from_that_question_on(
    chat: Chat, scripted: Any, answered: Answer
) -> None:
    other = replace(answered, question="Second?")
    again = steps(chat.again(ENGLISH, event(turn="0"), [answered, other], [], "", ""))
    assert again[-1][1] == [answered]
    assert steps(chat.again(ENGLISH, event(turn="9"), [answered], [], "", "")) == []
    edited: Any = SimpleNamespace(index=2, value="Who &amp; where?")
    assert steps(chat.edit(ENGLISH, edited, [answered, other], [], "", ""))[-1][1] == [
        answered,
        answered,
    ]
    assert [asked[0] for asked in scripted.asked] == [answered.question, "Who & where?"]


def test_stopping_keeps_what_was_said(chat: Chat, answered: Answer) -> None:
    turns = steps(chat.ask(ENGLISH, "One?", None, None, "", ""), 3)[-1][1]
    kept = chat.stop(ENGLISH, turns)[1][-1]
    assert kept.claims == answered.claims[:1]
    assert [note.message for note in kept.notes] == [SAY.stopped]


def test_a_failure_is_said_and_gives_the_question_box_back(chat: Chat, answered: Answer) -> None:
    turns = steps(chat.ask(ENGLISH, "One?", [answered], None, "", ""), 1)[0][1]
    shown, kept, box = chat.failed(ENGLISH, turns)
    assert kept[0] == answered
    assert [note.message for note in kept[1].notes] == [SAY.failed]
    assert escape(SAY.failed) in shown[-1]["content"].value
    assert (box.submit_btn, box.stop_btn) == (SAY.ask, False)


def test_a_full_queue_and_a_missed_deadline_are_said(
    chat: Chat, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, begun = threading.Event(), threading.Event()
    stream = scripted.stream

    def slow(*given: Any, **options: Any) -> Iterator[Any]:
        begun.set()
        go.wait(10)
        yield from stream(*given, **options)

    async def two() -> tuple[Any, Any]:
        first = asyncio.create_task(last("One?"))
        await asyncio.to_thread(begun.wait, 10)
        second = await last("Two?")
        found = await Reading(chat.service).search(
            ENGLISH, event(turn="0"), second[1], None, "", ""
        )
        assert SAY.busy in found[0]
        return await first, second

    async def last(question: str) -> Any:
        *_, end = [step async for step in chat.ask(ENGLISH, question, None, None, "", "")]
        return end

    monkeypatch.setattr(scripted, "stream", slow)
    chat.service.answers.deadline = 0.3
    late, busy = asyncio.run(two())
    go.set()
    for (shown, turns, box, _), code in ((late, "deadline"), (busy, "busy")):
        assert [note.code for note in turns[-1].notes] == [code]
        assert escape(getattr(SAY, code)) in shown[-1]["content"].value
        assert (box.submit_btn, box.stop_btn) == (SAY.ask, False)


def test_questions_are_escaped_and_the_last_answer_has_follow_ups(answered: Answer) -> None:
    offers = [Offer("Who is next?", "talks.md", "A sentence.", "Rubio")]
    record = replace(answered, question="<img src=x>")
    shown = messages([record, record], SAY, offers=offers)
    assert shown[0]["content"] == "&lt;img src=x&gt;"
    assert "Who is next?" not in shown[1]["content"].value
    assert 'data-question="Who is next?"' in shown[3]["content"].value


def test_a_question_that_was_offered_is_asked(chat: Chat, scripted: Any) -> None:
    steps(chat.follow(ENGLISH, event(question="Who is next?"), None, None, "", ""))
    assert [asked[0] for asked in scripted.asked] == ["Who is next?"]


def test_what_is_done_is_said_before_there_is_an_answer(chat: Chat, answered: Answer) -> None:
    shown = steps(chat.ask(ENGLISH, "Who?", None, None, "", ""), 2)
    assert SAY.working in shown[0][0][-1]["content"].value
    assert SAY.reading.format(len(answered.evidence)) in shown[1][0][-1]["content"].value


def test_reading_marks_the_sentence_and_its_neighbours(chat: Chat, answered: Answer) -> None:
    cited = answered.citations[1]
    where = event(article="talks.md", start=str(cited.start), end=str(cited.end), turn="0")
    html = Reading(chat.service).read(ENGLISH, where, [answered])[0]
    assert f'<mark tabindex="-1">{cited.text}</mark>' in html
    assert '<span class="fn-near">Sergey Lavrov leads' in html
    assert '<span class="fn-near">More follows.' in html
    assert (
        "<mark" not in Reading(chat.service).read(ENGLISH, event(article="talks.md"), [answered])[0]
    )


def test_a_moved_sentence_is_found_and_a_lost_one_is_said(chat: Chat, answered: Answer) -> None:
    cited = answered.citations[0]
    moved = replace(answered, citations=(replace(cited, start=0, end=len(cited.text)),))
    where = event(article="talks.md", start="0", end=str(len(cited.text)), turn="0")
    assert (
        f'<mark tabindex="-1">{cited.text}</mark>'
        in Reading(chat.service).read(ENGLISH, where, [moved])[0]
    )
    lost = replace(answered, citations=(replace(cited, start=0, end=4, text="gone"),), evidence=())
    assert (
        SAY.changed
        in Reading(chat.service).read(
            ENGLISH, event(article="talks.md", start="0", end="4", turn="0"), [lost]
        )[0]
    )
    assert SAY.gone in Reading(chat.service).read(ENGLISH, event(article="no.md"), [answered])[0]
    state = SimpleNamespace(collections=("war",))
    bound: Any = SimpleNamespace(headers={}, request=SimpleNamespace(state=state))
    assert SAY.gone in Reading(chat.service).read(bound, event(article="talks.md"), [answered])[0]


def test_feedback_keeps_the_answer_and_what_came_before(chat: Chat, answered: Answer) -> None:
    said = event(turn="1", kind="wrong_source", note="not this one")
    chat.report(ENGLISH, said, [answered, replace(answered, question="And?")])
    (row,) = chat.feedback.rows()
    assert (row["kind"], row["note"], row["question"]) == ("wrong_source", "not this one", "And?")
    assert row["history"][0] == {"role": "user", "content": answered.question}


@pytest.mark.parametrize("turn", ["5", "-1"])
def test_forged_turns_change_nothing(chat: Chat, answered: Answer, turn: str) -> None:
    chat.report(ENGLISH, event(turn=turn, kind="helpful"), [answered])
    assert chat.feedback.rows() == []
    assert Reading(chat.service).sources(ENGLISH, event(turn=turn), [answered])[0] == ""
    found = asyncio.run(
        Reading(chat.service).search(ENGLISH, event(turn=turn), [answered], None, "", "")
    )
    assert found[0] == ""


def test_the_limits_hold_for_a_search_too(chat: Chat, scripted: Any, refused: Answer) -> None:
    asyncio.run(
        Reading(chat.service).search(
            ENGLISH, event(turn="0"), [refused], ["Gazette"], "2025-01-01", ""
        )
    )
    assert scripted.searched == [
        (refused.standalone_question, Filters("2025-01-01", None, ("Gazette",)))
    ]


def test_a_dropped_limit_leaves_the_answer_and_the_page(
    chat: Chat, scripted: Any, answered: Answer
) -> None:
    record = replace(answered, filters=Filters("2025-01-01", None, ("Gazette", "Wire"), (), ("x",)))
    dropped = event(turn="0", limit="sources", value="Wire")
    boxes = (["Wire"], "2025-01-01", "", [])
    got = steps(chat.unlimited(ENGLISH, dropped, [record, answered], *boxes))
    assert scripted.asked == [(record.question, [], Filters("2025-01-01", None, ("Gazette",)))]
    assert scripted.alone == [True]  # the question names it still
    assert got[-1][1] == [answered]
    assert {len(step) for step in got} == {8}
    assert got[0][4:] == ([], "2025-01-01", None, [])
    forged = event(turn="7", limit="within", value="x")
    assert steps(chat.unlimited(ENGLISH, forged, [record], None, "", "")) == []


def test_a_refusal_goes_on_with_questions_that_are_answered(refused: Answer) -> None:
    record = replace(refused, standalone_question="Who speaks for the city of Washington?")
    offers = [Offer("Who speaks for Washington?", "talks.md", "A sentence.", "Rubio")]
    shown = messages([record], SAY, offers=offers)[1]["content"].value
    assert SAY.instead in shown
    assert 'data-question="Who speaks for Washington?"' in shown


def test_nothing_is_asked_while_an_answer_grows(
    chat: Chat, scripted: Any, answered: Answer
) -> None:
    growing = steps(chat.ask(ENGLISH, "One?", [answered], None, "", ""), 1)[0][1]
    asked = len(scripted.asked)
    assert steps(chat.ask(ENGLISH, "Two?", growing, None, "", "")) == []
    assert len(scripted.asked) == asked


def test_the_last_sources_are_shown_unless_one_is_read(chat: Chat, answered: Answer) -> None:
    assert SAY.cited in Reading(chat.service).last_sources(ENGLISH, [answered], False)
    assert Reading(chat.service).read(ENGLISH, event(article="talks.md"), [answered])[1]
    assert Reading(chat.service).last_sources(ENGLISH, [answered], True) == gr.skip()


def test_it_answers_in_the_readers_language(chat: Chat, answered: Answer) -> None:
    say = languages()["de"]
    *_, last = steps(chat.ask(GERMAN, "Who?", None, None, "", ""))
    assert say.quoted in last[0][1]["content"].value
    assert last[2].submit_btn == say.ask
    assert "17. Oktober 2025" in Reading(chat.service).last_sources(GERMAN, [answered], False)
