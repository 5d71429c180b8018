"""The command line as a person and a script meet it."""

import csv
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
import uvicorn

from index.embedder import MiniLMEmbedding
from index.index import Index
from qa.endpoint.app import create_app
from qa.records import PERHAPS, Answer
from qa.settings import Settings
from tests.ui.conftest import Footnote
from ui import ask_cli, intake
from ui.feedback import Feedback
from ui.remote import FILE

COMMANDS = (
    "ingest",
    "ask",
    "check",
    "list",
    "remove",
    "serve",
    "evaluate",
    "doctor",
    "feedback",
    "backup",
    "restore",
    "keys",
    "saved",
    "model",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "articles"
    where.mkdir()
    (where / "talks.md").write_text(
        "---\ntitle: Talks\npublished: 2025-10-17\nauthor: Jane Holm\n---\n\nSergey Lavrov leads the Russian side.\n"
    )
    (where / "tides.txt").write_text("The tides in Dover were high.\n\nNobody was hurt.")
    return where


def test_help_names_every_command(footnote: Footnote) -> None:
    code, out, _ = footnote("--help")
    assert code == 0
    for command in COMMANDS:
        assert f"  {command}" in out


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("ingest", ("PATHS...", "--delete-missing", "--dry-run", "--ray", "--json", "Exit codes")),
        ("ask", ("QUESTION", "--json", "--file", "--output")),
        ("check", ("FILE", "--json", "Exit codes")),
        ("serve", ("--seed", "FOOTNOTE_PORT")),
        ("evaluate", ("QUESTIONS", "--baseline")),
        ("feedback", ("--questions",)),
        ("keys", ("add", "list", "remove", "log-out")),
        ("saved", ("add", "list", "remove", "check")),
        ("model", ("NAME", "--fetch")),
    ],
)
def test_help_of_a_command(footnote: Footnote, command: str, words: tuple[str, ...]) -> None:
    code, out, _ = footnote(command, "--help")
    assert f"Examples:\n    footnote {command}" in out  # on lines of their own
    assert "<list" not in out
    assert code == 0
    assert all(word in out for word in words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ask", " "), "question: it is empty"),
        (("ask", "--file", "in.csv"), "--file, --output: they go together"),
        (("ask", "Who?", "--file", "in.csv", "--output", "out.csv"), "leave QUESTION"),
        (("check", "none.txt"), "none.txt"),
        (("ingest", ".", "--column", "x"), "--column: 'x'"),
        (("ingest",), "PATHS"),
        (("fly",), "fly"),
        (("backup", "x.zip"), "there is no index"),
        (("keys", "remove", "nobody"), "'nobody'"),
        (("keys", "log-out", "nobody"), "'nobody'"),
        (("keys", "add", "a b"), "'a b'"),
        (("saved", "add", " "), "question: it is empty"),
        (("saved", "add", "Who?", "--webhook", "nowhere"), "--webhook: 'nowhere'"),
        (("saved", "add", "Who?", "--webhook", "http://127.0.0.1:1/"), "not of the public net"),
        (("saved", "remove", "none"), "'none'"),
        (("saved", "check", "none"), "'none'"),
    ],
)
def test_errors_are_one_line(footnote: Footnote, words: tuple[str, ...], said: str) -> None:
    code, out, err = footnote(*words)
    assert (code, out) == (2, "")
    assert err.startswith("footnote: ")
    assert err.count("\n") == 1
    assert said in err


def test_a_refusal_shows_the_closest_passages_and_has_its_own_code(
    footnote: Footnote, folder: Path
) -> None:
    assert footnote("ingest", folder)[0] == 0
    code, out, _ = footnote("ask", "Who invented the paperclip?")
    assert code == 3
    assert "- " in out
    assert "tides in Dover" in out
    assert footnote("ask", "Who invented the paperclip?", "--json")[0] == 3
    assert footnote("ask", "How were the tides in Dover?")[0] == 0


