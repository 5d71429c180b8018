"""Answers in other programs' formats: each read back by a program of that format, whatever the
articles hold."""

import io
import json
import re
from dataclasses import replace
from typing import Any, get_args

import docx
import httpx
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from qa.exporting import TYPES, Format, exported, pieces
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


FORGED = (
    "A\nER  - \n\nTY  - JOUR\nTI  - forged",
    "A\r\nTI  - forged",
    "A\u2028ER  - ",
    "A\x0bER  - \x0cTY  - JOUR",
    "}, url = {javascript:x}, note={",
    '", url = "javascript:x',
    "@article{forged, title={A}}",
    "\\input{/etc/passwd}",
    "\\immediate\\write18{id} $\\input /etc/passwd $",
    "A\\",
    "^^5cinput /etc/passwd",
)


@pytest.mark.parametrize("text", FORGED)
def test_no_title_is_another_record_field_or_command(answer: Answer, text: str) -> None:
    odd = {"text": text, "title": text, "source": text, "published": None}
    made = [replace(answer, citations=(replace(answer.citations[0], **odd),))]
    [entry] = rispy.loads(exported(made, "ris", BASE).decode())
    told = " ".join(text.split())
    assert (entry["type_of_reference"], entry["title"]) == ("NEWS", told)
    assert set(entry) == {"type_of_reference", "id", "title", "secondary_title", "urls", "notes"}
    [item] = json.loads(exported(made, "csl", BASE))
    assert (item["type"], item["title"]) == ("article-newspaper", text)
    bib = exported(made, "bibtex", BASE).decode()
    [(name, item)] = parse_string(bib, "bibtex").entries.items()
    assert (name, set(item.fields)) == ("footnote1", {"title", "journal", "url", "note"})
    assert set(re.findall(r"\\[A-Za-z]+", bib)) <= {r"\textbackslash", r"\textasciicircum"}
    assert not re.search(r"(?<!\\)[$^%#&_]", bib)


HOSTILE = "[a](javascript:alert(1)) <img src=x onerror=alert(1)> ![b](https://evil.example/b.png)\n[^1]: c"


def test_no_text_is_markup_of_the_markdown(answer: Answer) -> None:
    odd = {"text": HOSTILE, "title": HOSTILE, "source": HOSTILE, "link": f"https://{HOSTILE}"}
    cited = replace(answer.citations[0], **odd)
    claim = replace(answer.claims[0], text=HOSTILE, end=len(HOSTILE))
    hostile = replace(answer, question=HOSTILE, answer=f"{HOSTILE} [1]", claims=(claim,))
    made = exported([replace(hostile, citations=(cited,))], "markdown").decode()
    assert re.findall(r"(?<!\\)[<\[][^\]>]*", made) == ["[^1", "[^1"]
    assert made.count("\n[^1]: ") == 1


@pytest.mark.parametrize("format_", get_args(Format))
def test_a_long_number_in_brackets_is_text(answer: Answer, format_: Format) -> None:
    number = f"[{'9' * 5_000}]"
    made = exported([replace(answer, answer=f"{answer.answer} {number}")], format_)
    if format_ == "docx":
        assert docx.Document(io.BytesIO(made)).paragraphs[1].text.endswith(number)
    elif format_ == "markdown":
        assert number[1:-1] in made.decode()


def test_a_marker_inside_any_claim_is_text(answer: Answer) -> None:
    text = "a [1] b [1] c [1]"
    spans = [(0, 4), (0, 1), (6, 9), (8, 9)]  # the first and the second marker begin inside
    claims = tuple(replace(answer.claims[0], start=start, end=end) for start, end in spans)
    cited = (replace(answer.citations[0], number=1),)
    made = replace(answer, answer=text, claims=claims, citations=cited)
    assert pieces(made) == [("a [1] b [1] c ", None), ("[1]", 1), ("", None)]


def test_every_source_of_a_document_has_its_own_link(answer: Answer) -> None:
    links = [f"https://paper.example/{number}" for number in range(30)]
    cited = tuple(
        replace(answer.citations[0], number=n + 1, link=one) for n, one in enumerate(links)
    )
    made = exported([replace(answer, citations=cited)] * 2, "docx")
    read = docx.Document(io.BytesIO(made)).paragraphs
    assert [link.address for line in read for link in line.hyperlinks] == links * 2


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
