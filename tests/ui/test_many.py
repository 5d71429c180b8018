"""Many questions from a file: each answered once, whatever interrupts; odd tables said in one line."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui import many

ASKED = ['Who leads, "really"?', "What\nis new?", "Who, wo, où?", "unknown to all"]


def record(question: str) -> dict[str, Any]:
    if "unknown" in question:
        raise ValueError("the server is gone")
    cited = {"article_id": "a", "start": 1, "end": 9, "link": "/a/a?s=1-9"}
    short = {"text": "Lavrov"}
    return {
        "status": "answered",
        "answer": f'He said "yes", \n{question} [1]',
        "probability": 0.9,
        "short_answer": short if "Who" in question else None,
        "citations": [cited],
    }


def written(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([["id", "Question"], *([n, q] for n, q in enumerate(ASKED))])
    return path


def test_each_question_has_its_row(file: Path, tmp_path: Path) -> None:
    assert many.run(file, tmp_path / "out.csv", record) == 4
    rows = written(tmp_path / "out.csv")
    assert [row["question"] for row in rows] == ASKED
    assert rows[0]["answer"] == record(ASKED[0])["answer"]
    assert (rows[0]["short_answer"], rows[1]["short_answer"]) == ("Lavrov", "")
    assert json.loads(rows[0]["sources"]) == ["a"]
    assert json.loads(rows[0]["offsets"]) == [[1, 9]]
    assert json.loads(rows[0]["links"]) == ["/a/a?s=1-9"]
    assert (rows[3]["status"], rows[3]["error"]) == ("error", "the server is gone")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_it_goes_on_where_it_was_cut_off(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    source, output = folder / "in.txt", folder / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([["question"], *([q] for q in ASKED)])
    many.run(source, output, record)
    whole = output.read_bytes()
    output.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    asked: list[str] = []

    def counted(question: str) -> dict[str, Any]:
        asked.append(question)
        return record(question)

    assert many.run(source, output, counted) == len(asked)
    assert output.read_bytes() == whole
    assert many.run(source, output, counted) == 0


def test_answers_to_other_questions_are_left_alone(file: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    for text in ("question\nWho?\n", ",".join(many.COLUMNS) + "\nOther?,,,,,,,,\n"):
        output.write_text(text)
        with pytest.raises(ValueError, match="does not hold the answers to these questions"):
            many.run(file, output, record)
        assert output.read_text() == text


def test_no_cell_of_an_article_is_a_formula(file: Path, tmp_path: Path) -> None:
    output, formula = tmp_path / "out.csv", '=HYPERLINK("http://127.0.0.1/";"x")'
    file.write_text('question\n"=1+1; +2"\n')

    def hostile(question: str) -> dict[str, Any]:
        cited = {"article_id": "@a", "start": 1, "end": 9, "link": "+b"}
        told = {"status": "answered", "answer": formula, "probability": 0.9}
        return told | {"short_answer": {"text": "-1"}, "citations": [cited]}

    assert many.run(file, output, hostile) == 1
    text = output.read_text()
    assert '\n"\'=1+1; +2",' in text  # in quotes: a spreadsheet may split at a semicolon
    [row] = written(output)
    assert row["answer"] == f"'{formula}"
    assert row["short_answer"] == "'-1"
    assert many.run(file, output, hostile) == 0  # its own rows are known again


def test_one_column_needs_no_name_and_several_do(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("\ufeffWho leads?\nWhat is new?\n", encoding="utf-8")
    assert many.questions(path) == ["Who leads?", "What is new?"]
    path.write_text("a,b\nWho leads?,1\n")
    with pytest.raises(ValueError, match="no column named question"):
        many.questions(path)
    path.write_text("\n\n")
    with pytest.raises(ValueError, match="no rows"):
        many.questions(path)
