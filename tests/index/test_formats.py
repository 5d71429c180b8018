"""Formats: every kind of file gives its fields, and every broken one its reason."""

import io
import json
import random
import runpy
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import ArticleError, ArticleWarning
from index.encoding import decode, is_english
from index.formats import read
from index.loading import load

BROKEN = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "broken_files.py"))
SENTENCE = "The two leaders spoke for more than two hours on Thursday, and the president said a summit would follow."
SLOW = {
    "HTML that takes long",
    "PDF that unpacks to much",
    "50 MB line of text",
    "50 MB line of JSON",
}


def rows(path: Path, content: str | bytes, **columns: str) -> list[Any]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [row if isinstance(row, dict) else str(row) for _, row in read(path, columns)]


def given_fields(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value}


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    text = "---\n# about\ntitle: 'A: b'\npublished: 2025-10-17\nsource: S\nauthor: [J, K]\nurl: https://x.org/a\ntags: [t]\n---\n\n"
    (row,) = rows(tmp_path / "a.md", f"{text}# H\r\n\r\nBody **as** written.\n\n---\n\nEnd.\n")
    assert given_fields(row) == {
        "text": "# H\n\nBody **as** written.\n\n---\n\nEnd.",
        "title": "A: b",
        "published": "2025-10-17",
        "source": "S",
        "author": "J, K",
        "url": "https://x.org/a",
        "collections": ["t"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nBody.",
        "---\n\nA rule first.\n\n---\n\nBody.",
        "----\nBody.",
        "Body: a\n---\n",
        "---\nBody.",
        "+++\nBody.",
        "+++ Live +++\nBody.",
    ],
)
def test_markdown_without_front_matter(tmp_path: Path, text: str) -> None:
    assert rows(tmp_path / "a.md", text) == [{"text": text}]


def test_a_heading_is_enough_of_a_title(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.md", "---\nsource: S\n---\n# T\n\nBody.")[0]["text"] == "# T\n\nBody."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "---\ntitle: a: b\n---\nBody.",
            "front matter is not YAML in line 2: mapping values are not allowed here; put",
        ),
        ("---\njust words\n---\nBody.", "front matter has no fields; write them as name: value"),
        ("---\ntitle: A\n\nBody.", "front matter does not end; close it with a line of ---"),
        ("---\ntitle: A\n---\n", "has front matter and no text; add some"),
        (
            "+++\ntitle = A\n+++\nBody.",
            "front matter is not TOML: Invalid value (at line 1, column 9); put",
        ),
        ("+++\ntitle = 'A'\n\nBody.", "front matter does not end; close it with a line of +++"),
        ("+++\ntitle = 'A'\n---\nBody.", "front matter does not end; close it with a line of +++"),
        ("+++\ntitle = 'A'\n+++\n", "has front matter and no text; add some"),
    ],
)
def test_wrong_front_matter(tmp_path: Path, text: str, reason: str) -> None:
    (row,) = rows(tmp_path / "a.md", text)
    assert row.startswith(reason)


def test_values_in_front_matter_are_text(tmp_path: Path) -> None:
    (row,) = rows(
        tmp_path / "a.md",
        "---\ntitle: 7\nauthor: no\nurl: null\nx: !!python/object:os.system {}\n---\nBody.",
    )
    assert given_fields(row) == {"title": "7", "author": "no", "text": "Body."}


def test_an_alias_bomb_is_reported_shortly(tmp_path: Path) -> None:
    bomb = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    (tmp_path / "a.md").write_text(f"---\na0: &a0 [x]\n{bomb}title: *a11\n---\nBody.")
    errors: list[ArticleError] = []
    (article,) = load(tmp_path / "a.md", tmp_path, report=errors.append)
    assert article.title == "Body."
    assert [len(str(error)) < 2000 for error in errors] == [True]
    assert "title is" in str(errors[0])


