"""The examples that people copy, run as they stand over the seeds (only the address changes), and
answered."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from qa.pipeline import Pipeline
from qa.settings import Settings
from ui import cli

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in PAGES}
README = TEXTS["README.md"]
SENTENCE = "The Tomahawk flies about 1,600 kilometers, or 1,000 miles."
BLOCKS = [
    pytest.param(language, code, id=f"{name}-{number}")
    for name, text in TEXTS.items()
    for number, (language, code) in enumerate(
        re.findall(r"```(sh|python)\n(.*?)```", text, re.DOTALL)
    )
    if "http://127.0.0.1:7860/v1" in code
]


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize(("language", "code"), BLOCKS)
def test_an_example_works(seeded: str, language: str, code: str) -> None:
    command = ["sh", "-c"] if language == "sh" else [sys.executable, "-c"]
    done = subprocess.run(
        [*command, code.replace("http://127.0.0.1:7860", seeded)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert any(one in done.stdout for one in (SENTENCE, '"added":1', '"new":0'))
    assert "error" not in done.stdout


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_a_page_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_settings_are_the_settings() -> None:
    table = TEXTS["settings.md"].partition("| --- |")[2].partition("\n\n")[0]
    named = re.findall(
        r"`([A-Z_]+)`", "\n".join(row.split("|")[1] for row in table.split("\n")[1:])
    )
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path) -> None:
    """Each `footnote COMMAND --option` that a page names."""
    group: Any = typer.main.get_command(cli.app)
    for line in re.findall(r"\bfootnote ([a-z]+[^`#\n;|]*)", path.read_text("utf-8")):
        first, *rest = line.split()
        command = group.commands.get(first)
        assert command is not None, line
        known = {option for one in _all(command) for param in one.params for option in param.opts}
        wrong = [word for word in rest if word.startswith("--") and word not in known]
        assert wrong == [], line


def _all(command: Any) -> list[Any]:
    return [command, *getattr(command, "commands", {}).values()]


@pytest.mark.parametrize("question", re.findall(r'footnote ask "(.*?)"', README))
def test_the_first_question_to_try_is_answered(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.answer(question)
    assert answer.status == "answered"
    assert [citation.text for citation in answer.citations] == [SENTENCE]