def test_what_nearly_was_an_answer_is_printed_as_none(
    refused: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = refused.evidence[0]
    nearly = replace(seen, text="Marco Rubio speaks for Washington.", why=PERHAPS)
    ask_cli.show(replace(refused, evidence=(nearly, seen)).to_dict())
    out = capsys.readouterr().out
    assert out.startswith(refused.answer)
    assert "Perhaps this:\nTalks, 2025-10-17\n    Marco Rubio speaks for Washington." in out
    assert out.count("\n- ") == 1  # the closest sentences come after it


def test_a_text_and_a_table_of_questions(footnote: Footnote, folder: Path, tmp_path: Path) -> None:
    assert footnote("ingest", folder)[0] == 0
    draft = tmp_path / "draft.md"
    draft.write_text("The tides in Dover were high. Sergey Lavrov leads the Russian side.")
    code, out, _ = footnote("check", draft)
    assert code == 0
    assert out.count("  supported") == 2
    assert "Talks, 2025-10-17" in out
    draft.write_text("The paperclip was invented in Norway.")
    code, out, _ = footnote("check", draft, "--json")
    assert (code, json.loads(out)["finding"]) == (3, "not_found")
    asked = tmp_path / "in.csv"
    asked.write_text("question\nHow were the tides in Dover?\nWho invented the paperclip?\n")
    code, _, err = footnote("ask", "--file", asked, "--output", tmp_path / "out.csv")
    assert code == 0
    assert "2/2" in err
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as table:
        statuses = [row[1] for row in csv.reader(table)]
    assert statuses == ["status", "answered", "no_answer"]
    assert "0 questions" in footnote("ask", "--file", asked, "--output", tmp_path / "out.csv")[1]


def test_it_tells_its_version(footnote: Footnote) -> None:
    code, out, _ = footnote("--version")
    assert code == 0
    assert re.fullmatch(r"footnote \d[\w.]*\n", out)


def test_an_unknown_setting_stops_the_start(
    footnote: Footnote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_PROT", "1")
    code, _, err = footnote("feedback")
    assert code == 2
    assert err.startswith("footnote: FOOTNOTE_PROT: unknown setting")


def test_many_missing_articles_are_named_and_need_a_yes(footnote: Footnote, folder: Path) -> None:
    for number in range(6):
        (folder / f"tide{number}.txt").write_text(f"The tide at pier {number} was high on Monday.")
    assert footnote("ingest", folder)[0] == 0
    for path in folder.glob("tide[0-9].txt"):
        path.unlink()
    _, out, err = footnote("ingest", folder, "--delete-missing")
    assert "missing: tide0.txt" in out
    assert "say --yes" in err
    assert (
        json.loads(footnote("ingest", folder, "--delete-missing", "--dry-run", "--json")[1])[
            "removed"
        ]
        == 6
    )
    assert (
        json.loads(footnote("ingest", folder, "--delete-missing", "--yes", "--json")[1])["removed"]
        == 6
    )


def test_ingest_again_backup_and_restore(
    footnote: Footnote, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    would = json.loads(footnote("ingest", folder, "--json", "--dry-run")[1])
    assert would["added"] == 2
    first = json.loads(footnote("ingest", folder, "--json")[1])
    assert (first["added"], first["unchanged"]) == (2, 0)
    code, out, err = footnote("ingest", folder)
    assert code == 0
    assert "unchanged" in out
    assert "2/2" in err  # the bar
    (folder / "map.jpg").touch()
    assert footnote("backup", tmp_path / "b.zip")[0] == 0
    assert not list(tmp_path.glob(".*"))
    (folder / "tides.txt").unlink()
    (tmp_path / "other.txt").write_text("An article that did not come from the folder.")
    assert footnote("ingest", tmp_path / "other.txt")[0] == 0
    report = json.loads(footnote("ingest", folder, "--delete-missing", "--json")[1])
    assert (report["removed"], report["missing"]) == (1, ["tides.txt"])
    assert footnote("restore", tmp_path / "b.zip")[1] == f"{tmp_path / 'data'}: 2 articles\n"
    assert json.loads(footnote("ingest", folder, "--json", "--dry-run")[1])["unchanged"] == 1
    (folder / "bad.txt").write_text("")
    (folder / "talks.md").rename(folder / "new.md")
    code, out, _ = footnote("ingest", folder, "--delete-missing", "--json")
    assert (code, json.loads(out)["removed"], len(json.loads(out)["left_out"])) == (1, 0, 1)
    assert json.loads(out)["warnings"] == [
        "nothing is removed, because 1 failed; mend them or leave them out"
    ]
    assert "map.jpg: files of its kind are not read" in footnote("ingest", folder)[1]
    (folder / "new.md").rename(folder / "talks.md")
    assert footnote("ingest", folder / "bad.txt", "--json")[0] == 2
    assert footnote("restore", folder / "bad.txt")[0] == 2
    saved = bytearray((tmp_path / "b.zip").read_bytes())
    for place in range(60, len(saved), 2_000):
        saved[place] ^= 0xFF
        (tmp_path / "b.zip").write_bytes(saved)
        code, _, err = footnote("restore", tmp_path / "b.zip")
        assert (code, err.count("\n")) == (2, 1)
    assert (
        json.loads(footnote("ingest", folder / "talks.md", "--json", "--dry-run")[1])["unchanged"]
        == 1
    )


GERMAN = (
    "Die beiden Präsidenten sprachen am Donnerstag länger als zwei Stunden, und es soll ein Gipfel folgen. "
    * 2
)


def test_what_is_not_english_is_taken_with_a_warning(
    footnote: Footnote, data: Path, folder: Path, embedder: MiniLMEmbedding
) -> None:
    (folder / "gipfel.txt").write_text(GERMAN)
    wrong = "gipfel.txt: does not read as English; it is taken, but answers from it may be poor"
    code, out, err = footnote("ingest", folder)
    assert code == 0
    assert "with a warning" in out
    assert f"footnote: {wrong}\n" in err
    report = json.loads(footnote("ingest", folder, "--json")[1])
    assert (report["unchanged"], report["warnings"]) == (3, [])
    (folder / "gipfel.txt").write_text(GERMAN * 2)
    with Index.open(data, embedder) as index, server(index, data):
        report = json.loads(footnote("ingest", folder, "--json")[1])
        assert (report["replaced"], report["warnings"]) == (1, [wrong])


def test_the_chroma_server_that_is_set_is_used(
    footnote: Footnote, data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    footnote("ingest", folder, "--json")
    monkeypatch.setattr("index.vectors.TRIES", 1)
    monkeypatch.setenv("FOOTNOTE_CHROMA_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("FOOTNOTE_CHROMA_HEADERS", "X-Chroma-Token: sesame")
    code, _, err = footnote("ingest", folder, "--json")
    assert code == 2
    assert "http://127.0.0.1:9: Chroma does not answer" in err
    code, out, _ = footnote("doctor", "--json")
    assert code == 1
    assert "http://127.0.0.1:9: Chroma does not answer" in out
    assert "sesame" not in err + out


def filled(footnote: Footnote, folder: Path) -> None:
    """Puts the two articles into collections: one into both, one into `sea`."""
    assert (
        footnote("ingest", folder / "talks.md", "--collection", "war", "--collection", "sea")[0]
        == 0
    )
    assert footnote("ingest", folder / "tides.txt", "--collection", "sea", "--json")[0] == 0


def held_and_taken_away(footnote: Footnote) -> None:
    """What is the same with a server and without."""
    code, out, _ = footnote("list", "--collection", "war", "--json")
    assert (code, [json.loads(line)["collections"] for line in out.splitlines()]) == (
        0,
        [["sea", "war"]],
    )
    assert len(footnote("list")[1].splitlines()) == 2
    assert (
        len(footnote("list", "--after", "2025-10-17", "--before", "2025-10-17")[1].split("\n")) == 2
    )
    assert footnote("list", "--source", "Nobody")[1] == ""
    assert footnote("list", "--author", "Nobody")[1] == ""
    assert len(footnote("list", "--author", "jane holm")[1].splitlines()) == 1
    for words, said in (
        (("list", "--after", "soon"), "--after: 'soon' is not a date"),
        (("remove",), "nothing is named"),
        (("remove", "--collection", "none"), "there is no collection 'none'"),
        (("remove", "nothing.md"), "there is no article 'nothing.md'"),
    ):
        code, _, err = footnote(*words)
        assert code == 2
        assert said in err
    assert footnote("ask", "Who leads the Russian side?", "--author", "Nobody")[0] == 3
    code, out, _ = footnote("ask", "Who leads the Russian side?", "--collection", "war")
    assert (code, "Lavrov" in out) == (0, True)
    assert footnote("ask", "Who leads the Russian side?", "--before", "2025-10-16")[0] == 3
    code, out, _ = footnote("remove", "--collection", "sea")
    assert (code, out.splitlines()) == (
        0,
        ["removed: tides.txt", "kept: talks.md", "1 removed, 1 kept"],
    )
    assert footnote("remove", "talks.md")[1].splitlines() == ["removed: talks.md", "1 removed"]
    assert footnote("list")[1] == ""


def test_collections_are_filled_listed_asked_and_removed(footnote: Footnote, folder: Path) -> None:
    filled(footnote, folder)
    held_and_taken_away(footnote)


def test_the_seeds_are_one_collection_that_goes_with_one_command(
    footnote: Footnote, folder: Path, data: Path, embedder: MiniLMEmbedding
) -> None:
    with Index.open(data, embedder) as index:
        intake.seed(folder, index)
        assert index.collections() == {"seeds": 2}
    assert footnote("remove", "--collection", "seeds")[0] == 0
    with Index.open(data, embedder) as index:
        assert index.count() == 0


@contextmanager
def server(index: Index, data: Path, **options: Any) -> Iterator[None]:
    """The endpoint over this index, announced in its folder as `footnote serve` does."""
    pipeline = SimpleNamespace(index=index, writer="quote", model=None)
    app = create_app(pipeline, Settings(data=data, **options))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        (data / FILE).write_text(json.dumps({"url": url, "run": app.state.run}))
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield
        finally:
            running.should_exit = True
            thread.join()


def test_a_running_server_takes_the_articles(
    footnote: Footnote,
    data: Path,
    folder: Path,
    embedder: MiniLMEmbedding,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.remote.CHUNK", 1)
    local = json.loads(footnote("ingest", folder, "--dry-run", "--json")[1])
    assert not data.exists()
    with Index.open(data, embedder) as index:
        with server(index, data):
            report = json.loads(footnote("ingest", folder, "--json")[1])
            assert report == local
            assert {article.path for article in index.articles()} == {"talks.md", "tides.txt"}
            (folder / "z.jsonl").write_text('{"id": "tides.txt", "text": "Low tides."}')
            report = json.loads(footnote("ingest", folder, "--json")[1])
            assert (report["replaced"], len(report["failed"])) == (0, 1)
            (folder / "z.jsonl").unlink()
            (folder / "tides.txt").unlink()
            report = json.loads(footnote("ingest", folder, "--delete-missing", "--json")[1])
            assert (report["unchanged"], report["removed"]) == (1, 1)
            assert (
                json.loads(footnote("ingest", folder, "--dry-run", "--json")[1])["unchanged"] == 1
            )
            code, _, err = footnote("ingest", folder, "--ray", "auto", "--json")
            assert code == 2
            assert err.startswith("footnote: --ray: http://127.0.0.1")
            assert any(
                "stop it to look closer" in line["message"]
                for line in json.loads(footnote("doctor", "--json")[1])
            )
        assert [article.id for article in index.articles()] == ["talks.md"]
        code, _, err = footnote("ingest", folder, "--json")
        assert code == 2
        assert "in use by process" in err


def test_a_running_server_lists_and_takes_away(
    footnote: Footnote, folder: Path, data: Path, embedder: MiniLMEmbedding
) -> None:
    with Index.open(data, embedder) as index, server(index, data):
        filled(footnote, folder)
        assert index.collections() == {"sea": 2, "war": 1}
        lines = footnote("list", "--collection", "sea", "--source", "Nobody", "--json")[1]
        assert lines == ""
        assert len(footnote("list", "--collection", "war")[1].splitlines()) == 1
        assert footnote("remove", "nothing.md")[0] == 2
        code, out, _ = footnote("remove", "--collection", "sea", "--json")
        assert (code, json.loads(out)) == (0, {"removed": ["tides.txt"], "kept": ["talks.md"]})
        assert footnote("remove", "talks.md")[0] == 0
        assert index.count() == 0


def test_a_running_server_refuses_one_article_and_takes_the_others(
    footnote: Footnote,
    data: Path,
    folder: Path,
    embedder: MiniLMEmbedding,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder / "long.txt").write_text("The list goes on. " * 1_000)
    with Index.open(data, embedder) as index, server(index, data, max_body=10_000):
        code, out, _ = footnote("ingest", folder, "--json")
        assert (code, json.loads(out)["added"]) == (1, 2)
        (failed,) = json.loads(out)["failed"]
        assert failed.startswith("long.txt: a body may have 10")
        monkeypatch.setattr("ui.remote.CHARACTERS", 100)
        assert json.loads(footnote("ingest", folder, "--json")[1])["unchanged"] == 2


def test_a_busy_server_is_asked_again_when_it_says(
    footnote: Footnote,
    data: Path,
    folder: Path,
    embedder: MiniLMEmbedding,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    busy = [
        httpx.Response(429, headers={"retry-after": "7"}),
        httpx.Response(503, headers={"retry-after": "2"}),
    ]
    request = httpx.request
    monkeypatch.setattr("ui.remote.time.sleep", waits.append)
    monkeypatch.setattr(
        httpx, "request", lambda *args, **kw: busy.pop() if busy else request(*args, **kw)
    )
    with Index.open(data, embedder) as index, server(index, data):
        assert json.loads(footnote("ingest", folder, "--json")[1])["added"] == 2
    assert waits == [2, 7]


def test_the_server_of_another_folder_gets_nothing(
    footnote: Footnote, data: Path, folder: Path, embedder: MiniLMEmbedding, tmp_path: Path
) -> None:
    with Index.open(tmp_path / "other", embedder) as index, server(index, tmp_path / "other"):
        data.mkdir()
        named = json.loads((tmp_path / "other" / FILE).read_text())
        for run in ({"run": "killed"}, {}):
            (data / FILE).write_text(json.dumps({"url": named["url"], "pid": 999999} | run))
            assert footnote("ingest", folder, "--key", "secret", "--json")[0] == 0
        assert index.count() == 0
    with Index.open(data, embedder) as index:
        assert index.count() == 2


def test_feedback_is_listed_and_drafted(footnote: Footnote, data: Path, answered: Answer) -> None:
    data.mkdir()
    Feedback(data).add("wrong_source", "see the other one", answered, [])
    assert "wrong_source" in footnote("feedback")[1]
    assert "see the other one" in footnote("feedback")[1]
    assert json.loads(footnote("feedback", "--json")[1])["kind"] == "wrong_source"
    assert json.loads(footnote("feedback", "--questions")[1])["question"] == answered.question


def test_keys(footnote: Footnote) -> None:
    assert footnote("keys", "add", "ann", "--write")[1].startswith("fn_")
    assert "ann  read, write" in footnote("keys", "list")[1]
    assert footnote("keys", "log-out", "ann")[1] == "ann: 0 sessions ended\n"
    assert footnote("keys", "remove", "ann")[0] == 0
    assert "footnote keys add" in footnote("keys", "list")[1]


def test_doctor(footnote: Footnote, folder: Path) -> None:
    footnote("ingest", folder, "--json")
    lines = json.loads(footnote("doctor", "--json")[1])
    assert {line["what"] for line in lines} == {"settings", "server", "embedder", "index", "model"}
    assert all(line["ok"] for line in lines)


def test_doctor_finds_and_repairs(
    footnote: Footnote, data: Path, folder: Path, embedder: MiniLMEmbedding
) -> None:
    assert "there is no index here" in footnote("doctor")[1]
    footnote("ingest", folder, "--json")
    with Index.open(data, embedder) as index:
        id = next(index.vectors.ids())
        index.vectors.add([id], np.eye(1, 384, dtype=np.float32), [("", None, ())])
    code, out, _ = footnote("doctor")
    assert code == 1
    assert "2 articles; 1 wrong vectors; `footnote doctor --repair` mends it" in out
    code, out, _ = footnote("doctor", "--repair")
    assert code == 0
    assert "mended: 1 wrong vectors" in out
    with Index.open(data, embedder) as index:
        index.vectors.delete(list(index.vectors.ids())[:1])
    code, out, _ = footnote("doctor")
    assert code == 0
    assert "2 articles; mended: 1 missing vectors\n" in out
    assert "mended" not in footnote("doctor")[1]


def test_help_needs_nothing_heavy() -> None:
    import subprocess
    import sys

    code = "import sys, ui.cli; print(sorted({'torch', 'gradio', 'chromadb', 'llama_index'} & set(sys.modules)))"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
