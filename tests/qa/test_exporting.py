"""Answers in other programs' formats: each read back by a program of that format, whatever the
articles hold."""

import io
import json
from dataclasses import replace
from typing import Any, get_args

import docx
import httpx
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from qa.exporting import TYPES, Format, exported
from qa.pipeline import Pipeline
from qa.records import Answer

QUESTION = "How far can a Tomahawk fly?"
SENTENCE = "The Tomahawk flies about 1,600 kilometers, or 1,000 miles."
BASE = "https://desk.example/foot/"


@pytest.fixture(scope="module")
def answer(pipeline: Pipeline) -> Answer:
    return pipeline.answer(QUESTION)


def test_ris_is_read_back(answer: Answer) -> None:
    [entry] = rispy.loads(exported([answer, answer], "ris", BASE).decode())
    assert entry["type_of_reference"] == "NEWS"
    assert entry["title"] == "Trump keeps everyone guessing about Tomahawks"
    assert (entry["secondary_title"], entry["year"]) == ("Footnote Desk", "2025")
    assert entry["notes"][0] == SENTENCE
    assert entry["urls"] == [BASE.rstrip("/") + answer.citations[0].page]


def test_csl_is_read_back(answer: Answer) -> None:
    [item] = json.loads(exported([answer], "csl", BASE))
    assert (item["type"], item["container-title"]) == ("article-newspaper", "Footnote Desk")
    assert item["issued"] == {"date-parts": [[2025, 10, 17]]}
    assert SENTENCE in item["note"]


def test_bibtex_is_read_back(answer: Answer) -> None:
    told = exported([answer], "bibtex", BASE).decode()
    fields = parse_string(told, "bibtex").entries["footnote1"].fields
    assert fields["title"] == "Trump keeps everyone guessing about Tomahawks"
    assert (fields["journal"], fields["date"]) == ("Footnote Desk", "2025-10-17")


def test_docx_is_read_back(answer: Answer) -> None:
    made = docx.Document(io.BytesIO(exported([answer], "docx", BASE)))
    head, body, source, *_ = made.paragraphs
    assert head.text == QUESTION
    assert body.text == answer.answer
    assert next(run.text for run in body.runs if run.font.superscript) == "[1]"
    assert source.text.startswith(f"[1] “{SENTENCE}” Trump keeps everyone guessing")
    [link] = source.hyperlinks
    assert link.address + "?" + answer.citations[0].page.partition("?")[2] != ""
    assert link.address.startswith(BASE + "a/tomahawk-question.md")


def test_json_and_markdown_hold_the_citations(answer: Answer) -> None:
    [record] = json.loads(exported([answer], "json"))
    assert record == json.loads(json.dumps(answer.to_dict()))
    text = exported([answer], "markdown", BASE).decode()
    assert f"[^1]: “{SENTENCE}”" in text
    assert BASE.rstrip("/") + answer.citations[0].link in text


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs",))), st.sampled_from(get_args(Format)))
def test_no_text_breaks_a_file(answer: Answer, text: str, format_: Format) -> None:
    odd = {"text": text, "title": text, "source": text, "article_id": text, "link": text}
    cited = replace(answer.citations[0], **odd)
    made = exported([replace(answer, question=text, citations=(cited,))], format_)
    readers: dict[str, Any] = {
        "ris": lambda: rispy.loads(made.decode()),
        "csl": lambda: json.loads(made),
        "bibtex": lambda: parse_string(made.decode(), "bibtex").entries,
        "json": lambda: json.loads(made),
        "docx": lambda: docx.Document(io.BytesIO(made)).paragraphs,
        "markdown": lambda: [made],
    }
    assert readers[format_]()


@pytest.mark.parametrize("format_", get_args(Format))
def test_over_http(seeded: str, format_: Format) -> None:
    with httpx.Client(base_url=seeded, trust_env=False, timeout=60) as client:
        record = client.post("/v1/answer", json={"question": QUESTION}).json()
        reply = client.post("/v1/export", json={"format": format_, "answers": [record]})
    kind, ending = TYPES[format_]
    assert reply.headers["content-type"] == kind
    assert reply.headers["content-disposition"].endswith(f'answers.{ending}"')
    assert reply.content[:2] == b"PK" or SENTENCE[:20] in reply.text


def test_an_unknown_format_is_refused(seeded: str) -> None:
    body = {"format": "pdf", "answers": []}
    assert httpx.post(f"{seeded}/v1/export", json=body, trust_env=False).status_code == 422
