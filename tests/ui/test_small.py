"""Export, follow-ups, examples, feedback rows, dates."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qa.records import Answer
from ui import export, texts
from ui import feedback as module
from ui.feedback import LONGEST, Feedback, question_line


def test_markdown_has_a_footnote_for_each_number(answered: Answer) -> None:
    written = export.markdown(answered)
    assert written.splitlines()[0] == "Sergey Lavrov leads the Russian side. [^1]"
    assert "[^2]: “Marco Rubio speaks for Washington.” Talks, Gazette, 17 October 2025" in written


def test_only_our_markers_become_footnotes(answered: Answer) -> None:
    quoted = replace(answered.claims[0], text="The bill [2] and [3] passed.", start=0, end=28)
    record = replace(answered, answer="The bill [2] and [3] passed. [1]", claims=(quoted,))
    told = r"The bill \[2\] and \[3\] passed. "
    assert export.markdown(record).splitlines()[0] == told + "[^1]"
    assert export.markdown(replace(record, claims=(), citations=())) == told + r"\[1\]"


def test_a_conversation_as_markdown_and_json(answered: Answer, refused: Answer) -> None:
    assert export.conversation([answered, refused]).count("\n## ") + 1 == 2
    rows = json.loads(export.as_json([answered, refused]))
    assert rows[0]["citations"][0]["text"] == answered.citations[0].text


def test_feedback_becomes_a_draft_question(tmp_path: Path, answered: Answer) -> None:
    feedback = Feedback(tmp_path)
    feedback.add("helpful", "", answered, [])
    feedback.add(
        "should_have_answered",
        " it is in the second article ",
        replace(answered, status="no_answer"),
        [],
    )
    right, wrong = (question_line(row, n) for n, row in enumerate(feedback.rows(), 1))
    assert (right["answerable"], right["quotes"]) == (True, [c.text for c in answered.citations])
    assert (wrong["answerable"], wrong["quotes"]) == (True, [])
    assert wrong["review"] == "should_have_answered: it is in the second article"


def test_feedback_has_its_bounds(
    tmp_path: Path, answered: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedback = Feedback(tmp_path)
    long = {"role": "assistant", "content": "x" * LONGEST}
    assert feedback.add("helpful", "x" * 10_000, answered, [long])
    [row] = feedback.rows()
    assert (row["history"], row["question"]) == ([], answered.question)
    assert not feedback.add("helpful", "", replace(answered, answer="x" * LONGEST), [])
    monkeypatch.setattr(module, "FULL", feedback.path.stat().st_size + 1)
    assert feedback.add("helpful", "", answered, [])
    assert not feedback.add("helpful", "", answered, [])
    assert len(feedback.rows()) == 2


def test_an_unknown_kind_of_feedback_is_refused(tmp_path: Path, answered: Answer) -> None:
    with pytest.raises(ValueError, match="'rude'"):
        Feedback(tmp_path).add("rude", "", answered, [])
    assert Feedback(tmp_path).rows() == []


@pytest.mark.parametrize(
    ("given", "said"), [("2025-10-07", "7 October 2025"), (None, "no date"), ("soon", "soon")]
)
def test_days(given: str | None, said: str) -> None:
    assert texts.ENGLISH.date(given) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [("2025-10-07", "7 October 2025"), ("2025-10", "October 2025"), ("2025", "2025")],
)
def test_periods(given: str, said: str) -> None:
    assert texts.ENGLISH.period(given) == said
