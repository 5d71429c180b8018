"""Articles: checked fields, ids, hashes, and the files that are found and loaded."""

import errno
import os
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import ArticleError, ArticleWarning, make_article
from index.files import walk
from index.loading import load
from index.records import Article
from index.sentences import split

TEXT = "The talks begin on Monday. Nobody knows how they end."


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def one(path: Path) -> Article:
    (article,) = load(path, path.parent)
    return article


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_an_article_or_an_error(text: str) -> None:
    try:
        article = make_article(text)
    except ArticleError:
        assert not any(map(str.isalnum, text))
        return
    assert len(article.text) == len(text)
    assert article.text.encode()
    assert article.title.strip() == article.title != ""
    assert split(article.text)
    assert make_article(article.text) == article


def test_unstorable_characters_are_replaced_one_for_one() -> None:
    assert make_article("A\x00b\ud800c\x1b d\te\r\nf\u202eé").text == "A b\ufffdc  d\te\r\nf\u202eé"
    assert make_article("Cafe\u0301").text == "Cafe\u0301"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"id": "a", "url": "https://x.org/y", "path": "p.md"}, "a"),
        ({"url": "https://x.org/y", "path": "p.md"}, "https://x.org/y"),
        ({"path": "sub/p  q.md"}, "sub/p  q.md"),
    ],
)
def test_the_id_is_given_or_the_url_or_the_path(fields: dict[str, str], expected: str) -> None:
    assert make_article(TEXT, **fields).id == expected


def test_without_a_name_the_id_comes_from_the_text() -> None:
    assert make_article(TEXT).id == make_article(TEXT).id != make_article(TEXT + " More.").id


def test_the_hash_covers_what_is_indexed_and_nothing_else() -> None:
    fields = {
        "title": "A",
        "source": "B",
        "url": "https://x.org/",
        "author": "C",
        "published": "2025-10-17",
    }
    whole = make_article(TEXT, **fields)
    assert make_article(TEXT, **fields, id="z", path="z.md").hash == whole.hash
    assert (
        len({make_article(TEXT, **{**fields, name: None}).hash for name in fields} | {whole.hash})
        == 6
    )
    assert make_article(TEXT + " ", **fields).hash != whole.hash


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (TEXT, "The talks begin on Monday."),
        ("Talks begin\nThey met.", "Talks begin"),
        ("By Jane\n\n# **Talks** in\tBudapest\n\nThey met.", "Talks** in Budapest"),
        ("---\n\n- One item\n", "One item"),
        ("_" * 5000 + "\n" + TEXT, "The talks begin on Monday."),
    ],
)
def test_a_title_comes_from_the_text(text: str, title: str) -> None:
    assert make_article(text).title == title


def test_a_long_title_from_the_text_is_cut_at_a_space() -> None:
    title = make_article("word " * 100).title
    assert re.fullmatch(r"(word )+word…", title)
    assert len(title) <= 200


@pytest.mark.parametrize(
    "written",
    [
        *(
            "2025-10-17",
            "2025-10-17T23:59:00-05:00",
            "2025-10-17 08:00:00",
            "20251017",
            " October 17, 2025",
            "Oct 17, 2025",
        ),
        *("17 October 2025", "Fri, 17 Oct 2025 10:00:00 +0200", "Fri, 17 Oct 2025 10:00:00 GMT"),
        *(
            "Fri, 17 Oct 2025 10:00:00 EST",
            "2025-10-17 10:00:00 UTC",
            1760659200,
            "1760659200000",
            1760659200.5,
        ),
    ],
)
def test_dates(written: object) -> None:
    assert make_article(TEXT, published=written).published == "2025-10-17"


def test_an_unknown_date_stays_unknown() -> None:
    assert make_article(TEXT, published="").published is make_article(TEXT).published is None