def test_front_matter_in_toml(tmp_path: Path) -> None:
    matter = "+++\nTitle = 'A = b'\ndate = 2025-10-17\nauthors = ['J', 'K']\n[params]\nx = 1\n+++\n"
    (row,) = rows(tmp_path / "a.md", f"{matter}\n# H\n\n+++\n\nEnd.\n")
    assert given_fields(row) == {
        "text": "# H\n\n+++\n\nEnd.",
        "title": "A = b",
        "published": "2025-10-17",
        "author": "J, K",
    }


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2025-10-17T23:30:00-05:00", "2025-10-17"),
        ("2025-10-17T23:30:00Z", "2025-10-17"),
        ("2025-10-17T08:00:00", "2025-10-17"),
        ("'October 17, 2025'", "2025-10-17"),
    ],
)
def test_dates_of_toml(tmp_path: Path, written: str, published: str) -> None:
    (tmp_path / "a.md").write_text(f"+++\ndate = {written}\n+++\nBody.")
    (article,) = load(tmp_path / "a.md", tmp_path)
    assert article.published == published


@pytest.mark.parametrize("name", ["title", "Title", "TITLE", "headline", "Headline"])
def test_a_title_is_named_in_any_of_its_ways(tmp_path: Path, name: str) -> None:
    assert rows(tmp_path / "a.md", f"---\n{name}: Talks\n---\nBody.")[0]["title"] == "Talks"
    assert rows(tmp_path / "b.md", f"+++\n{name} = 'Talks'\n+++\nBody.")[0]["title"] == "Talks"


@pytest.mark.parametrize("matter", ["---\nsource: S\n---\n", "+++\nsource = 'S'\n+++\n"])
def test_a_note_without_a_title_gets_one_from_its_text(tmp_path: Path, matter: str) -> None:
    (tmp_path / "a.md").write_text(f"{matter}The dam broke. It was late.")
    (article,) = load(tmp_path / "a.md", tmp_path)
    assert (article.title, article.source) == ("The dam broke.", "S")


def test_authors_of_front_matter_may_be_objects(tmp_path: Path) -> None:
    text = "---\ntitle: A\nauthors:\n  - name: Ann Lee\n  - name: Tom Ray\n---\nBody."
    assert rows(tmp_path / "a.md", text)[0]["author"] == "Ann Lee, Tom Ray"


@pytest.mark.parametrize(
    ("written", "field", "expected"),
    [
        ({"source": 5}, "source", "5"),
        ({"source": 5.5}, "source", "5.5"),
        ({"source": ["A", {"name": "B"}]}, "source", "A, B"),
        ({"title": 2025}, "title", "2025"),
        ({"title": float("nan")}, "title", "Ran."),
        ({"title": "nan"}, "title", "Ran."),
        ({"title": " "}, "title", "Ran."),
        ({"title": "Nan bread"}, "title", "Nan bread"),
        ({"authors": [{"name": "Ann"}, {"name": "Tom"}]}, "author", "Ann, Tom"),
        ({"published": float("nan")}, "published", None),
        ({"published": "NaT"}, "published", None),
        ({"published": {"$date": "2025-10-17T08:00:00Z"}}, "published", "2025-10-17"),
        ({"published": {"$date": {"$numberLong": "1760688000000"}}}, "published", "2025-10-17"),
        ({"published": {"iso": "2025-10-17"}}, "published", "2025-10-17"),
        ({"published": 1760688000}, "published", "2025-10-17"),
        ({"url": "nan"}, "url", None),
    ],
)
def test_fields_as_other_programs_write_them(
    tmp_path: Path, written: dict[str, Any], field: str, expected: str | None
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "Ran."} | written))
    warnings: list[ArticleError] = []
    (article,) = load(tmp_path / "a.jsonl", tmp_path, report=warnings.append)
    assert getattr(article, field) == expected
    assert warnings == []


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"url": "www.x.org/a"}, "url is 'www.x.org/a'; give an http(s) address or leave it out"),
        ({"url": ["a", ["b"]]}, "url is ['a', ['b']], not text; put it in quotes"),
        ({"source": {"id": 1}}, "source is {'id': 1}, not text; put it in quotes"),
        ({"source": True}, "source is True, not text; put it in quotes"),
        ({"title": "x" * 3000}, "title has 3,000 characters; 2,000 are the most"),
        ({"published": "soon"}, "published is 'soon', not a date; write it like 2025-10-17"),
        (
            {"url": "x.org", "source": {}, "published": "soon"},
            "source is {}, not text; put it in quotes; url is 'x.org'; give an http(s) address or leave it out; "
            "published is 'soon', not a date; write it like 2025-10-17",
        ),
    ],
)
def test_odd_fields_lose_no_article_and_give_one_warning(
    tmp_path: Path, written: dict[str, Any], problem: str
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "Ran."} | written))
    warnings: list[ArticleError] = []
    (article,) = load(tmp_path / "a.jsonl", tmp_path, report=warnings.append)
    assert (article.id, article.title) == ("a.jsonl#1", "Ran.")
    assert [type(warning) for warning in warnings] == [ArticleWarning]
    assert warnings[0].problem == problem


