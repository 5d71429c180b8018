"""The examples that people copy, run as they stand over the seeds (only the address changes), and answered."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from qa.pipeline import Pipeline

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
SENTENCE = "The Tomahawk flies about 1,600 kilometers, or 1,000 miles."
SECTION = README.partition("## Ask from a script")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", SECTION, re.DOTALL)


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 4


@pytest.mark.parametrize(("language", "code"), BLOCKS)
def test_an_example_works(seeded: str, language: str, code: str) -> None:
    assert "http://127.0.0.1:7860" in code
    command = ["sh", "-c"] if language == "sh" else [sys.executable, "-c"]
    done = subprocess.run(
        [*command, code.replace("http://127.0.0.1:7860", seeded)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert SENTENCE in done.stdout or '"added":1' in done.stdout
    assert "error" not in done.stdout


@pytest.mark.parametrize("question", re.findall(r'footnote ask "(.*?)"', README))
def test_the_first_question_to_try_is_answered(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.answer(question)
    assert answer.status == "answered"
    assert [citation.text for citation in answer.citations] == [SENTENCE]
