"""The examples that people copy, run as they stand against a served app (only the address changes)."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[3] / "README.md"
SECTION = README.read_text(encoding="utf-8").partition("## Ask from a script")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", SECTION, re.DOTALL)


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 4


@pytest.mark.parametrize(("language", "code"), BLOCKS)
def test_an_example_works(address: str, hand_made: Any, language: str, code: str) -> None:
    assert "http://127.0.0.1:7860" in code
    command = ["sh", "-c"] if language == "sh" else [sys.executable, "-c"]
    done = subprocess.run(
        [*command, code.replace("http://127.0.0.1:7860", address)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Sergey Lavrov" in done.stdout or '"added":1' in done.stdout
    assert "error" not in done.stdout