def test_cells_that_pandas_leaves_empty(tmp_path: Path) -> None:
    cells = ",title,text,published,url\n0,A,One ran.,NaT,nan\n1,B,nan,NaT,nan\n2,nan,Two ran.,<NA>,None\n"
    (tmp_path / "a.csv").write_text(cells)
    errors: list[ArticleError] = []
    articles = list(load(tmp_path / "a.csv", tmp_path, report=errors.append))
    assert [(one.id, one.title, one.url, one.published) for one in articles] == [
        ("a.csv#2", "A", None, None),
        ("a.csv#4", "Two ran.", None, None),
    ]
    assert [error.problem.split(" among")[0] for error in errors] == ["has no text"]


HTML = f"""<!doctype html><html><head><title>Talks set | The Paper</title><meta property="og:title" content="Talks set">
<meta property="og:site_name" content="The Paper"><meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2025-10-17T08:00:00Z">
<link rel="canonical" href="https://paper.example/a/talks"></head>
<body><nav><a href="/">Home</a> <a href="/b">Sport</a></nav>
<article><h1>Talks set</h1><p>{SENTENCE}</p>
<p>Naïve “quotes” &amp; entities survive. {SENTENCE.replace("Thursday", "Friday")}</p></article><footer>All rights reserved</footer>
</body></html>"""


def test_html(tmp_path: Path) -> None:
    (row,) = rows(tmp_path / "a.html", HTML)
    text = row.pop("text")
    assert f"{SENTENCE}\n\nNaïve “quotes” & entities survive." in text
    assert "Sport" not in text
    assert given_fields(row) == {
        "title": "Talks set",
        "author": "Jane Doe",
        "published": "2025-10-17T08:00:00Z",
        "source": "The Paper",
        "url": "https://paper.example/a/talks",
    }


def test_html_in_a_declared_encoding(tmp_path: Path) -> None:
    page = HTML.replace("<head>", "<head><meta charset='windows-1252'>")
    (row,) = rows(tmp_path / "a.html", page.encode("windows-1252"))
    assert "Naïve “quotes”" in row["text"]


def test_pdf(tmp_path: Path) -> None:
    lines = [
        "Talks set for Budapest",
        "The two leaders spoke for more than two hours on Thursday, and the presi-",
    ]
    lines += [
        "dent said that a summit would follow soon in the Hungarian capital, where",
        "they met before.",
    ]
    (row,) = rows(tmp_path / "a.pdf", BROKEN["pdf"](lines))
    assert row["text"] == (
        "Talks set for Budapest\n\nThe two leaders spoke for more than two hours on Thursday, and the president said "
        "that a summit would follow soon in the Hungarian capital, where they met before."
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("the govern\xad", "ment said", "the government said"),
        ("the Euro-", "pean bank", "the European bank"),
        ("called Anna-", "Maria Lind", "called Anna-Maria Lind"),
        ("the Anglo-", "French group", "the Anglo-French group"),
        ("of Covid-", "19 cases", "of Covid-19 cases"),
        ("in 2019-", "2020 alone", "in 2019-2020 alone"),
        ("said Ann -", "Maria left", "said Ann - Maria left"),
        ("said Ann –", "Maria left", "said Ann – Maria left"),
        ("a rise of", "Maria left", "a rise of Maria left"),
    ],
)
def test_lines_that_end_in_a_hyphen(tmp_path: Path, first: str, second: str, expected: str) -> None:
    lead = "Nobody at the ministry had expected that so many people would hear"
    lines = [
        f"{lead} {first}",
        f"{second} when the long and cold winter on the coast came to its end.",
    ]
    (row,) = rows(tmp_path / "a.pdf", BROKEN["pdf"](lines))
    assert row["text"].startswith(f"{lead} {expected} when")


