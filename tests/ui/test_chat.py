"""The chat's events, as Gradio calls them."""

from dataclasses import replace
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from index.records import Filters
from qa.records import Answer, Turn
from ui import texts
from ui.chat import Chat, filters, messages
from ui.feedback import Feedback


@pytest.fixture
def chat(scripted: Any, tmp_path: Path) -> Chat:
    return Chat(scripted, Feedback(tmp_path))


def event(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


def test_an_answer_grows_claim_by_claim(chat: Chat, answered: Answer) -> None:
    steps = list(chat.ask(answered.question, None, None, "", ""))
    assert [len(step[1][-1].claims) for step in steps] == [0, 0, 1, 2, 2]
    assert steps[-1][1] == [answered]
    for step in steps:
        partial = step[1][-1]
        assert all(partial.answer[c.start : c.end] == c.text for c in partial.claims)


def test_nothing_is_asked_for_an_empty_question(chat: Chat, scripted: Any) -> None:
    assert list(chat.ask("  ", None, None, "", "")) == []
    assert scripted.asked == []


def test_the_conversation_and_the_limits_go_along(chat: Chat, scripted: Any, answered: Answer) -> None:
    list(chat.ask("And then?", [answered], ["Gazette"], "2025-01-01", " "))
    assert scripted.asked == [
        (
            "And then?",
            [Turn("user", answered.question), Turn("assistant", answered.answer)],
            Filters("2025-01-01", None, ("Gazette",)),
        )
    ]


def test_a_bad_date_is_said() -> None:
    with pytest.raises(gr.Error, match="soon"):
        filters(None, "soon", "")


def test_sessions_do_not_share_answers(chat: Chat, answered: Answer) -> None:
    mine: list[Answer] = []
    list(chat.ask("One?", mine, None, "", ""))
    assert mine == []
    assert list(chat.ask("Two?", None, None, "", ""))[-1][1] == [answered]


def test_retry_and_edit_replace_from_that_question_on(chat: Chat, scripted: Any, answered: Answer) -> None:
    other = replace(answered, question="Second?")
    retried: Any = SimpleNamespace(index=0)
    assert list(chat.retry([answered, other], [], "", "", retried))[-1][1] == [answered]
    edited: Any = SimpleNamespace(index=2, value="Who &amp; where?")
    assert list(chat.edit([answered, other], [], "", "", edited))[-1][1] == [answered, answered]
    assert [asked[0] for asked in scripted.asked] == [answered.question, "Who & where?"]


def test_stopping_keeps_what_was_said(chat: Chat, answered: Answer) -> None:
    steps = chat.ask("One?", None, None, "", "")
    turns = [next(steps) for _ in range(3)][-1][1]
    kept = chat.stop(turns)[1][-1]
    assert kept.claims == answered.claims[:1]
    assert [note.message for note in kept.notes] == [texts.STOPPED]


def test_a_failure_is_said_and_gives_the_question_box_back(chat: Chat, answered: Answer) -> None:
    turns = next(chat.ask("One?", [answered], None, "", ""))[1]
    shown, kept, box = chat.failed(turns)
    assert kept[0] == answered
    assert [note.message for note in kept[1].notes] == [texts.FAILED]
    assert escape(texts.FAILED) in shown[-1]["content"].value
    assert (box.submit_btn, box.stop_btn) == (texts.ASK, False)


def test_questions_are_escaped_and_the_last_answer_has_follow_ups(answered: Answer) -> None:
    shown = messages([replace(answered, question="<img src=x>", standalone_question="What does Sergey Lavrov lead?")])
    assert shown[0]["content"] == "&lt;img src=x&gt;"
    assert [option["value"] for option in shown[1]["options"]] == ["What do the articles say about Marco Rubio?"]


def test_reading_marks_the_sentence_and_its_passage(chat: Chat, answered: Answer) -> None:
    cited = answered.citations[1]
    html = chat.read([answered], event(article="talks.md", start=str(cited.start), end=str(cited.end), turn="0"))
    assert f'<mark tabindex="-1">{cited.text}</mark>' in html
    assert '<span class="fn-near">Sergey Lavrov leads' in html


def test_a_moved_sentence_is_found_and_a_lost_one_is_said(chat: Chat, answered: Answer) -> None:
    cited = answered.citations[0]
    moved = replace(answered, citations=(replace(cited, start=0, end=len(cited.text)),))
    where = event(article="talks.md", start="0", end=str(len(cited.text)), turn="0")
    assert f'<mark tabindex="-1">{cited.text}</mark>' in chat.read([moved], where)
    lost = replace(answered, citations=(replace(cited, start=0, end=4, text="gone"),), evidence=())
    assert texts.CHANGED in chat.read([lost], event(article="talks.md", start="0", end="4", turn="0"))
    assert texts.GONE in chat.read([answered], event(article="no.md"))


def test_feedback_keeps_the_answer_and_what_came_before(chat: Chat, answered: Answer) -> None:
    chat.report(
        [answered, replace(answered, question="And?")], event(turn="1", kind="wrong_source", note="not this one")
    )
    (row,) = chat.feedback.rows()
    assert (row["kind"], row["note"], row["question"]) == ("wrong_source", "not this one", "And?")
    assert row["history"][0] == {"role": "user", "content": answered.question}


@pytest.mark.parametrize("turn", ["5", "-1"])
def test_forged_turns_change_nothing(chat: Chat, answered: Answer, turn: str) -> None:
    chat.report([answered], event(turn=turn, kind="helpful"))
    assert chat.feedback.rows() == []
    assert texts.PANEL_EMPTY in chat.sources([answered], event(turn=turn))
    assert texts.PANEL_EMPTY in chat.search([answered], event(turn=turn))