@pytest.mark.parametrize(
    ("text", "fields", "message"),
    [
        (" \n\t", {"path": "a.md"}, "a.md: has no text; give it some or leave it out"),
        (TEXT, {"id": "a", "title": 7}, "a: title is 7, not text; put it in quotes"),
        (
            TEXT,
            {"id": "a", "title": "x" * 3000},
            "a: title has 3,000 characters; 2,000 are the most",
        ),
        (TEXT, {"id": "a", "source": ["b"]}, "a: source is ['b'], not text; put it in quotes"),
        (
            TEXT,
            {"id": "a", "published": "10/11/2025"},
            "a: published is '10/11/2025', not a date; write it like 2025-10-17",
        ),
        *(
            (TEXT, {"id": "a", "published": odd}, f"a: published is {odd!r}, not a date")
            for odd in (
                "soon",
                "5 minutes ago",
                "Monday 17",
                "Oct 2025",
                "2025",
                "October",
                "17",
                True,
            )
        ),
        (
            TEXT,
            {"id": "a", "published": 2025},
            "a: published is 2025, not a date; write it like 2025-10-17",
        ),
        (
            TEXT,
            {"url": "javascript:alert(1)"},
            "javascript:alert(1): url is 'javascript:alert(1)'; give an http(s) address",
        ),
        (
            TEXT,
            {"id": "a", "url": 'http://x/\n"><b>'},
            "a: url is 'http://x/ \"><b>'; give an http(s) address or leave it out",
        ),
    ],
)
def test_errors_name_the_article_the_value_and_the_remedy(
    text: str, fields: dict[str, object], message: str
) -> None:
    with pytest.raises(ArticleError, match=re.escape(message)):
        make_article(text, **fields)  # type: ignore[arg-type]


def test_an_error_is_one_line_and_survives_pickling() -> None:
    error = ArticleError("a\nb\x1b.md", "is wrong;\n mend it")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "a b .md: is wrong; mend it"


def test_a_file_is_named_by_its_path_below_the_folder(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        sub__deep__a_md=f"---\ntitle: A\npublished: 2025-10-17\nsource: B\n---\n\n{TEXT}\n",
        b_txt=TEXT,
    )
    found = {article.id: article for path, folder in walk([root]) for article in load(path, folder)}
    assert set(found) == {"sub/deep/a.md", "b.txt"}
    assert found["sub/deep/a.md"].text == TEXT
    assert found["sub/deep/a.md"].published == "2025-10-17"
    assert found["b.txt"].path == "b.txt"
    assert one(root / "sub/deep/a.md").id == "a.md"


def test_without_a_folder_a_file_is_named_by_its_text(tmp_path: Path) -> None:
    write(tmp_path, one__index_md=TEXT, two__index_md=TEXT + " More.")
    first, second = (next(load(tmp_path / name / "index.md", None)) for name in ("one", "two"))
    assert first.id == make_article(TEXT).id != second.id
    assert first.path is None


def test_walking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, news__b_md=TEXT, news__a__c_md=TEXT, other__b_md=TEXT, news__a__d_txt=TEXT)
    (tmp_path / "news" / ".hidden.md").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    assert [str(path) for path, _ in walk(["news", "news/b.md"])] == [
        "news/b.md",
        "news/a/c.md",
        "news/a/d.txt",
    ]
    assert [(str(path), str(root)) for path, root in walk(["news/**/*.md"])] == [
        ("news/a/c.md", "news"),
        ("news/b.md", "news"),
    ]
    assert [str(path) for path, _ in walk(["-"])] == ["-"]
    errors: list[ArticleError] = []
    assert [
        str(path)
        for path, _ in walk(["nothing.md", "news/b.md", "other/b.md"], report=errors.append)
    ] == [
        "news/b.md",
        "other/b.md",
    ]
    (tmp_path / "news" / "a.jpg").touch()
    others: list[Path] = []
    assert len(list(walk(["news"], others=others))) == 3
    assert [str(path) for path in others] == ["news/a.jpg"]
    assert [str(path) for path, _ in walk(["news/a.jpg"])] == [
        "news/a.jpg"
    ]  # somebody wants it, and is told
    assert [str(error) for error in errors] == [
        "nothing.md: no file is there; check the path",
    ]
    with pytest.raises(ArticleError, match="no file is there"):
        list(walk(["nothing*"]))