def test_json_lines_with_the_usual_names(tmp_path: Path) -> None:
    row = {
        "ID": 7,
        "Headline": "H",
        "body": "B.",
        "date": "2025-10-17",
        "link": "https://x.org/",
        "source": {"name": "S"},
    }
    assert rows(tmp_path / "b.jsonl", '{"text": ["One.", "Two."]}')[0]["text"] == "One.\n\nTwo."
    found = rows(
        tmp_path / "a.jsonl", "\ufeff" + json.dumps({**row, "authors": ["J", "K"]}) + "\n\n[1]\n{\n"
    )
    assert given_fields(found[0]) == {
        **{
            "id": "7",
            "title": "H",
            "text": "B.",
            "published": "2025-10-17",
            "url": "https://x.org/",
            "source": "S",
        },
        "author": "J, K",
    }
    assert found[1] == "is not an object with named fields; write one object a row"
    assert found[2].startswith("is not JSON:")


def test_a_column_map(tmp_path: Path) -> None:
    (row,) = rows(tmp_path / "a.json", json.dumps([{"text": "No.", "Story": "Yes."}]), text="story")
    assert row["text"] == "Yes."
    assert rows(tmp_path / "a.json", "[]", story="x")[0].startswith(
        "column map has 'story'; known fields are id, text"
    )


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_csv(tmp_path: Path, mark: str) -> None:
    cells = ["title|body|date", 'A|"One | ""two""\r\nthree."|2025-10-17', "B|short", "C|Café.|", ""]
    text = "\r\n".join(cells).replace("|", mark)
    first, second, third = rows(tmp_path / "a.csv", text)
    assert (first["title"], first["text"], first["published"]) == (
        "A",
        f'One {mark} "two"\r\nthree.',
        "2025-10-17",
    )
    assert second == "has 2 cells and the header 3; quote its cells"
    assert third["text"] == "Café."
    assert rows(tmp_path / "b.csv", text.encode("windows-1252"))[2]["text"] == "Café."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark"])
def test_csv_rows_are_numbered_whatever_their_cells_hold(tmp_path: Path, encoding: str) -> None:
    def table(cell: str) -> bytes:
        text = f'title,text\n\nA,"{cell}"\n \nB,Three.\n'
        return (
            b"\xff\xfe" + text.encode("utf-16-le")
            if encoding == "utf-16-le-mark"
            else text.encode(encoding)
        )

    for cell in ("One.", "One.\n\nTwo.\r\n \r\nEnd."):
        path = tmp_path / "a.csv"
        path.write_bytes(table(cell))
        assert [(one.id, one.text) for one in load(path, tmp_path)] == [
            ("a.csv#2", cell),
            ("a.csv#3", "Three."),
        ]


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The Paper</title><item><title>A &amp;amp; B</title><link>https://x.org/a</link><description>Short.</description>
<pubDate>Fri, 17 Oct 2025 08:00:00 GMT</pubDate><content:encoded><![CDATA[<p>One &mdash; <b>two</b>.</p><p>Three.</p>]]>
</content:encoded></item><item><title>C</title><link>https://x.org/c</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>The Paper</title><entry><title>A</title><link href="https://x.org/a"/>
<updated>2025-10-17T08:00:00Z</updated><author><name>J</name></author><summary>Words.</summary></entry></feed>"""


def test_feeds(tmp_path: Path) -> None:
    first, second = rows(tmp_path / "a.xml", RSS)
    assert given_fields(first) == {
        **{
            "text": "One — two.\n\nThree.",
            "title": "A & B",
            "source": "The Paper",
            "url": "https://x.org/a",
        },
        "published": "2025-10-17",
    }
    assert second["text"] == "C"
    (entry,) = rows(tmp_path / "a.atom", ATOM)
    assert (entry["text"], entry["author"], entry["published"]) == ("Words.", "J", "2025-10-17")


def test_one_bad_entry_keeps_no_other_out(tmp_path: Path) -> None:
    odd = (
        RSS.replace("Short.", "a &amp;#1; b")
        .replace("https://x.org/c", "/c d")
        .replace("<link>", "<link> ")
    )
    odd = odd.replace("<title>C</title>", "<title>&lt;p&gt;C &amp;#1;&lt;/p&gt;</title>")
    (tmp_path / "a.xml").write_text(odd)
    first, second = load(tmp_path / "a.xml", tmp_path)
    assert (first.id, second.id, second.url, second.title) == (
        "https://x.org/a",
        "a.xml#2",
        None,
        "C",
    )


def test_spaces_in_an_entry_take_no_time(tmp_path: Path) -> None:
    begun = time.perf_counter()
    (first, _) = rows(
        tmp_path / "a.xml", RSS.replace("One &mdash;", "One" + " \n" * 3 + " " * 200_000 + "x")
    )
    assert time.perf_counter() - begun < 5
    assert first["text"].startswith("One\n\nx")


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (b"Plain words.", 0),
        (b'{\n  "title": "A",\n  "text": "a"\n}\n', 0),
        (b'{"title": "A",\n "text": "a"}', 0),
        (b'\xef\xbb\xbf{"text": "a", "title": "A"}\n{"text": "b"}\n', 2),
        (b'{"text": "a", "title": "' + b"A " * 900 + b'"}\n{"text": "b"}\n', 2),
        (b'{"text": "a"}\n{"text": "b"}', 2),
        (RSS.encode(), 2),
        (HTML.encode(), 0),
        (b'[{"text": "a"}]', 1),
    ],
)
def test_standard_input_is_told_by_how_it_begins(
    monkeypatch: pytest.MonkeyPatch, content: bytes, number: int
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))  # type: ignore[arg-type]
    found = list(load(Path("-"), Path()))
    assert len(found) == max(1, number)
    assert all(article.path is None for article in found)
    assert not any("{" in article.text for article in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_encodings(encoding: str) -> None:
    text = "It’s a “naïve” café — the façade of Orbán’s plan.\n" * 3
    assert decode(text.encode(encoding)) == text


@given(
    st.binary(max_size=400),
    st.sampled_from([".md", ".txt", ".html", ".jsonl", ".json", ".csv", ".xml"]),
)
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_read_or_reported(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(content)
    errors: list[ArticleError] = []
    articles = list(load(path, path.parent, report=errors.append))
    assert articles or errors


@pytest.mark.parametrize("kind", sorted(set(BROKEN["KINDS"]) - SLOW))
def test_a_broken_file_is_reported_by_name(tmp_path: Path, kind: str) -> None:
    suffix, _, content = BROKEN["KINDS"][kind]
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content(random.Random(3)))
    errors: list[ArticleError] = []
    assert len(list(load(path, tmp_path, report=errors.append))) == (kind in BROKEN["UNKNOWN"])
    assert errors
    assert all(str(error).startswith(str(path)) and "\n" not in str(error) for error in errors)


def test_limits_on_size_and_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("formats", "tables"):
        monkeypatch.setattr(f"index.{module}.LIMIT", 1_000_000)
    monkeypatch.setattr("index.child.SECONDS", 1)
    assert rows(tmp_path / "a.txt", "word " * 300_000) == ["is larger than 1 MB; split it"]
    lines = rows(tmp_path / "a.jsonl", '{"text": "' + "word " * 500_000 + '"}\n{"text": "b"}\n')
    assert lines[0] == "the line is longer than 1 MB; split it"
    assert lines[1]["text"] == "b"
    (row,) = rows(tmp_path / "a.html", "<html><body><article>" + "<p>x" * 100_000)
    assert row.startswith("takes more than 1 s to read")


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (SENTENCE * 2, True),
        ("Kurz.", True),
        (
            "Die beiden Präsidenten sprachen am Donnerstag länger als zwei Stunden, und der Präsident sagte, es folge ein Gipfel. "
            * 2,
            False,
        ),
        (
            "Les deux présidents ont parlé plus de deux heures jeudi, et le président a dit qu'un sommet allait suivre bientôt. "
            * 2,
            False,
        ),
        (
            "Los dos presidentes hablaron más de dos horas el jueves, y el presidente dijo que seguiría una cumbre en Budapest. "
            * 2,
            False,
        ),
        (
            "De twee presidenten spraken donderdag meer dan twee uur, en de president zei dat er een top van leiders volgt. "
            * 2,
            False,
        ),
        (
            "Два президенти розмовляли понад дві години в четвер, і президент сказав, що відбудеться саміт. "
            * 2,
            False,
        ),
        ("两位总统星期四通话两个多小时，总统表示将举行峰会。" * 5, False),
    ],
)
def test_english_is_told_from_other_languages(text: str, english: bool) -> None:
    assert is_english(text) is english