def test_a_file_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match=r"gone\.md: is not a regular file"):
        list(load(tmp_path / "gone.md", tmp_path))


def test_rows_that_are_wrong_are_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = (
        write(
            tmp_path,
            a_jsonl='{"text": "One."}\n{"text": ""}\n{"text": "Two.", "date": "soon"}\n{"text": "Three."}',
        )
        / "a.jsonl"
    )
    errors: list[ArticleError] = []
    found = {
        article.id: article.published for article in load(path, tmp_path, report=errors.append)
    }
    assert found == {"a.jsonl#1": None, "a.jsonl#3": None, "a.jsonl#4": None}
    assert [isinstance(error, Warning) for error in errors] == [False, True]
    assert [str(error) for error in errors] == [
        f"{path}:2: has no text among text; name its column with text=COLUMN",
        f"{path}:3: published is 'soon', not a date; write it like 2025-10-17",
    ]


def test_what_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, news__a_md=TEXT, news__shut__b_md=TEXT)
    shut, scandir = str(tmp_path / "news" / "shut"), os.scandir

    def closed(path: str) -> Any:
        if os.fspath(path) == shut:
            raise PermissionError(errno.EACCES, "Permission denied", shut)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    monkeypatch.setattr(os, "access", lambda place, _: place != shut)
    for path in (tmp_path / "news", tmp_path / "news" / "**" / "*.md"):
        errors: list[ArticleError] = []
        assert [one.name for one, _ in walk([path], report=errors.append)] == ["a.md"]
        assert [str(error) for error in errors] == [
            f"{shut}: cannot be read: Permission denied; see who may read it"
        ]
        with pytest.raises(ArticleError, match="Permission denied"):
            list(walk([path]))


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    write(tmp_path, other__b_md=TEXT, news__a__c_md=TEXT)
    (tmp_path / "news" / "a" / "back").symlink_to(tmp_path / "news")
    (tmp_path / "news" / "Latest").symlink_to(tmp_path / "news" / "a")
    (tmp_path / "other" / "round").symlink_to(tmp_path / "other")
    (tmp_path / "news" / "linked").symlink_to(tmp_path / "other")
    found = walk([tmp_path / "news"], links=True)
    names = [path.relative_to(tmp_path).as_posix() for path, _ in found]
    assert names == ["news/a/c.md", "news/linked/b.md"]


def test_links_that_lead_out_of_a_folder_are_followed_only_when_asked(tmp_path: Path) -> None:
    write(tmp_path, other__b_md=TEXT, news__c_md=TEXT, news__below__d_md=TEXT)
    (tmp_path / "news" / "folder").symlink_to(tmp_path / "other")
    (tmp_path / "news" / "file.md").symlink_to(tmp_path / "other" / "b.md")
    (tmp_path / "news" / "relative.md").symlink_to("../other/b.md")
    (tmp_path / "news" / "below" / "inside.md").symlink_to(tmp_path / "news" / "c.md")
    (tmp_path / "round").symlink_to(tmp_path / "news")  # named itself: that is asking
    for named in ("news", "round"):
        errors: list[ArticleError] = []
        found = [path.name for path, _ in walk([tmp_path / named], report=errors.append)]
        assert sorted(found) == ["c.md", "d.md"]
        assert sorted(Path(error.where).name for error in errors) == [
            "file.md",
            "folder",
            "relative.md",
        ]
        assert all("--follow-links" in error.problem for error in errors)
        assert all(isinstance(error, ArticleWarning) for error in errors)
    (tmp_path / "linked.md").symlink_to(tmp_path / "other" / "b.md")
    assert len(list(walk([tmp_path / "linked.md"]))) == 1
